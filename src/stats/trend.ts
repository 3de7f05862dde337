/** Whether a series rises or falls, and how fast, whatever the law of its values. */

import { normalUpperTail } from './normal.ts';

/** Result of a test for a monotonic trend. */
export interface Trend {
  /** Pairs that rise minus pairs that fall: n (n - 1) / 2 when every value is above the ones before it. */
  readonly s: number;
  /** `s` over its standard deviation, corrected for continuity: approximately standard normal without a trend. */
  readonly z: number;
  /** Two-sided probability of so strong a trend in exchangeable values. */
  readonly probability: number;
}

/** Sizes of the groups of equal values. */
function tieSizes(values: readonly number[]): Iterable<number> {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return sizes.values();
}

/** n (n - 1) (2 n + 5): 18 times the variance of Kendall's S among n distinct values. */
function variancePart(n: number): number {
  return n * (n - 1) * (2 * n + 5);
}

/**
 * Mann and Kendall's test for a monotonic trend, with the corrections for ties and continuity: Kendall, Rank
 * Correlation Methods (4th edition, 1975), chapter 4; Gilbert, Statistical Methods for Environmental Pollution
 * Monitoring (1987), 16.4. The normal approximation suits 10 values and more. Neighbours must be independent.
 *
 * @param values in order of time; the work grows with the square of their number
 * @returns no trend (z 0, probability 1) for fewer than two values, or equal ones
 */
export function mannKendall(values: readonly number[]): Trend {
  let s = 0;
  for (const [index, value] of values.entries()) {
    for (let later = index + 1; later < values.length; later += 1) {
      s += Math.sign((values[later] ?? Number.NaN) - value);
    }
  }
  let variance = variancePart(values.length);
  for (const size of tieSizes(values)) variance -= variancePart(size);
  if (s === 0 || variance <= 0) return { s, z: 0, probability: 1 };
  const z = (s - Math.sign(s)) / Math.sqrt(variance / 18);
  return { s, z, probability: Math.min(1, 2 * normalUpperTail(Math.abs(z))) };
}

/**
 * Theil and Sen's slope: the median of the slopes between all pairs, in units of the values per step. Up to
 * 29 % of wild values do not move it. Sen, "Estimates of the regression coefficient based on Kendall's tau",
 * JASA 63 (1968).
 *
 * @param values in order of time, at equal distances  @returns null for fewer than two values
 */
export function theilSenSlope(values: readonly number[]): number | null {
  const slopes: number[] = [];
  for (const [index, value] of values.entries()) {
    for (let later = index + 1; later < values.length; later += 1) {
      slopes.push(((values[later] ?? Number.NaN) - value) / (later - index));
    }
  }
  return slopes.length === 0 ? null : median(slopes);
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}
