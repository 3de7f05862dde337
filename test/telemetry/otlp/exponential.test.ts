import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exponentialPoint } from '../../../src/telemetry/otlp/exponential.ts';
import { anyMs, tallyOf } from '../../support/intervals.ts';

type Point = ReturnType<typeof exponentialPoint>;

function boundary(scale: number, index: number): number {
  return 2 ** (index * 2 ** -scale);
}

/** The bucket in which the value at a 1-based rank lies, seconds; [0, threshold] for zeros. */
function bucketAt(
  { zeroCount, zeroThreshold, scale, positive }: Point,
  rank: number,
): readonly [low: number, high: number] {
  let seen = Number(zeroCount);
  if (rank <= seen) return [0, zeroThreshold];
  for (const [position, count] of positive.bucketCounts.entries()) {
    seen += Number(count);
    const index = positive.offset + position;
    if (rank <= seen) return [boundary(scale, index), boundary(scale, index + 1)];
  }
  throw new Error(`no value at rank ${rank}`);
}

describe('an exponential histogram', () => {
  test('gives back every quantile to half a bucket and the width of our own', () => {
    fc.assert(
      fc.property(fc.array(anyMs, { minLength: 1, maxLength: 200 }), (values) => {
        const point = exponentialPoint(tallyOf(values));
        const sorted = [...values].sort((a, b) => a - b);
        expect(point.positive.bucketCounts.length).toBeLessThanOrEqual(640);
        sorted.forEach((ms, index) => {
          const [low, high] = bucketAt(point, index + 1);
          // Whole microseconds, and above 2048 of them three digits; beyond an hour the largest value stands for all.
          const seconds = ms > 3_600_000 ? (sorted.at(-1) ?? NaN) / 1000 : ms / 1000;
          const slack = 5.01e-7 + seconds / 2000;
          expect(seconds).toBeGreaterThanOrEqual(low - slack);
          expect(seconds).toBeLessThanOrEqual(high + slack);
        });
      }),
    );
  });

  test('of ordinary latencies is off by less than 1 %', () => {
    const point = exponentialPoint(tallyOf(Array.from({ length: 10_000 }, (_, index) => 1 + index / 10)));
    expect(point.scale).toBeGreaterThanOrEqual(6);
    for (const q of [0.5, 0.9, 0.99, 0.999]) {
      const [low, high] = bucketAt(point, q * 10_000);
      expect(Math.abs((low + high) / 2 / ((q * 10_000) / 10_000) - 1)).toBeLessThan(0.01);
    }
  });

  test('keeps zeros apart, and exact powers of two at the upper end of their bucket', () => {
    expect(exponentialPoint(tallyOf([0, 0.0001]))).toMatchObject({
      count: '2',
      zeroCount: '2',
      positive: { offset: 0, bucketCounts: [] },
    });
    const { scale, positive } = exponentialPoint(tallyOf([0.001]));
    expect(boundary(scale, positive.offset)).toBeLessThan(1e-6);
    expect(boundary(scale, positive.offset + 1)).toBeGreaterThanOrEqual(1e-6);
  });

  test('holds the longest and the shortest time at once', () => {
    const point = exponentialPoint(tallyOf([0.001, 1e9]));
    expect([point.min, point.max]).toEqual([1e-6, 1e6]);
    expect(bucketAt(point, 2)[1]).toBeGreaterThanOrEqual(1e6);
    expect(point.positive.bucketCounts.length).toBeLessThanOrEqual(640);
  });
});
