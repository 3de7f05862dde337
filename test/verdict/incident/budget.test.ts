import { describe, expect, test } from 'vitest';
import { uniformAt } from '../../../src/core/random.ts';
import { HOUR_MS, VirtualCanary } from '../../support/canary-runs.ts';

const hours = (count: number): string => 'o'.repeat(60 * count);

/** One run in so many is bad, by chance, but for those that would let k of n fire. */
function sparse(canary: VirtualCanary, runs: number, seed: number): void {
  let last: string[] = [];
  for (let run = 0; run < runs; run += 1) {
    const wouldFire = last.filter((letter) => letter === 'b').length >= 2;
    const letter = !wouldFire && uniformAt(seed, 1, canary.runs.length) < 0.07 ? 'b' : 'o';
    canary.run(letter);
    last = [...last, letter].slice(-4);
  }
}

const ofBudget = (canary: VirtualCanary): string[] => {
  return canary.events
    .filter(({ subject }) => subject === 'budget' || subject === 'service')
    .map(({ subject, action, severity }) => `${subject} ${action} ${severity}`);
};

describe('sparse failures', () => {
  test('of 7 % of the runs page by the budget and not by the service, once', () => {
    for (const seed of [1, 2, 3]) {
      const canary = new VirtualCanary({ remindMs: null });
      canary.script(hours(1));
      sparse(canary, 300, seed);
      expect(ofBudget(canary)).toEqual(['budget trigger page']);
      canary.script(hours(3));
      expect(ofBudget(canary)).toEqual(['budget trigger page', 'budget resolve page']);
    }
  });

  test('say how fast the budget goes', () => {
    const canary = new VirtualCanary();
    canary.script(hours(1));
    sparse(canary, 300, 1);
    const page = canary.events.find(({ subject }) => subject === 'budget');
    expect(page).toMatchObject({ dedupKey: 'headroom/shop/budget', kind: null, indicator: null });
    expect(page?.summary).toMatch(
      /^shop spends its error budget [\d.]+ times as fast as it may, and [\d.]+ times within \d+m: \d+ of \d+ runs \([\d.]+%\) were bad within \dh$/,
    );
    expect(page?.details).toContainEqual(['promised', '99.9% of runs good']);
  });

  test('that are slow enough are a ticket, which becomes a page when they come faster', () => {
    const canary = new VirtualCanary({ remindMs: HOUR_MS });
    canary.script(`${'o'.repeat(59)}b`.repeat(16));
    expect(ofBudget(canary)).toEqual(['budget trigger ticket']);
    canary.script('oobooboooooboobooooob');
    expect(ofBudget(canary)).toEqual(['budget trigger ticket', 'budget trigger page']);
    const [ticket, page] = canary.events.filter(({ subject }) => subject === 'budget');
    expect(page).toMatchObject({
      dedupKey: ticket?.dedupKey,
      incidentId: ticket?.incidentId,
      sinceMs: ticket?.sinceMs,
    });
  });
});

describe('one bad run', () => {
  test('of the last five is no burn, though the naive rule says so', () => {
    const canary = new VirtualCanary();
    canary.script(hours(2));
    const { report } = canary.script('b');
    expect(report.budget.burns[0]).toMatchObject({
      factor: 14.4,
      severity: 'page',
      status: 'ok',
      long: { runs: 60, bad: 1, burn: expect.closeTo(16.67, 2), low: expect.closeTo(0.8545, 4) },
      short: { runs: 5, bad: 1, burn: 200 },
    });
  });

  test('nor are three of an hour, and four are', () => {
    const canary = new VirtualCanary();
    const { report } = canary.script(`${hours(1)}oboooooooooooboooooooooob`);
    expect(report.budget.burns[0]).toMatchObject({ status: 'ok', long: { bad: 3 } });
    const last = canary.script('ob').report.budget.burns[0];
    expect(last).toMatchObject({ status: 'burning', long: { bad: 4 }, short: { bad: 2 } });
  });
});

