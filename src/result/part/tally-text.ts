/** Distributions to and from their place in a part. */

import { TALLY_LENGTH, type TallyPart } from '../../record/tally.ts';
import { sparseOf, sparseText } from './numbers.ts';
import type { TallyText } from './part.ts';

/** A distribution for a part. */
export function writeTally({ indexes, counts, minMs, maxMs, ...sums }: TallyPart): TallyText {
  const { count, overflow, sumMs } = sums;
  const isEmpty = count === 0;
  return {
    buckets: sparseText(Array.from(indexes, (index, at) => [index, counts[at] ?? 0] as const)),
    count,
    overflow,
    minMs: isEmpty ? null : minMs,
    maxMs: isEmpty ? null : maxMs,
    sumMs,
  };
}

/** A distribution out of a part. @throws RangeError when its buckets are none */
export function readTally({ buckets, minMs, maxMs, ...sums }: TallyText): TallyPart {
  const entries = sparseOf(buckets, TALLY_LENGTH);
  return {
    indexes: Uint32Array.from(entries, ([index]) => index),
    counts: Float64Array.from(entries, ([, count]) => count),
    count: sums.count,
    overflow: sums.overflow,
    minMs: minMs ?? Infinity,
    maxMs: maxMs ?? -Infinity,
    sumMs: sums.sumMs,
  };
}
