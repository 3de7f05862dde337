/** By how much paired values differ, with an interval that holds for whatever symmetric law the differences have. */

import type { Shift } from './hodges-lehmann.ts';

/**
 * Numbers of sign patterns by Wilcoxon's signed-rank statistic of `n` differences, from 0 to n(n+1)/2: the coefficients
 * of the product of (1 + x^i) over i = 1..n. Wilcoxon, "Individual comparisons by ranking methods" (1945).
 */
function signPatterns(n: number): Float64Array {
  const most = (n * (n + 1)) / 2;
  const counts = new Float64Array(most + 1);
  counts[0] = 1;
  for (let rank = 1; rank <= n; rank += 1) {
    for (let sum = most; sum >= rank; sum -= 1) counts[sum] = (counts[sum] ?? 0) + (counts[sum - rank] ?? 0);
  }
  return counts;
}

/**
 * The number k for which the k-th smallest and k-th largest of all Walsh averages enclose the centre with at least the
 * given confidence; 0 where there are too few differences. Exact up to about 1,000 differences.
 *
 * @param n number of differences
 */
export function walshRank(n: number, confidence: number): number {
  const enough = ((1 - confidence) / 2) * 2 ** n * (1 + 1e-12);
  let sum = 0;
  return Math.max(
    0,
    signPatterns(n).findIndex((count) => (sum += count) > enough),
  );
}

/** Means of all pairs of values, each with itself too, ascending. */
function walshAverages(values: readonly number[]): Float64Array {
  const averages = new Float64Array((values.length * (values.length + 1)) / 2);
  let at = 0;
  values.forEach((first, index) => {
    for (let other = index; other < values.length; other += 1) {
      averages[at] = (first + (values[other] ?? 0)) / 2;
      at += 1;
    }
  });
  return averages.sort();
}

/**
 * Hodges and Lehmann's estimate of the centre of paired differences: the median of their Walsh averages, with the
 * distribution-free interval of Tukey (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3.2 and 3.3).
 * It needs differences that are independent and symmetric about their centre, which those of two like things are.
 *
 * @param differences finite, a value at least  @param confidence two-sided, in (0, 1)
 * @throws RangeError for an empty sample
 */
export function pairedShift(differences: readonly number[], confidence: number): Shift {
  if (differences.length === 0) throw new RangeError('a comparison needs a pair');
  const averages = walshAverages(differences);
  const middle = averages.length / 2;
  const value = ((averages[Math.ceil(middle) - 1] ?? 0) + (averages[Math.floor(middle)] ?? 0)) / 2;
  const rank = walshRank(differences.length, confidence);
  if (rank === 0) return { value, low: null, high: null };
  return { value, low: averages[rank - 1] ?? null, high: averages[averages.length - rank] ?? null };
}
