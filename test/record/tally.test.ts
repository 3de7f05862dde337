import { build } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { uniformAt } from '../../src/core/random.ts';
import { HIGHEST_US, highestUs, indexOfUs, lowestUs, TALLY_LENGTH, Tally } from '../../src/record/tally.ts';

/** Rank of the q-quantile, counted in values: the nearest one, as HdrHistogram has it. */
function quantileMs(tally: Tally, percent: number): number {
  return tally.atRank(Math.max(1, Math.ceil((percent * tally.count) / 100 - 1e-9)));
}

function shareUpTo(tally: Tally, ms: number): number {
  let within = 0;
  tally.forEachBucket((index, count) => {
    if (lowestUs(index) <= ms * 1000) within += count;
  });
  return within / tally.count;
}

function within(actual: number, expected: number, relative: number): void {
  expect(Math.abs(actual / expected - 1)).toBeLessThanOrEqual(relative);
}

describe("Tene's example: 10,000 values of 1 ms at 100/s, then one of 100 s", () => {
  const raw = new Tally();
  for (let i = 0; i < 10_000; i += 1) raw.add(1);
  raw.add(100_000);

  // What an open loop records: the 9,999 arrivals due during the stall wait for its rest.
  const corrected = new Tally();
  for (let i = 0; i < 10_000; i += 1) corrected.add(1);
  for (let ms = 100_000; ms >= 10; ms -= 10) corrected.add(ms);

  test('without the waiting arrivals the stall is one value in ten thousand', () => {
    expect(raw.count).toBe(10_001);
    for (const percent of [30, 99, 99.99]) within(quantileMs(raw, percent), 1, 0.001);
    within(quantileMs(raw, 99.999), 100_000, 0.001);
    within(raw.sumMs / raw.count, 10.9989, 0.001);
    expect(shareUpTo(raw, 5)).toBeCloseTo(0.9999, 4);
  });

  test('with them it is half of all', () => {
    expect(corrected.count).toBe(20_000);
    const expected = [
      [50, 1],
      [75, 50_000],
      [90, 80_000],
      [99, 98_000],
      [99.999, 100_000],
      [100, 100_000],
    ] as const;
    for (const [percent, ms] of expected) within(quantileMs(corrected, percent), ms, 0.001);
    within(corrected.sumMs / corrected.count, 25_000.5, 0.001);
    expect(shareUpTo(corrected, 5)).toBeCloseTo(0.5, 4);
  });

  test('the library, told the interval, says the same', () => {
    const library = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: HIGHEST_US,
      bitBucketSize: 64,
    });
    for (let i = 0; i < 10_000; i += 1) library.recordValueWithExpectedInterval(1000, 10_000);
    library.recordValueWithExpectedInterval(100_000_000, 10_000);
    expect(library.totalCount).toBe(corrected.count);
    for (const percent of [30, 50, 75, 90, 99]) {
      expect(quantileMs(corrected, percent) * 1000).toBeCloseTo(library.getValueAtPercentile(percent), 6);
    }
    within((corrected.sumMs / corrected.count) * 1000, library.mean, 0.001);
  });
});

describe('buckets', () => {
  test('cover 1 us to 1 h at 3 digits in 23,552 counts', () => {
    expect(indexOfUs(HIGHEST_US)).toBeLessThan(TALLY_LENGTH);
    expect(highestUs(TALLY_LENGTH - 1)).toBe(2 ** 32 - 1);
  });

  test.each([
    [0, 0, 0, 0],
    [2047, 2047, 2047, 2047],
    [2048, 2048, 2048, 2049],
    [2049, 2048, 2048, 2049],
    [4096, 3072, 4096, 4099],
    [2 ** 31, 22_528, 2 ** 31, 2 ** 31 + 2 ** 21 - 1],
  ])('%i us lies in bucket %i, from %i to %i', (us, index, lowest, highest) => {
    expect([indexOfUs(us), lowestUs(index), highestUs(index)]).toEqual([index, lowest, highest]);
  });
});

