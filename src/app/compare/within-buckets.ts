/** Where values lie within the coarse buckets of a run's windows, read off the fine histogram of the whole run. */

import { decodeTally } from '../../record/histogram.ts';
import { highestUs, lowestUs } from '../../record/tally.ts';
import { coarseIndex } from '../../record/window.ts';
import type { LatencyBucket } from '../../result/series.ts';

/** The value below which a share of a bucket's values lie, ms. @param share in (0, 1) */
export type Within = (bucket: LatencyBucket, share: number) => number;

/** Values of the whole run in one coarse bucket, ascending. */
interface Fine {
  readonly values: { readonly ms: number; readonly count: number }[];
  count: number;
}

/**
 * A coarse bucket is 9 % wide: values that lie close together would all seem to be at its middle, and a step across its
 * edge like 9 %. So the share of a bucket is looked up among all values that the run had in it; where none is known, on
 * a straight line of logarithms.
 *
 * @param histogram HdrHistogram V2 blob of the run's successes
 */
export function withinBuckets(histogram: string | undefined): Within {
  const fine = histogram === undefined ? new Map<number, Fine>() : fineOf(histogram);
  return (bucket, share) => {
    const known = fine.get(coarseIndex(Math.sqrt(bucket.fromMs * bucket.toMs)));
    return (known === undefined ? undefined : lookUp(known, share)) ?? onLine(bucket, share);
  };
}

function fineOf(histogram: string): Map<number, Fine> {
  const buckets = new Map<number, Fine>();
  decodeTally(histogram).forEachBucket((index, count) => {
    const ms = (lowestUs(index) + highestUs(index)) / 2000;
    const at = coarseIndex(ms);
    const fine = buckets.get(at) ?? { values: [], count: 0 };
    fine.values.push({ ms, count });
    fine.count += count;
    buckets.set(at, fine);
  });
  return buckets;
}

function lookUp({ values, count }: Fine, share: number): number | undefined {
  let left = share * count;
  return values.find((value) => {
    left -= value.count;
    return left <= 0;
  })?.ms;
}

function onLine({ fromMs, toMs }: LatencyBucket, share: number): number {
  const low = Math.max(fromMs, 0.001);
  return low * (toMs / low) ** share;
}
