import { describe, expect, test } from 'vitest';
import { RateBook } from '../../../src/verdict/capacity/rate-book.ts';
import type { Trial, TrialOrder, TrialPurpose } from '../../../src/verdict/trial.ts';
import type { GeneratorFacts } from '../../../src/verdict/validity.ts';
import type { ServerModel } from '../../support/simulator/server-model.ts';
import { mdc, mm1, rateLimited } from '../../support/simulator/servers.ts';
import { createSimulation } from '../../support/simulator/simulation.ts';
import { planOf } from '../measured.ts';

const PLAN = planOf(['p99 < 250ms', 'errors < 1%'], { seed: 3 });

function order(ratePerSecond: number, seconds = 10, purpose: TrialPurpose = 'climb'): TrialOrder {
  const approach = [{ ratePerSecond, durationMs: 2000 }];
  return { purpose, ratePerSecond, durationMs: seconds * 1000, approach };
}

/** Trials of a server, one after another. */
function trialsOf(server: ServerModel, orders: readonly TrialOrder[]): Trial[] {
  const simulation = createSimulation({ plan: PLAN, server });
  return orders.map((each, index) => simulation.runTrial(each, index + 1));
}

function bookOf(trials: readonly Trial[]): RateBook {
  const book = new RateBook(PLAN);
  for (const trial of trials) book.add(trial);
  return book;
}

function doctored(trial: Trial, generator: Partial<GeneratorFacts>): Trial {
  return { ...trial, generator: { ...trial.generator, ...generator } };
}

const FAST: ServerModel = mm1(2);

describe('a pool', () => {
  test('counts what its trials counted, and judges them by the rule that may look again', () => {
    const trials = trialsOf(FAST, [order(50), order(50), order(50)]);
    const counts = trials.map(({ measured }) => ({ ...measured.recording.counts }));
    const pool = bookOf(trials).at(50);
    const sum = (of: (each: (typeof counts)[number]) => number): number =>
      counts.reduce((total, each) => total + of(each), 0);
    expect(pool?.trials).toBe(3);
    expect(pool?.measuredMs).toBe(30_000);
    expect(pool?.measured.offeredMs).toBe(30_000);
    expect(pool?.measured.rule).toEqual({ kind: 'looks', look: 3 });
    expect(pool?.measured.trialStarts).toEqual([0, 40, 80]);
    expect(pool?.measured.recording.counts.sent).toBe(sum(({ sent }) => sent));
    expect(pool?.judged.objectives[0]?.count).toBe(sum(({ completed }) => completed));
  });

  test('lays the windows of a trial behind those of the earlier ones', () => {
    const trials = trialsOf(FAST, [order(50), order(50, 5)]);
    const sent = trials.flatMap(({ measured }, index) =>
      measured.recording.windows().map((window) => [window.index + index * 40, window.sent]),
    );
    const pooled = bookOf(trials).at(50)?.measured.recording.windows();
    expect(pooled?.map((window) => [window.index, window.sent])).toEqual(sent);
  });

  test('takes no queue that was answered after a trial for the throughput of the next one', () => {
    // 30/s for 5 s at 20/s: some 50 are answered when all were due, for 2.5 s.
    const orders = [1, 2].map(() => ({ ...order(30, 5), approach: [] }));
    const simulation = createSimulation({ plan: PLAN, server: mdc(1, 50), breaker: false });
    const pool = bookOf(orders.map((each, index) => simulation.runTrial(each, index + 1))).at(30);
    expect(pool?.completedPerSecond).toBeGreaterThan(18);
    expect(pool?.completedPerSecond).toBeLessThanOrEqual(20);
    expect(pool?.measured.recording.counts.completed).toBeGreaterThan(240);
  });

  test('empties the recordings that it takes', () => {
    const [trial] = trialsOf(FAST, [order(50)]);
    if (trial === undefined) throw new Error('no trial');
    bookOf([trial]);
    expect(trial.measured.recording.counts.sent).toBe(0);
  });
});

