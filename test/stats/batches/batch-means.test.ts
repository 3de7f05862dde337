import { describe, expect, test } from 'vitest';
import { batchEdges, batchMean, meanInterval } from '../../../src/stats/batches/batch-means.ts';

const EQUAL = [3, 5, 4, 6, 7].map((sum) => ({ sum, weight: 1 }));

describe('batchMean', () => {
  test('of equal weights is the mean with its usual standard error', () => {
    const found = batchMean(EQUAL);
    expect(found?.mean).toBe(5);
    expect(found?.error).toBeCloseTo(Math.sqrt(2.5 / 5), 14);
    expect(found?.batches).toBe(5);
  });

  test('weighs batches by what they hold', () => {
    const found = batchMean([
      { sum: 10, weight: 10 },
      { sum: 60, weight: 30 },
    ]);
    expect(found?.mean).toBe(1.75);
    expect(found?.error).toBeCloseTo(Math.sqrt((7.5 ** 2 + 7.5 ** 2) * 2) / 40, 14);
  });

  test('has no error from one batch and no mean from none', () => {
    expect(batchMean([{ sum: 4, weight: 2 }])).toEqual({ mean: 2, error: null, batches: 1, weight: 2 });
    expect(batchMean([])).toBeNull();
    expect(batchMean([{ sum: 0, weight: 0 }])).toBeNull();
  });
});

describe('meanInterval', () => {
  test("is Student's: 5 +- 2.776445 x 0.707107 for five batches at 95 %", () => {
    const interval = meanInterval({ mean: 5, error: Math.SQRT1_2, batches: 5 }, 0.95);
    expect(interval.low).toBeCloseTo(5 - 2.7764451051977934 * Math.SQRT1_2, 10);
    expect(interval.high).toBeCloseTo(5 + 2.7764451051977934 * Math.SQRT1_2, 10);
  });

  test('has no bounds without an error', () => {
    expect(meanInterval({ mean: 5, error: null, batches: 1 }, 0.95)).toEqual({ low: null, high: null });
  });
});

describe('batchEdges', () => {
  test.each([
    [80, 4, 30, 20],
    [1200, 4, 30, 30],
    [10, 4, 30, 2],
    [3, 4, 30, 0],
    [61, 1, 30, 30],
  ])(
    'cut %s items of width %s towards %s batches into %s, with nothing left over',
    (items, width, target, count) => {
      const edges = batchEdges(items, { width, target });
      expect(edges).toHaveLength(count);
      expect(edges.map(([from]) => from)).toEqual([0, ...edges.map(([, to]) => to)].slice(0, count));
      expect(edges.at(-1)?.[1] ?? items).toBe(items);
      expect(Math.min(...edges.map(([from, to]) => to - from))).toBeGreaterThanOrEqual(width);
    },
  );
});
