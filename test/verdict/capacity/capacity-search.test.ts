import { describe, expect, test } from 'vitest';
import { capacityReport } from '../../../src/verdict/capacity/capacity-report.ts';
import { CapacitySearch } from '../../../src/verdict/capacity/capacity-search.ts';
import { RateBook } from '../../../src/verdict/capacity/rate-book.ts';
import type { CapacityReport } from '../../../src/verdict/capacity/report.ts';
import type { TrialOrder } from '../../../src/verdict/trial.ts';
import { mdc, mm1, rateLimited } from '../../support/simulator/servers.ts';
import { createSimulation } from '../../support/simulator/simulation.ts';
import { planOf } from '../measured.ts';
import { searchOf } from './searches.ts';

const PLAN = planOf(['errors < 1%'], { seed: 5 });

/** A limiter of 170/s that lets 50 at once pass. */
const LIMITER = rateLimited(170);

function ratesOf(report: CapacityReport, purpose: string): number[] {
  const rates = report.trials
    .filter((trial) => trial.purpose === purpose)
    .map((trial) => trial.ratePerSecond);
  return [...new Set(rates)];
}

/** All orders of a search. */
function ordersOf(options: { readonly start: number; readonly known?: readonly number[] }): TrialOrder[] {
  const simulation = createSimulation({ plan: PLAN, server: LIMITER });
  const book = new RateBook(PLAN);
  const known = (options.known ?? []).map((ratePerSecond): TrialOrder => {
    return { purpose: 'question', ratePerSecond, durationMs: 10_000, approach: [] };
  });
  known.forEach((order, index) => book.add(simulation.runTrial(order, index + 1)));
  const extent = { startPerSecond: options.start, maxPerSecond: null, budgetMs: null };
  const search = new CapacitySearch(PLAN, { ...extent, book });
  const orders: TrialOrder[] = [];
  for (;;) {
    const order = search.next(simulation.clock.nowMs());
    if (order === null) return orders;
    orders.push(order);
    search.add(simulation.runTrial(order, known.length + orders.length));
  }
}

describe('the way of a search', () => {
  test('doubles from the start to what breaks, and narrows from there', () => {
    const report = capacityReport(
      searchOf({ server: LIMITER, objectives: ['errors < 1%'], startPerSecond: 25 }),
    );
    expect(ratesOf(report, 'climb')).toEqual([25, 50, 100, 200]);
    expect(report.heldPerSecond).toBeGreaterThan(150);
    expect(report.heldPerSecond).toBeLessThan(172);
    expect(report.brokePerSecond).toBeGreaterThan(168);
    expect(report.brokePerSecond).toBeLessThan(190);
  });

  test('goes down by halves when the start already fails', () => {
    const report = capacityReport(
      searchOf({ server: LIMITER, objectives: ['errors < 1%'], startPerSecond: 1000 }),
    );
    expect(ratesOf(report, 'climb')).toEqual([1000]);
    expect(ratesOf(report, 'descend')).toEqual([500, 250, 125]);
    expect(report.widthRatio).toBeLessThanOrEqual(0.1);
  });

  test('is told to fail when no rate holds, down to one per second', () => {
    const search = searchOf({ server: mdc(1, 400), startPerSecond: 30 });
    expect(search.end).toBe('bottom');
    const report = capacityReport(search);
    expect(report.heldPerSecond).toBeNull();
    expect(Math.min(...report.trials.map(({ ratePerSecond }) => ratePerSecond))).toBe(1);
  });

  test('looks whether the system recovers after the first overload, at half of what it carried', () => {
    const { trials } = capacityReport(
      searchOf({ server: LIMITER, objectives: ['errors < 1%'], startPerSecond: 25 }),
    );
    const first = trials.findIndex(({ label }) => label === 'broken');
    expect(trials[first + 1]).toMatchObject({ purpose: 'recovery', ratePerSecond: 50 });
    expect(trials.filter(({ purpose }) => purpose === 'recovery')).toHaveLength(1);
  });

  test('ends with a fresh trial at the lower end, after all that broke', () => {
    const { trials, heldPerSecond } = capacityReport(
      searchOf({ server: LIMITER, objectives: ['errors < 1%'], startPerSecond: 25 }),
    );
    expect(trials.at(-1)).toMatchObject({ purpose: 'confirm', ratePerSecond: heldPerSecond, label: 'held' });
  });

  test('never sends more than twice the highest rate that was sent before, and settles at each', () => {
    let highest = 10;
    for (const { ratePerSecond, approach } of ordersOf({ start: 10 })) {
      for (const stretch of approach) {
        expect(stretch.ratePerSecond).toBeLessThanOrEqual(2 * highest);
        highest = Math.max(highest, stretch.ratePerSecond);
      }
      expect(approach.at(-1)?.ratePerSecond).toBeGreaterThan(0);
      expect(approach.at(-1)?.durationMs).toBeGreaterThanOrEqual(1500);
      expect(ratePerSecond).toBeLessThanOrEqual(2 * highest);
    }
  });

  test('sends nothing after overload until the queue should be gone', () => {
    const orders = ordersOf({ start: 1000 });
    expect(orders[1]?.approach[0]?.ratePerSecond).toBe(0);
    expect(orders[1]?.approach[0]?.durationMs).toBeGreaterThanOrEqual(3000);
  });

  test('takes up what a book already knows', () => {
    const rates = ordersOf({ start: 10, known: [120, 260] }).map(({ ratePerSecond }) => ratePerSecond);
    expect(Math.min(...rates)).toBeGreaterThan(50);
    expect(Math.max(...rates)).toBeLessThan(260);
  });
});

