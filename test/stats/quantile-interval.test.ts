import { describe, expect, test } from 'vitest';
import {
  countForUpperBound,
  nearestRank,
  quantileRanks,
  rankCoverage,
} from '../../src/stats/quantile-interval.ts';
import { reference } from './reference.ts';

interface Figure {
  readonly n: number;
  readonly q: number;
  readonly lower: number;
  readonly upper: number | null;
  readonly coverage: number;
}

const { ranks } = reference<{ ranks: Figure[] }>('quantile-ranks.json');

/** The 101 values exp(0), exp(0.01) ... exp(1) of the published examples, by 1-based rank. */
function exponentialAt(rank: number | null): number {
  return rank === null ? Infinity : Math.exp((rank - 1) / 100);
}

describe('quantileRanks', () => {
  test.each(ranks)('of $q among $n are $lower and $upper', ({ n, q, lower, upper, coverage }) => {
    const found = quantileRanks(n, { q, confidence: 0.95 });
    expect(found).toEqual({ lower, upper });
    expect(rankCoverage(n, q, found)).toBeCloseTo(coverage, 10);
  });

  // R package confintr, quoted in scipy's TestQuantileTest: values exp(0, 0.01 .. 1).
  test.each([
    ['q 0.3 at 95 %', 0.3, 0.95, 21, 40, 1.22140275816017, 1.476980793882643],
    ['q 0.5 at 90 %', 0.5, 0.9, 42, 60, 1.506817785112854, 1.803988415397857],
  ])('agree with confintr for %s', (_name, q, confidence, lower, upper, low, high) => {
    const found = quantileRanks(101, { q, confidence });
    expect(found).toEqual({ lower, upper });
    expect(exponentialAt(found.lower)).toBeCloseTo(low, 14);
    expect(exponentialAt(found.upper)).toBeCloseTo(high, 14);
  });

  test('agree with confintr one-sided: a 95 % bound is one side of a 90 % interval', () => {
    expect(exponentialAt(quantileRanks(101, { q: 0.25, confidence: 0.9 }).upper)).toBeCloseTo(
      1.39096812846378,
      14,
    );
    expect(exponentialAt(quantileRanks(101, { q: 0.8, confidence: 0.8 }).lower)).toBeCloseTo(
      2.117000016612675,
      14,
    );
  });

  test('have no bound where n is too small', () => {
    expect(quantileRanks(0, { q: 0.5, confidence: 0.95 })).toEqual({ lower: 0, upper: null });
    expect(quantileRanks(5, { q: 0.5, confidence: 0.95 })).toEqual({ lower: 0, upper: null });
    expect(quantileRanks(6, { q: 0.5, confidence: 0.95 })).toEqual({ lower: 1, upper: 6 });
  });

  test.each([
    [0, 0.95],
    [1, 0.95],
    [0.5, 1],
    [0.5, 0],
  ])('refuse q=%s at confidence %s', (q, confidence) => {
    expect(() => quantileRanks(10, { q, confidence })).toThrow(RangeError);
  });
});

describe('rankCoverage', () => {
  // Small vectors of go-moremath's QuantileCI, whose orders are the values below each bound.
  test.each([
    [4, 2, 3, 0.375],
    [4, 1, 3, 0.625],
    [5, 0, 5, 0.96875],
  ])('of the median of %s between ranks %s and %s is %s', (n, lower, upper, coverage) => {
    expect(rankCoverage(n, 0.5, { lower, upper })).toBeCloseTo(coverage, 12);
  });
});

describe('countForUpperBound', () => {
  test.each([
    [0.5, 6, 5],
    [0.9, 36, 29],
    [0.95, 72, 59],
    [0.99, 368, 299],
    [0.999, 3688, 2995],
    [0.9999, 36_887, 29_956],
  ])('of q %s is %s, and %s one-sided', (q, twoSided, oneSided) => {
    expect(countForUpperBound({ q, confidence: 0.95 })).toBe(twoSided);
    expect(countForUpperBound({ q, confidence: 0.9 })).toBe(oneSided);
  });
});

describe('nearestRank', () => {
  test.each([
    [100, 0.99, 99],
    [100, 0.07, 7],
    [1000, 0.999, 999],
    [2, 0.5000000000000001, 1],
    [2, 0.500000000000001, 2],
    [5, 0.25, 2],
    [5, 0.3, 2],
    [7, 0, 1],
    [7, 1, 7],
  ])('of %s values at %s is %s', (n, q, rank) => {
    expect(nearestRank(n, q)).toBe(rank);
  });
});
