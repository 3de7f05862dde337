import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { namedQuantiles, valuesAtRanks } from '../../src/telemetry/quantiles.ts';
import { anyMs, tallyOf } from '../support/intervals.ts';

describe('percentiles by name', () => {
  test('tell p99 from p99.9, and say nothing of nothing', () => {
    const tally = tallyOf(Array.from({ length: 1000 }, (_, index) => (index + 1) / 1000));
    expect(namedQuantiles(tally)).toEqual([
      ['p50', 0.5],
      ['p95', 0.95],
      ['p99', 0.99],
      ['p99.9', 0.999],
      ['max', 1],
    ]);
    expect(namedQuantiles(tallyOf([]))).toEqual([]);
    expect(namedQuantiles(tallyOf([7])).map(([, ms]) => ms)).toEqual([7, 7, 7, 7, 7]);
  });

  test('are finite and in order, also beyond one hour', () => {
    fc.assert(
      fc.property(fc.array(anyMs, { minLength: 1, maxLength: 300 }), (values) => {
        const found = namedQuantiles(tallyOf(values)).map(([, ms]) => ms);
        expect(found.every(Number.isFinite)).toBe(true);
        expect(found).toEqual([...found].sort((a, b) => a - b));
        expect(found.at(-1)).toBe(Math.max(...values));
      }),
    );
  });

  test('at ranks are those of a look-up each', () => {
    fc.assert(
      fc.property(fc.array(anyMs, { minLength: 1, maxLength: 100 }), (values) => {
        const tally = tallyOf(values);
        const ranks = values.map((_, index) => index + 1);
        valuesAtRanks(tally, ranks).forEach((ms, index) => {
          const single = Math.min(tally.atRank(index + 1), tally.maxMs);
          // The first rank alone is exact there, and the highest of its bucket here.
          expect(Math.abs(ms - single)).toBeLessThanOrEqual(single / 1000 + 0.001);
        });
      }),
    );
  });
});
