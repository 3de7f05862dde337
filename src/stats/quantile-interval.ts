/**
 * Intervals for a quantile from the order of the values alone: valid for any distribution of independent
 * values, with no normal approximation.
 */

import { atLeast, atMost, isWithin } from './binomial.ts';
import { firstWhere } from './integer-search.ts';

/** 1-based ranks into the ascending values. */
export interface RankInterval {
  /** 0 when n is too small for a lower bound. */
  readonly lower: number;
  /** Null when n is too small for a finite upper bound. */
  readonly upper: number | null;
}

/** How a quantile is asked for: q and confidence in (0, 1). */
export interface QuantileQuestion {
  readonly q: number;
  readonly confidence: number;
}

function check({ q, confidence }: QuantileQuestion): void {
  if (!(q > 0 && q < 1 && confidence > 0 && confidence < 1)) {
    throw new RangeError(`no quantile interval for q=${q} at confidence ${confidence}`);
  }
}

/**
 * Ranks whose values enclose the q-quantile with at least the given confidence, each side missing it with at
 * most half of the rest. The number of values below the quantile is Binomial(n, q): Hahn and Meeker,
 * Statistical Intervals (1991), 5.2; Conover, Practical Nonparametric Statistics, 3.2.
 *
 * @param n number of values, an integer >= 0
 */
export function quantileRanks(n: number, question: QuantileQuestion): RankInterval {
  check(question);
  const law = { n, p: question.q };
  const side = (1 - question.confidence) / 2;
  const lower = firstWhere(0, n, (k) => !isWithin(atMost(k, law), side));
  const upper = firstWhere(1, n + 1, (k) => isWithin(atLeast(k, law), side));
  return { lower, upper: upper > n ? null : upper };
}

/**
 * Probability that the values at these ranks enclose the q-quantile of n values.
 *
 * @public
 */
export function rankCoverage(n: number, q: number, ranks: RankInterval): number {
  const law = { n, p: q };
  return 1 - atMost(ranks.lower - 1, law) - (ranks.upper === null ? 0 : atLeast(ranks.upper, law));
}

/** Smallest number of values that gives {@link quantileRanks} a finite upper bound: q^n <= (1 - confidence) / 2. */
export function countForUpperBound(question: QuantileQuestion): number {
  check(question);
  const side = (1 - question.confidence) / 2;
  const guess = Math.ceil(Math.log(side) / Math.log(question.q));
  return firstWhere(Math.max(1, guess - 2), guess + 2, (n) => isWithin(question.q ** n, side));
}

/**
 * Rank of the q-quantile by the nearest-rank convention, ceil(q n), as HdrHistogram reads it: a product
 * above a whole number by rounding alone stays at that number.
 *
 * @param n >= 1  @param q in [0, 1]  @returns 1..n
 */
export function nearestRank(n: number, q: number): number {
  const exact = n * q;
  return Math.min(n, Math.max(1, Math.ceil(exact - exact * 2 * Number.EPSILON)));
}
