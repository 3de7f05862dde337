/** The binomial distribution, exact in both tails for n up to 1e9 and far beyond. */

import { incompleteBeta } from './beta.ts';
import { logBinomialTerm } from './gamma.ts';

/** n trials with success probability p; n an integer >= 0, p in [0, 1]. */
export interface Binomial {
  readonly n: number;
  readonly p: number;
}

function check({ n, p }: Binomial): void {
  if (!(Number.isInteger(n) && n >= 0 && p >= 0 && p <= 1)) {
    throw new RangeError(`no binomial distribution has n=${n}, p=${p}`);
  }
}

/**
 * Logarithm of P(X = k); -Infinity where k cannot happen.
 *
 * @param k integer
 * @public
 */
export function logProbability(k: number, law: Binomial): number {
  check(law);
  const { n, p } = law;
  if (k < 0 || k > n) return -Infinity;
  if (k === 0) return n === 0 || p === 0 ? 0 : n * Math.log1p(-p);
  if (k === n) return n * Math.log(p);
  if (p === 0 || p === 1) return -Infinity;
  return logBinomialTerm({ a: k, b: n - k, p, complement: 1 - p });
}

/** P(X <= k). @param k integer, any sign */
export function atMost(k: number, law: Binomial): number {
  check(law);
  const { n, p } = law;
  if (k < 0) return 0;
  if (k >= n) return 1;
  return incompleteBeta({ a: k + 1, b: n - k }, { x: p, complement: 1 - p }).upper;
}

/** P(X >= k): not 1 - P(X <= k - 1), which would lose a small tail. @param k integer, any sign */
export function atLeast(k: number, law: Binomial): number {
  check(law);
  const { n, p } = law;
  if (k <= 0) return 1;
  if (k > n) return 0;
  return incompleteBeta({ a: k, b: n - k + 1 }, { x: p, complement: 1 - p }).lower;
}

/**
 * True when a probability is no larger than a significance level. Levels such as 1 - 0.99 are not exact in
 * binary, so a tie within rounding counts as reached.
 */
export function isWithin(probability: number, level: number): boolean {
  return probability <= level * (1 + 1e-12);
}