describe('too little known', () => {
  test('is unknown, and mutes nothing', () => {
    const canary = new VirtualCanary();
    const { report } = canary.script(`${'o'.repeat(20)}bbb`);
    expect(report.budget.burns.map(({ status }) => status)).toEqual(Array(4).fill('unknown'));
    expect(canary.told()).toEqual(['service trigger']);
    canary.script('o'.repeat(8));
    expect(canary.script('o').report.budget.burns.map(({ status }) => status)).toEqual([
      'ok',
      'unknown',
      'unknown',
      'unknown',
    ]);
  });

  test('keeps open what burns', () => {
    const canary = new VirtualCanary();
    canary.script(`${hours(1)}oboooooooooooboooooooooobobo`);
    expect(canary.told()).toContain('budget trigger');
    canary.script(`${'-'.repeat(60 * 24 * 4)}o`);
    expect(canary.state?.incidents.budget).not.toBeNull();
  });

  test('holds nothing open where runs come too seldom to tell ever again', () => {
    const canary = new VirtualCanary({ remindMs: null });
    canary.script(`${hours(1)}oboooooooooooboooooooooobobo`);
    expect(ofBudget(canary)).toEqual(['budget trigger page']);
    canary.script('o----'.repeat(12 * 24));
    expect(ofBudget(canary)).toEqual(['budget trigger page', 'budget resolve page']);
  });

  test('is a window without room for two runs', () => {
    const canary = new VirtualCanary({ everyMs: 300_000 });
    canary.script('o'.repeat(12));
    expect(canary.script('b').report.budget.burns[0]).toMatchObject({ status: 'unknown' });
  });
});

describe('an outage', () => {
  test('that was paged for is not paged for again by the budget', () => {
    const canary = new VirtualCanary();
    canary.script(`${hours(5)}${'b'.repeat(20)}${hours(6)}`);
    expect(canary.events.filter(({ severity }) => severity === 'page').map(({ subject }) => subject)).toEqual(
      ['service', 'service'],
    );
  });

  test('is left to k of n from its first bad run on, where two are a burn already', () => {
    const canary = new VirtualCanary({ everyMs: 900_000 });
    canary.script(`${'o'.repeat(40)}bbb`);
    expect(ofBudget(canary)).toEqual(['service trigger page']);
  });

  test('of two runs only pages by the budget with the good run after it', () => {
    const canary = new VirtualCanary({ everyMs: 900_000 });
    canary.script(`${'o'.repeat(40)}bb`);
    expect(ofBudget(canary)).toEqual([]);
    canary.script('o');
    expect(ofBudget(canary)).toEqual(['budget trigger page']);
  });

  test('is not paged for again when the clock comes back to when it was', () => {
    const away = (stepMs: number): string[] => {
      const canary = new VirtualCanary({ remindMs: null });
      canary.script(`${hours(5)}${'b'.repeat(20)}`);
      canary.nowMs += stepMs;
      canary.script(`bboo${hours(1)}`);
      canary.nowMs -= stepMs;
      canary.script(hours(4));
      return canary.events.filter(({ severity }) => severity === 'page').map(({ subject }) => subject);
    };
    for (const stepMs of [-7 * HOUR_MS, -HOUR_MS, HOUR_MS, 24 * HOUR_MS, 3650 * 24 * HOUR_MS]) {
      expect(away(stepMs), `${stepMs}`).toEqual(['service', 'service']);
    }
  });

  test('in a far future that the clock was in hides nothing of what comes until then', () => {
    const canary = new VirtualCanary({ remindMs: null });
    canary.script(`${hours(1)}bbb`);
    canary.nowMs += 3650 * 24 * HOUR_MS;
    canary.script('b');
    canary.nowMs -= 3650 * 24 * HOUR_MS;
    canary.script(`oo${hours(8)}`);
    sparse(canary, 300, 1);
    expect(ofBudget(canary).filter((told) => told.endsWith('page'))).toContain('budget trigger page');
  });

  test('counts for what is left of the budget', () => {
    const canary = new VirtualCanary({ periodMs: 10 * HOUR_MS });
    const { report } = canary.script(`${hours(9)}${'b'.repeat(3)}${'o'.repeat(57)}`);
    // 3 of 600 bad at 99.9 %: five times the budget.
    expect(report.budget.leftRatio).toBeCloseTo(-4, 9);
    expect(report.budget.exhaustionMs).toBe(0);
  });
});

test('a healthy budget is whole, and is not being spent', () => {
  const canary = new VirtualCanary({ periodMs: 4 * HOUR_MS });
  expect(canary.script(hours(1)).report.budget).toMatchObject({ leftRatio: null, exhaustionMs: null });
  expect(canary.script(hours(3)).report.budget).toMatchObject({ leftRatio: 1, exhaustionMs: null });
});
