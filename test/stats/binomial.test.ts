import { describe, expect, test } from 'vitest';
import { atLeast, atMost, isWithin, logProbability } from '../../src/stats/binomial.ts';
import { reference, relativeError } from './reference.ts';

interface Figure {
  readonly n: number;
  readonly p: number;
  readonly k: number;
  readonly atMost: number;
  readonly atLeast: number;
  readonly logProbability: number;
}

const { cases, large } = reference<{ cases: Figure[]; large: Figure[] }>('binomial.json');

describe('binomial tails', () => {
  test.each(cases)('have 12 digits at n=$n p=$p k=$k', ({ n, p, k, ...expected }) => {
    expect(relativeError(atMost(k, { n, p }), expected.atMost)).toBeLessThan(2e-12);
    expect(relativeError(atLeast(k, { n, p }), expected.atLeast)).toBeLessThan(2e-12);
    expect(relativeError(logProbability(k, { n, p }), expected.logProbability)).toBeLessThan(1e-12);
  });

  test.each(large)('stay right at n=$n p=$p k=$k', ({ n, p, k, ...expected }) => {
    expect(relativeError(atMost(k, { n, p }), expected.atMost)).toBeLessThan(1e-9);
    expect(relativeError(atLeast(k, { n, p }), expected.atLeast)).toBeLessThan(1e-9);
    expect(relativeError(logProbability(k, { n, p }), expected.logProbability)).toBeLessThan(1e-10);
  });

  test("gives Conover's sign test of a quantile: 7 of 15 below, q 0.75, two-sided p 0.0346", () => {
    expect(2 * atMost(7, { n: 15, p: 0.75 })).toBeCloseTo(0.0346, 4);
  });

  test.each([
    ['below 0', -1, 5, 0.3, 0, 1, -Infinity],
    ['above n', 6, 5, 0.3, 1, 0, -Infinity],
    ['with no trial', 0, 0, 0.3, 1, 1, 0],
    ['with p 0', 0, 5, 0, 1, 1, 0],
    ['with p 0 and a hit', 1, 5, 0, 1, 0, -Infinity],
    ['with p 1 and all hit', 5, 5, 1, 1, 1, 0],
    ['with p 1 and one miss', 4, 5, 1, 0, 1, -Infinity],
  ])('are exact %s', (_name, k, n, p, most, least, log) => {
    expect(atMost(k, { n, p })).toBe(most);
    expect(atLeast(k, { n, p })).toBe(least);
    expect(logProbability(k, { n, p })).toBe(log);
  });

  test.each([
    [1.5, 0.5],
    [-1, 0.5],
    [Number.NaN, 0.5],
    [3, 1.5],
  ])('refuse n=%s p=%s', (n, p) => {
    expect(() => atMost(1, { n, p })).toThrow(RangeError);
    expect(() => atLeast(1, { n, p })).toThrow(RangeError);
  });
});

test('gives the quantile test of Conover, Practical Nonparametric Statistics, example 3.2.1', () => {
  // 7 of the 15 grades are at most 193, the upper quartile asked about.
  expect(2 * atMost(7, { n: 15, p: 0.75 })).toBeCloseTo(0.0346, 4);
});

test('a tie with the level counts as within it', () => {
  expect(isWithin(1 - 0.99, 0.01)).toBe(true);
  expect(isWithin(0.0100001, 0.01)).toBe(false);
});
