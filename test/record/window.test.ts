import { describe, expect, test } from 'vitest';
import {
  addFailure,
  addWindow,
  COARSE_LENGTH,
  coarseEdgeMs,
  coarseIndex,
  coarseMs,
  coarsePosition,
  coarseQuantileMs,
  emptyWindow,
} from '../../src/record/window.ts';

describe('the coarse histogram', () => {
  test.each([0.001, 0.01, 0.5, 1, 10, 250, 1000, 60_000, 3_600_000])('knows %d ms within 5 %', (ms) => {
    expect(Math.abs(coarseMs(coarseIndex(ms)) / ms - 1)).toBeLessThan(0.05);
  });

  test.each([
    [0, 0],
    [0.0001, 0],
    [3_600_000_000, COARSE_LENGTH - 1],
    [Infinity, COARSE_LENGTH - 1],
  ])('puts %d ms into bucket %i', (ms, index) => {
    expect(coarseIndex(ms)).toBe(index);
  });

  test('gives quantiles by nearest rank', () => {
    const coarse = new Uint32Array(COARSE_LENGTH);
    for (const ms of [1, 1, 1, 100]) coarse[coarseIndex(ms)] = (coarse[coarseIndex(ms)] ?? 0) + 1;
    expect(coarseQuantileMs(coarse, 0.75)).toBe(coarseMs(coarseIndex(1)));
    expect(coarseQuantileMs(coarse, 0.76)).toBe(coarseMs(coarseIndex(100)));
  });

  test('has no quantile when it is empty', () => {
    expect(coarseQuantileMs(new Uint32Array(COARSE_LENGTH), 0.5)).toBeNaN();
  });
});

describe('adding windows', () => {
  test('sums every count and keeps the largest lag', () => {
    const a = { ...emptyWindow(3, 1), sent: 2, good: 1, lagMs: 3, lagMaxMs: 2 };
    const b = {
      ...emptyWindow(3, 1),
      sent: 5,
      dropped: 1,
      broken: 1,
      failed: 1,
      completed: 1,
      lagMs: 4,
      lagMaxMs: 1,
    };
    b.coarse[7] = 9;
    addFailure(a, 'http-5xx', 503);
    addFailure(b, 'http-5xx', 503);
    addFailure(b, 'http-5xx', 500);
    addFailure(b, 'reset', null);
    const exceedance = b.exceedances[0];
    if (exceedance !== undefined) exceedance.exceeded = 2;
    addWindow(a, b);
    const { coarse, exceedances, ...plain } = a;
    expect(plain).toEqual({
      index: 3,
      sent: 7,
      completed: 1,
      good: 1,
      failed: 1,
      broken: 1,
      dropped: 1,
      causes: new Map([
        ['http-5xx', 3],
        ['reset', 1],
      ]),
      statuses: new Map([
        [503, 2],
        [500, 1],
      ]),
      lagMs: 7,
      lagMaxMs: 2,
    });
    expect([coarse[7], exceedances]).toEqual([
      9,
      [{ count: 0, exceeded: 2, exceededOwn: 0, overHalf: 0, overQuarter: 0, sum: 0 }],
    ]);
  });
});

describe('coarse buckets', () => {
  test.each([0.5, 3, 10, 249, 60_000])(
    'hold %d ms between their edges, with the middle within 6 %%',
    (ms) => {
      const index = coarseIndex(ms);
      expect(coarseEdgeMs(index)).toBeLessThanOrEqual(ms * (1 + 1e-12));
      expect(coarseEdgeMs(index + 1)).toBeGreaterThan(ms);
      expect(Math.abs(coarseMs(index) / ms - 1)).toBeLessThan(0.06);
    },
  );

  test('are found by rank', () => {
    const coarse = new Uint32Array(COARSE_LENGTH);
    coarse[10] = 2;
    coarse[20] = 1;
    expect([0, 1, 2, 3, 4].map((rank) => coarsePosition(coarse, rank))).toEqual([null, 10, 10, 20, null]);
  });
});
