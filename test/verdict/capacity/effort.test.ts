import { describe, expect, test } from 'vitest';
import {
  approachTo,
  estimateMs,
  longestMs,
  nearMs,
  settleFor,
  shortMs,
} from '../../../src/verdict/capacity/effort.ts';
import { RateBook } from '../../../src/verdict/capacity/rate-book.ts';
import { mm1 } from '../../support/simulator/servers.ts';
import { createSimulation } from '../../support/simulator/simulation.ts';
import { many, measured, planOf } from '../measured.ts';

describe('the way up to a rate', () => {
  test.each<[number, number | null, [number, number][]]>([
    [10, null, [[10, 1500]]],
    [20, 10, [[20, 2000]]],
    [5, 10, [[5, 2000]]],
    [
      80,
      10,
      [
        [20, 3000],
        [40, 3000],
        [80, 2000],
      ],
    ],
    [
      90,
      10,
      [
        [20, 3000],
        [40, 3000],
        [80, 3000],
        [90, 2000],
      ],
    ],
  ])('%d/s after %s/s doubles every three seconds', (ratePerSecond, highestPerSecond, expected) => {
    const way = approachTo({ ratePerSecond, highestPerSecond, settleMs: 2000 });
    expect(way.map((step) => [step.ratePerSecond, step.durationMs])).toEqual(expected);
  });
});

describe('the time to settle', () => {
  const plan = planOf(['p99 < 250ms']);

  test('stays as it is when the trial begins as it goes on', () => {
    const steady = measured(
      plan,
      many(2000, (index) => ({ ms: 10 + (index % 7) })),
    );
    expect(settleFor(steady, 2000)).toBe(2000);
  });

  test('grows by what a slow start takes', () => {
    const slow = measured(
      plan,
      many(2000, (index) => ({ ms: (index < 500 ? 50 : 10) + (index % 7) })),
    );
    expect(settleFor(slow, 2000)).toBe(7000);
  });

  test('is never more than half a minute', () => {
    const slow = measured(
      planOf(['p99 < 250ms']),
      many(10_000, (index) => ({ ms: (index < 4000 ? 50 : 10) + (index % 7) }), 100_000),
      { offeredMs: 100_000 },
    );
    expect(settleFor(slow, 2000)).toBe(30_000);
  });
});

describe('the length of a trial', () => {
  test.each([
    [1000, 10_000],
    [5, 10_000],
    [2, 25_000],
    [0.5, 30_000],
  ])('far from the edge, at %d/s, is %d ms', (rate, ms) => {
    expect(shortMs(rate)).toBe(ms);
  });

  test('near the edge doubles from half a minute on, and is no longer than needed', () => {
    const book = new RateBook(planOf(['p99 < 250ms']));
    const simulation = createSimulation({ plan: book.plan, server: mm1(10) });
    const lengths = [nearMs(null, Infinity)];
    for (let number = 1; number <= 4; number += 1) {
      const order = { purpose: 'narrow', ratePerSecond: 80, durationMs: 10_000, approach: [] } as const;
      lengths.push(nearMs(book.add(simulation.runTrial(order, number)), Infinity));
    }
    expect(lengths).toEqual([30_000, 60_000, 120_000, 240_000, 240_000]);
    expect(nearMs(book.at(80), 45_400)).toBe(46_000);
    expect(nearMs(book.at(80), 1)).toBe(30_000);
    expect(nearMs(null, 600_000)).toBe(100_000);
  });
});

describe('the time estimate', () => {
  const extent = { startPerSecond: 50, maxPerSecond: 1000, precisionRatio: 0.05, budgetMs: null };

  test('grows with the doublings, with the precision and with the requests that the objectives need', () => {
    const plan = planOf(['p99 < 250ms']);
    const ms = estimateMs(extent, plan);
    expect(ms).toBeGreaterThan(10 * 60_000);
    expect(ms).toBeLessThan(30 * 60_000);
    expect(estimateMs({ ...extent, startPerSecond: 1 }, plan)).toBeGreaterThan(ms);
    expect(estimateMs({ ...extent, precisionRatio: 0.02 }, plan)).toBeGreaterThan(ms);
    const slow = { ...extent, startPerSecond: 1, maxPerSecond: 20 };
    expect(estimateMs(slow, planOf(['p99.9 < 250ms']))).toBeGreaterThan(estimateMs(slow, plan));
  });

  test('is a range that a queue widens, and one rate has none', () => {
    const plan = planOf(['p99 < 250ms']);
    expect(longestMs(extent, plan)).toBeGreaterThan(2 * estimateMs(extent, plan));
    const single = { ...extent, maxPerSecond: extent.startPerSecond };
    expect(longestMs(single, plan)).toBe(estimateMs(single, plan));
    expect(estimateMs(single, plan)).toBeLessThan(10 * 60_000);
  });

  test('is never beyond the budget', () => {
    expect(estimateMs({ ...extent, budgetMs: 60_000 }, planOf(['p99 < 250ms']))).toBe(60_000);
  });
});
