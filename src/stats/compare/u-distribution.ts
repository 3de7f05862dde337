/** The law of Mann and Whitney's U when two samples come from the same continuous law. */

import { normalQuantile, normalUpperTail } from '../normal.ts';

/** Sizes of the two samples; integers >= 1. */
export interface SampleSizes {
  readonly first: number;
  readonly second: number;
}

/** Samples from this size on are judged by the normal approximation, as R's wilcox.test does. */
const NORMAL_FROM = 50;

/** True where the law is counted out rather than approximated. */
export function isCountable({ first, second }: SampleSizes): boolean {
  return first < NORMAL_FROM && second < NORMAL_FROM;
}

/**
 * Numbers of arrangements by U, from 0 to `last`: the coefficients of the Gaussian binomial coefficient, which is
 * the product of (1 - x^(n + i)) / (1 - x^i) over i = 1..m. Mann and Whitney (1947); Andrews, The Theory of
 * Partitions (1976), 3.2.
 */
function arrangements({ first, second }: SampleSizes, last: number): Float64Array {
  const counts = new Float64Array(last + 1);
  counts[0] = 1;
  for (let i = 1; i <= first; i += 1) {
    for (let u = last; u >= second + i; u -= 1) counts[u] = (counts[u] ?? 0) - (counts[u - second - i] ?? 0);
    for (let u = i; u <= last; u += 1) counts[u] = (counts[u] ?? 0) + (counts[u - i] ?? 0);
  }
  return counts;
}

/** Number of ways to choose which of the pooled values are the first sample's. */
function choices({ first, second }: SampleSizes): number {
  let ways = 1;
  for (let i = 1; i <= first; i += 1) ways *= (second + i) / i;
  return ways;
}

/** P(U <= u), counted out: for samples that {@link isCountable}. @param u any number */
export function uAtMost(u: number, sizes: SampleSizes): number {
  const most = sizes.first * sizes.second;
  const whole = Math.floor(u);
  if (whole < 0) return 0;
  // The law is symmetric: the lower half is counted, where no digits are lost.
  if (whole >= most / 2) return 1 - uAtMost(most - whole - 1, sizes);
  return arrangements(sizes, whole).reduce((sum, count) => sum + count, 0) / choices(sizes);
}

/** Standard deviation of U. @param ties sum of t^3 - t over the groups of t equal values. Default 0 */
export function uDeviation({ first, second }: SampleSizes, ties = 0): number {
  const n = first + second;
  return Math.sqrt(((first * second) / 12) * (n + 1 - ties / (n * (n - 1))));
}

/** P(U <= u) by the normal approximation, corrected for continuity. */
export function uAtMostNormal(u: number, sizes: SampleSizes, ties = 0): number {
  const deviation = uDeviation(sizes, ties);
  if (deviation === 0) return 1;
  return normalUpperTail(((sizes.first * sizes.second) / 2 - u - 0.5) / deviation);
}

/**
 * The number k for which the k-th smallest and k-th largest of all pairwise differences enclose the shift with at
 * least the given confidence; 0 where the samples are too small.
 */
export function shiftRank(sizes: SampleSizes, confidence: number): number {
  const side = (1 - confidence) / 2;
  const half = (sizes.first * sizes.second) / 2;
  if (!isCountable(sizes))
    return Math.max(0, Math.floor(half + 0.5 + normalQuantile(side) * uDeviation(sizes)));
  const counts = arrangements(sizes, Math.floor(half));
  const enough = side * choices(sizes) * (1 + 1e-12);
  let sum = 0;
  return Math.max(
    0,
    counts.findIndex((count) => (sum += count) > enough),
  );
}
