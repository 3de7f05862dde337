/** The middle of a few values, with what they say of the truth. */

import { quantileRanks } from '../../stats/quantile-interval.ts';
import type { Middle } from './facts.ts';
import { middleOf } from './peers.ts';

/** The least number of values whose middle has an upper bound at 95 %: 2 * 0.5^6 is 3 %. */
export const LEAST_FOR_MIDDLE = 6;

/** The median with its 95 % interval, which holds for any law of the values; null of none. */
export function middleIn(valuesMs: readonly number[]): Middle | null {
  if (valuesMs.length === 0) return null;
  const sorted = valuesMs.toSorted((a, b) => a - b);
  const { lower, upper } = quantileRanks(sorted.length, { q: 0.5, confidence: 0.95 });
  return {
    medianMs: middleOf(sorted),
    lowMs: lower === 0 ? 0 : (sorted[lower - 1] ?? 0),
    highMs: upper === null ? null : (sorted[upper - 1] ?? null),
    count: sorted.length,
  };
}
