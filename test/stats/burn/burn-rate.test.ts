import { describe, expect, test } from 'vitest';
import {
  budgetLeft,
  burnOf,
  detectionMs,
  exhaustionMs,
  lowerBurn,
  windowPairs,
} from '../../../src/stats/burn/burn-rate.ts';

const DAY_MS = 86_400_000;
const SLO = 0.999;

describe('the pairs of windows', () => {
  test('are those of the workbook over 30 days', () => {
    expect(windowPairs(30 * DAY_MS)).toEqual([
      { longMs: 3_600_000, shortMs: 300_000, factor: 14.4, isUrgent: true },
      { longMs: 21_600_000, shortMs: 1_800_000, factor: 6, isUrgent: true },
      { longMs: DAY_MS, shortMs: 7_200_000, factor: 3, isUrgent: false },
      { longMs: 3 * DAY_MS, shortMs: 21_600_000, factor: 1, isUrgent: false },
    ]);
  });

  test('have the factors of sloth over 28 days', () => {
    expect(windowPairs(28 * DAY_MS).map(({ factor }) => factor)).toEqual([13.44, 5.6, 2.8, 14 / 15]);
  });

  test('have a short window of a twelfth of the long one', () => {
    for (const { longMs, shortMs } of windowPairs(DAY_MS)) expect(longMs / shortMs).toBe(12);
  });
});

test('a burn rate is a multiple of the budget', () => {
  expect(burnOf(0.0144, SLO)).toBe(14.4);
  expect(burnOf(1, SLO)).toBe(1000);
  expect(burnOf(0, SLO)).toBe(0);
});

// scipy 1.x: beta.ppf(0.05, k, 61 - k) / 0.001.
test.each([
  [0, 0],
  [1, 0.8545229269],
  [2, 5.9548971302],
  [3, 13.7651575683],
  [4, 23.090540791],
  [5, 33.4106323698],
])('%i bad of 60 burn at least %f times the budget', (hits, low) => {
  expect(lowerBurn({ hits, count: 60 }, SLO)).toBeCloseTo(low, 7);
});

test('a total outage shows after minutes, were there no guard', () => {
  const minutes = windowPairs(30 * DAY_MS).map((pair) => detectionMs(pair, 1, SLO) / 60_000);
  [0.864, 2.16, 4.32, 4.32].forEach((expected, index) => expect(minutes[index]).toBeCloseTo(expected, 10));
  // 2 % bad against 99.9 %: 0.001 / 0.02 x 60 min x 14.4.
  const [fastest] = windowPairs(30 * DAY_MS);
  if (fastest === undefined) throw new Error('no pair');
  expect(detectionMs(fastest, 0.02, SLO) / 60_000).toBeCloseTo(43.2, 9);
});

test('a budget is left, and goes', () => {
  expect(budgetLeft(0.00025, SLO)).toBeCloseTo(0.75, 12);
  expect(budgetLeft(0.003, SLO)).toBeCloseTo(-2, 12);
  expect(exhaustionMs(0.5, 2, 30 * DAY_MS)).toBe(7.5 * DAY_MS);
  expect(exhaustionMs(-0.5, 2, 30 * DAY_MS)).toBe(0);
  expect(exhaustionMs(0.5, 0, 30 * DAY_MS)).toBeNull();
});