describe('a search with an objective that says how much must be done', () => {
  test('does not ask of a low rate what it cannot give', () => {
    const objectives = ['throughput > 50/s', 'p99 < 250ms'];
    const { held, broke } = searchOf({ server: mm1(10), objectives, budgetMs: 600_000 }).book.bounds();
    expect(held?.ratePerSecond).toBeGreaterThan(50);
    expect(held?.ratePerSecond).toBeLessThan(83);
    expect(broke?.ratePerSecond).toBeGreaterThan(76);
  });

  test('makes trials as long as the longest window', () => {
    const search = searchOf({ server: mm1(2), objectives: ['p99 < 250ms for 20s'], budgetMs: 120_000 });
    const { trials } = search.book;
    expect(trials.length).toBeGreaterThan(1);
    for (const { durationMs, codes, purpose } of trials) {
      if (purpose === 'recovery' || codes.includes('BREAKER')) continue;
      expect(durationMs).toBeGreaterThanOrEqual(20_000);
    }
    expect(trials[0]?.durationMs).toBe(20_000);
  });
});

describe('a search whose start is far above the capacity', () => {
  test('waits for what it left behind, so that no rate breaks for another one', () => {
    const search = searchOf({ server: mm1(10), startPerSecond: 7000, budgetMs: 1_800_000 });
    expect(search.book.bounds().broke?.ratePerSecond).toBeGreaterThan(70);
    expect(search.book.bounds().held?.ratePerSecond).toBeLessThan(83);
  });

  test('does not say that no rate holds while the lowest one is open', () => {
    const quest = { server: mm1(500), objectives: ['p99 < 5000ms'], budgetMs: 3_600_000 };
    const codes = capacityReport(searchOf(quest)).findings.map(({ code }) => code);
    expect(codes).not.toContain('NO_RATE_HOLDS');
  });

  test('says nothing of rates that it had no time for, but how long it needs', () => {
    const report = capacityReport(searchOf({ server: mm1(10), startPerSecond: 7000, budgetMs: 60_000 }));
    expect(report.findings.map(({ code }) => code)).toEqual(['UNDECIDED_BUDGET']);
    expect(report.findings[0]?.text).toMatch(/were left, and the next trial takes .* --max-duration /u);
  });
});

