/** By how much one sample is larger than another, with an interval that holds whatever their law. */

import { shiftRank } from './u-distribution.ts';

/** An estimate with its interval; null bounds where the samples are too small for the confidence. */
export interface Shift {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Two samples: what was before, and what is to be compared with it. Both hold a value at least. */
export interface SamplePair {
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
}

/** The middle of all pairwise effects, and the order statistics that enclose it. */
function middleOf(
  { baseline, candidate }: SamplePair,
  confidence: number,
  effect: (before: number, after: number) => number,
): Shift {
  if (baseline.length === 0 || candidate.length === 0) throw new RangeError('a comparison needs two samples');
  const effects = Float64Array.from(
    candidate.flatMap((after) => baseline.map((before) => effect(before, after))),
  ).sort();
  const middle = effects.length / 2;
  const value = ((effects[Math.ceil(middle) - 1] ?? 0) + (effects[Math.floor(middle)] ?? 0)) / 2;
  const rank = shiftRank({ first: candidate.length, second: baseline.length }, confidence);
  if (rank === 0) return { value, low: null, high: null };
  return { value, low: effects[rank - 1] ?? null, high: effects[effects.length - rank] ?? null };
}

/**
 * Hodges and Lehmann's estimate of how much larger the candidate is: the median of all pairwise differences, with
 * the distribution-free interval of Moses (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 4.2
 * and 4.3). Time and memory grow with the product of the sample sizes: meant for up to about 1,000 each.
 *
 * @param confidence two-sided, in (0, 1)  @throws RangeError for an empty sample
 * @public
 */
export function medianShift(samples: SamplePair, confidence: number): Shift {
  return middleOf(samples, confidence, (before, after) => after - before);
}

/**
 * The same for how many times larger the candidate is: the median of all pairwise ratios.
 *
 * @param samples positive values  @param confidence two-sided, in (0, 1)
 * @throws RangeError for an empty sample, or a baseline value that is not positive
 * @public
 */
export function medianRatio(samples: SamplePair, confidence: number): Shift {
  if (samples.baseline.some((value) => !(value > 0))) throw new RangeError('ratios need a positive baseline');
  return middleOf(samples, confidence, (before, after) => after / before);
}
