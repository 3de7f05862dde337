/**
 * The one decision rule: from the number of attempts beyond a limit, is the claim "at least the fraction q is
 * within the limit" proven, disproven, or neither? Exact binomial tests on both sides, as the early stopping
 * rule of MLPerf's LoadGen has it on one. No quantile is estimated, and failures count like slow answers.
 */

import { atLeast, atMost, isWithin } from './binomial.ts';
import { firstFrom } from './integer-search.ts';

/** The claim and how sure a decision must be. */
export interface Claim {
  /** Fraction that must be within the limit, 0..1. */
  readonly q: number;
  /** Largest probability of a wrong decision on either side. */
  readonly alpha: number;
}

/** What was seen of a claim. */
export interface ExceedanceCounts extends Claim {
  /** Attempts beyond the limit, of `count`. */
  readonly exceeded: number;
  readonly count: number;
  /** Variance inflation by autocorrelation: the attempts weigh as `count / inflation` independent ones. Default 1. */
  readonly inflation?: number;
}

export type Decision = 'pass' | 'fail' | 'inconclusive';

/** Largest number of attempts that planning answers with. */
const COUNT_LIMIT = 1e12;

/** P(so few exceedances) if the claim were just broken: small values prove the claim. */
export function heldProbability({ exceeded, count, q, inflation = 1 }: ExceedanceCounts): number {
  return atMost(Math.ceil(exceeded / inflation), { n: Math.floor(count / inflation), p: 1 - q });
}

/** P(so many exceedances) if the claim held just so: small values prove the breach. */
export function breachProbability({ exceeded, count, q, inflation = 1 }: ExceedanceCounts): number {
  if (exceeded < inflation) return 1;
  return atLeast(Math.floor(exceeded / inflation), { n: Math.floor(count / inflation), p: 1 - q });
}

/** The decision; `inconclusive` also when there are no attempts. */
export function decide(counts: ExceedanceCounts): Decision {
  if (isWithin(heldProbability(counts), counts.alpha)) return 'pass';
  return isWithin(breachProbability(counts), counts.alpha) ? 'fail' : 'inconclusive';
}

/** Smallest number of attempts that passes with `exceeded` exceedances; null when none does (q = 1). */
export function countToPass(exceeded: number, { q, alpha }: Claim): number | null {
  return firstFrom(exceeded + 1, COUNT_LIMIT, (n) => isWithin(atMost(exceeded, { n, p: 1 - q }), alpha));
}

/**
 * Largest number of attempts that fails with `exceeded` exceedances; 0 when even all of them breaching prove nothing.
 *
 * @public
 */
export function countToFail(exceeded: number, { q, alpha }: Claim): number {
  if (exceeded <= 0 || q <= 0) return 0;
  const proves = (n: number): boolean => isWithin(atLeast(exceeded, { n, p: 1 - q }), alpha);
  if (!proves(exceeded)) return 0;
  return (firstFrom(exceeded, COUNT_LIMIT, (n) => !proves(n)) ?? Infinity) - 1;
}

/**
 * About how many attempts in all would decide, if exceedances went on at the ratio seen; null when no number
 * does, as at the limit itself. `count` must be > 0.
 */
export function countToDecide(counts: ExceedanceCounts): number | null {
  const ratio = counts.exceeded / counts.count;
  const decides = (count: number): boolean =>
    decide({ ...counts, count, exceeded: Math.round(ratio * count) }) !== 'inconclusive';
  return firstFrom(counts.count, COUNT_LIMIT / 1000, decides);
}
