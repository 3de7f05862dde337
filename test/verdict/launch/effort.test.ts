import { describe, expect, test } from 'vitest';
import { firstTrialMs, wayTo } from '../../../src/verdict/launch/effort.ts';
import { planOf, target } from '../measured.ts';

describe('the way to a rate', () => {
  test.each<[to: number, from: number | null, rates: number[]]>([
    [1600, null, [200, 400, 800, 1600]],
    [100, null, [25, 50, 100]],
    [30, null, [30]],
    [100, 60, [100]],
    [100, 40, [50, 100]],
    [100, 10, [12.5, 25, 50, 100]],
    [50, 1000, [50]],
  ])('to %d/s from %j goes over %j', (toPerSecond, fromPerSecond, rates) => {
    const way = wayTo({ toPerSecond, fromPerSecond });
    expect(way.map(({ ratePerSecond }) => ratePerSecond)).toEqual(rates);
    expect(way.map(({ durationMs }) => durationMs)).toEqual([...rates.slice(1).map(() => 3000), 2000]);
  });

  test('settles as long as it is told to', () => {
    expect(wayTo({ toPerSecond: 10, fromPerSecond: null, settleMs: 9000 })).toEqual([
      { ratePerSecond: 10, durationMs: 9000 },
    ]);
  });
});

describe('the first trial at a rate', () => {
  // 449 clean requests show p99 when one may look again and again, 4,500 or so p99.9.
  test.each<[objective: string, rate: number, leastMs: number, mostMs: number]>([
    ['p99 < 250ms', 1000, 15_000, 15_000],
    ['p99 < 250ms', 10, 44_900, 90_000],
    ['p99.9 < 250ms', 100, 44_900, 90_000],
    ['p50 < 250ms', 100, 15_000, 15_000],
    ['mean < 250ms', 100, 15_000, 15_000],
    ['max < 250ms', 100, 15_000, 15_000],
    ['errors < 20% for 20s', 1000, 20_000, 20_000],
    ['rare: p99 < 250ms', 100, 44_900, 90_000],
  ])('is long enough for a clean system to show %s at %d/s', (objective, rate, leastMs, mostMs) => {
    const plan = planOf([objective], { targets: [target('home', 9), target('rare', 1)] });
    const ms = firstTrialMs(plan, rate);
    expect(ms).toBeGreaterThanOrEqual(leastMs);
    expect(ms).toBeLessThanOrEqual(mostMs);
  });
});