describe('odd values', () => {
  test('a value beyond one hour is counted apart, ranks last and keeps mean and maximum exact', () => {
    const tally = new Tally();
    tally.add(1);
    tally.add(3_600_000.001);
    expect([tally.count, tally.overflow, tally.maxMs]).toEqual([2, 1, 3_600_000.001]);
    expect([tally.atRank(1), tally.atRank(2)]).toEqual([1, Infinity]);
    expect(tally.sumMs).toBeCloseTo(3_600_001.001, 4);
  });

  test('exactly one hour is not beyond it', () => {
    const tally = new Tally();
    tally.add(3_600_000);
    expect([tally.overflow, tally.atRank(1)]).toEqual([0, 3_600_000]);
  });

  test('a moment that does not apply is not recorded', () => {
    const tally = new Tally();
    tally.add(NaN);
    expect([tally.count, tally.sumMs]).toEqual([0, 0]);
  });

  test('a negative value counts as 0', () => {
    const tally = new Tally();
    tally.add(-5);
    expect([tally.count, tally.minMs, tally.atRank(1)]).toEqual([1, 0, 0]);
  });

  test.each([0, -1, 4, NaN])('rank %d of three values is no number', (rank) => {
    const tally = new Tally();
    for (const ms of [1, 2, 3]) tally.add(ms);
    expect(tally.atRank(rank)).toBeNaN();
  });

  test('an empty tally has no rank', () => {
    expect(new Tally().atRank(1)).toBeNaN();
  });
});

describe('ranks', () => {
  test('first and last are exact, those between give either end of their bucket', () => {
    const tally = new Tally();
    for (const ms of [10.0002, 20.0051, 30.0007]) tally.add(ms);
    expect([tally.atRank(1), tally.atRank(3)]).toEqual([10.0002, 30.0007]);
    expect([tally.atRank(2, 'lowest'), tally.atRank(2)]).toEqual([20, 20.015]);
  });
});

describe('taking', () => {
  test('leaves nothing behind', () => {
    const tally = new Tally();
    for (const ms of [1, 2, 4_000_000]) tally.add(ms);
    tally.take();
    const empty = tally.take();
    expect([empty.count, empty.overflow, empty.indexes.length, empty.sumMs]).toEqual([0, 0, 0, 0]);
    expect([tally.minMs, tally.maxMs]).toEqual([Infinity, -Infinity]);
  });

  test('copies without a trace', () => {
    const tally = new Tally();
    tally.add(1);
    const copy = tally.copy();
    expect(tally.copy()).toEqual(copy);
  });
});

describe('the error of a quantile is at most one in a thousand', () => {
  const n = 100_000;
  const uniform = (i: number): number => 1 - uniformAt(7, 1, i);
  const normal = (i: number): number =>
    Math.sqrt(-2 * Math.log(uniform(2 * i))) * Math.cos(2 * Math.PI * uniform(2 * i + 1));
  const laws: [string, (i: number) => number][] = [
    ['lognormal', (i) => 10 * Math.exp(1.2 * normal(i))],
    ['exponential', (i) => -50 * Math.log(uniform(i))],
    ['bimodal', (i) => (uniform(i) < 0.97 ? 5 : 900) * (1 + 0.1 * uniform(i + n))],
  ];
  test.each(laws)('for %s samples', (_, draw) => {
    const tally = new Tally();
    const sorted = new Float64Array(n);
    for (let i = 0; i < n; i += 1) {
      sorted[i] = draw(i);
      tally.add(draw(i));
    }
    sorted.sort();
    for (const q of [0.001, 0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 1]) {
      const rank = Math.ceil(q * n);
      const exact = sorted[rank - 1] ?? NaN;
      // Half a microsecond comes from rounding to whole ones.
      expect(Math.abs(tally.atRank(rank) - exact)).toBeLessThanOrEqual(exact * 0.001 + 0.0005);
      expect(tally.atRank(rank, 'lowest')).toBeLessThanOrEqual(exact + 0.0005);
    }
  });
});