describe('the label of a rate', () => {
  test('is undecided while too little was seen, and held once it was', () => {
    const book = new RateBook(PLAN);
    const [first, ...more] = trialsOf(FAST, [order(50, 5), order(50, 3), order(50, 30)]);
    if (first === undefined) throw new Error('no trial');
    expect(book.add(first)).toMatchObject({ label: 'undecided', reason: { code: 'N_TOO_SMALL' } });
    for (const trial of more) book.add(trial);
    expect(book.at(50)).toMatchObject({ label: 'held', reason: null });
    expect(book.trials.map(({ label }) => label)).toEqual(['undecided', 'undecided', 'held']);
  });

  test('is broken by failures, however fast', () => {
    const pool = bookOf(trialsOf(rateLimited(50), [order(80)])).at(80);
    expect(pool).toMatchObject({ label: 'broken', reason: null });
  });

  test('is broken when the breaker stops a trial on its way up', () => {
    const [trial] = trialsOf(rateLimited(50, 503, 1), [order(200)]);
    expect(trial?.stopped?.by).toBe('breaker');
    expect(trial?.measured.recording.counts.sent).toBe(0);
    expect(bookOf(trial === undefined ? [] : [trial]).at(200)?.label).toBe('broken');
  });

  test('is broken when nothing at all was answered until the breaker stopped it', () => {
    const [trial] = trialsOf(mm1(60_000), [order(100)]);
    expect(trial?.stopped?.by).toBe('breaker');
    expect(bookOf(trial === undefined ? [] : [trial]).at(100)?.label).toBe('broken');
  });

  test.each<[string, Partial<GeneratorFacts>]>([
    ['is busy', { conducts: [{ runMs: 10_000, busyMs: 9500, stalls: 0, stallMaxMs: 0 }] }],
    ['is beyond its ceiling', { ceilingPerSecond: 40 }],
  ])('is undecided, not broken, when the generator %s', (_, facts) => {
    const [trial] = trialsOf(mm1(20), [order(80)]);
    const pool = bookOf(trial === undefined ? [] : [doctored(trial, facts)]).at(80);
    expect(pool).toMatchObject({ label: 'undecided', reason: { code: 'GENERATOR_LIMIT' } });
  });

  test.each<[string, Partial<GeneratorFacts>, string]>([
    ['lost a worker', { deadWorkers: 1 }, 'WORKER_DIED'],
    ['was suspended', { suspendedMs: 5000 }, 'SUSPENDED'],
  ])('rests on no trial whose generator %s', (_, facts, code) => {
    const [bad, good] = trialsOf(FAST, [order(100), order(100, 20)]);
    if (bad === undefined || good === undefined) throw new Error('no trial');
    const book = new RateBook(PLAN);
    expect(book.add(doctored(bad, facts))).toMatchObject({ trials: 0, refused: 1, reason: { code } });
    expect(book.trials[0]?.codes).toContain(code);
    expect(book.add(good)).toMatchObject({ trials: 1, refused: 1, label: 'held' });
  });

  test('stays held when a later trial is interrupted', () => {
    const [first, second] = trialsOf(FAST, [order(100), order(100)]);
    if (first === undefined || second === undefined) throw new Error('no trial');
    const book = bookOf([first]);
    expect(book.add({ ...second, stopped: { by: 'signal', text: 'SIGINT' } }).label).toBe('held');
  });

  test('is no pass from an interrupted trial', () => {
    const [trial] = trialsOf(FAST, [order(100)]);
    if (trial === undefined) throw new Error('no trial');
    const pool = bookOf([{ ...trial, stopped: { by: 'signal', text: 'SIGINT' } }]).at(100);
    expect(pool).toMatchObject({ label: 'undecided', reason: { code: 'INTERRUPTED' } });
  });

  test('is not made by looks at a recovery, a surge or a soak', () => {
    const purposes: TrialPurpose[] = ['recovery', 'surge', 'soak'];
    const book = bookOf(
      trialsOf(
        FAST,
        purposes.map((purpose) => order(100, 10, purpose)),
      ),
    );
    expect(book.pools()).toEqual([]);
    expect(book.trials.map(({ shows }) => shows)).toEqual(['held', 'held', 'held']);
  });

  test('begins anew when two confirmations in a row break it', () => {
    const [before] = trialsOf(FAST, [order(100)]);
    const after = trialsOf(rateLimited(50), [order(100, 10, 'confirm'), order(100, 10, 'confirm')]);
    const book = bookOf(before === undefined ? [] : [before]);
    expect(after.map((trial) => book.add(trial).trials)).toEqual([2, 1]);
    expect(book.at(100)?.label).toBe('broken');
  });
});

describe('the bounds', () => {
  test('are the lowest broken rate and the highest held one below it', () => {
    const good = trialsOf(FAST, [order(60, 30), order(100, 30)]);
    const bad = trialsOf(rateLimited(50), [order(80), order(120)]);
    const book = bookOf([...good, ...bad]);
    const { held, broke } = book.bounds();
    expect([held?.ratePerSecond, broke?.ratePerSecond]).toEqual([60, 80]);
    expect(book.pools().map(({ ratePerSecond }) => ratePerSecond)).toEqual([60, 80, 100, 120]);
  });

  test('are tighter for half the latency limit, and wider for twice of it', () => {
    // The p99 of an M/M/1 queue of 20 ms is 184 ms at 25/s, 354 ms at 37/s, and 4605 ms at 49/s.
    const orders = [25, 25, 25, 25, 37, 37, 37, 49].map((rate) => order(rate, 290));
    const book = bookOf(trialsOf(mm1(20), orders));
    const at = (factor: 0.5 | 1 | 2): (number | undefined)[] => {
      const { held, broke } = book.bounds(factor);
      return [held?.ratePerSecond, broke?.ratePerSecond];
    };
    expect(at(0.5)).toEqual([undefined, 25]);
    expect(at(1)).toEqual([25, 37]);
    expect(at(2)).toEqual([37, 49]);
  });

  test('for another latency limit rest on the other objectives as they are', () => {
    const book = bookOf(trialsOf(rateLimited(50), [order(80)]));
    expect(book.bounds(2).broke?.ratePerSecond).toBe(80);
  });
});

describe('the row of a trial', () => {
  test('tells rates, counts, quantiles and what the trial shows by itself', () => {
    const [row] = bookOf(trialsOf(FAST, [order(100)])).trials;
    expect(row).toMatchObject({
      number: 1,
      purpose: 'climb',
      ratePerSecond: 100,
      startedMs: 0,
      durationMs: 10_000,
      shows: 'held',
      codes: [],
    });
    expect(row?.sent).toBe(row?.planned);
    expect(row?.sentPerSecond).toBeCloseTo((row?.sent ?? 0) / 10, 9);
    expect(row?.p50Ms.low).toBeLessThanOrEqual(row?.p50Ms.value ?? 0);
    expect(row?.p99Ms.high).toBeGreaterThanOrEqual(row?.p99Ms.value ?? Infinity);
    // By Little's law: 100/s, 2 ms of service, and a queue of 20 % load.
    expect(row?.meanInFlight).toBeGreaterThan(0.15);
    expect(row?.meanInFlight).toBeLessThan(0.4);
  });

  test('counts the requests of the way up with all that were sent', () => {
    const book = bookOf(trialsOf(FAST, [order(100)]));
    expect(book.requests).toBeGreaterThan((book.trials[0]?.sent ?? 0) + 150);
    expect(book.highestPerSecond).toBe(100);
  });
});