describe('a search for a mean', () => {
  test.each([1, 3])('brackets the rate at which it reaches its limit (seed %d)', (seed) => {
    // M/M/1 of 10 ms: the mean is 50 ms at 80/s.
    const { held, broke } = searchOf({ server: mm1(10), objectives: ['mean < 50ms'], seed }).book.bounds();
    expect(held?.ratePerSecond).toBeGreaterThan(70);
    expect(held?.ratePerSecond).toBeLessThanOrEqual(80);
    expect(broke?.ratePerSecond).toBeGreaterThanOrEqual(80);
    expect(broke?.ratePerSecond).toBeLessThan(90);
  });
});

describe('a search with a limit', () => {
  test('ends at the highest rate to send, which it shows to hold', () => {
    const search = searchOf({ server: mm1(2), maxPerSecond: 50 });
    expect(search.end).toBe('top');
    const { held, broke } = search.book.bounds();
    expect(held?.ratePerSecond).toBe(50);
    expect(broke).toBeNull();
    expect(search.book.highestPerSecond).toBe(50);
  });

  test.each([1, 2, 3])('never blames the server for a generator at its end (seed %d)', (seed) => {
    const search = searchOf({ server: mm1(2), seed, generator: { ceilingPerSecond: 60 } });
    const report = capacityReport(search);
    expect(report.brokePerSecond).toBeNull();
    expect(report.heldPerSecond).toBeGreaterThanOrEqual(20);
    expect(report.heldPerSecond).toBeLessThan(60);
    expect(report.limitedBy).toBe('generator');
    expect(report.findings.map(({ code }) => code)).toEqual(['GENERATOR_LIMIT']);
  });

  test.each([30, 90, 240])('of %d seconds keeps to it', (seconds) => {
    const search = searchOf({ server: mm1(10), budgetMs: seconds * 1000 });
    expect(search.end).toBe('budget');
    // The drain of the last trial is not foreseen.
    expect(search.elapsedMs).toBeLessThanOrEqual(seconds * 1000 + 1000);
    expect(search.elapsedMs).toBeGreaterThan(seconds * 500);
  });
});

describe('a search', () => {
  test('comes to the same report, byte by byte, from the same seed', () => {
    const quest = { server: mm1(10), seed: 7, budgetMs: 240_000 };
    const [first, second] = [1, 2].map(() => JSON.stringify(capacityReport(searchOf(quest))));
    expect(second).toBe(first);
    expect(JSON.stringify(capacityReport(searchOf({ ...quest, seed: 8 })))).not.toBe(first);
  });

  test('tells what it does, what it knows and how long it will take', () => {
    const simulation = createSimulation({ plan: PLAN, server: LIMITER });
    const options = { startPerSecond: 100, maxPerSecond: null, budgetMs: 120_000 };
    const search = new CapacitySearch(PLAN, options);
    expect(search.state(0)).toMatchObject({
      trials: 0,
      heldPerSecond: null,
      brokePerSecond: null,
      recent: [],
    });
    expect(search.state(0).leftMs).toBe(120_000);
    const doings = new Set<string>();
    let number = 0;
    for (;;) {
      const order = search.next(simulation.clock.nowMs());
      doings.add(search.state(simulation.clock.nowMs()).doing);
      if (order === null) break;
      number += 1;
      search.add(simulation.runTrial(order, number));
      expect(search.state(simulation.clock.nowMs()).leftMs).toBeLessThanOrEqual(120_000);
    }
    const state = search.state(simulation.clock.nowMs());
    expect([...doings]).toContain('climbing');
    expect([...doings]).toContain('narrowing');
    expect(state.trials).toBe(number);
    expect(state.recent).toHaveLength(Math.min(8, number));
    expect(state.heldPerSecond).toBe(search.book.bounds().held?.ratePerSecond ?? null);
  });
});
