/** Distributions as OTLP's exponential histograms (opentelemetry-proto, metrics.proto, ExponentialHistogramDataPoint). */

import { highestUs, lowestUs, type Tally } from '../../record/tally.ts';

/** The part of a data point that the distribution makes; 64-bit integers are text in its JSON. Values are seconds. */
export interface ExponentialPoint {
  readonly count: string;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly scale: number;
  readonly zeroCount: string;
  readonly zeroThreshold: number;
  readonly positive: { readonly offset: number; readonly bucketCounts: readonly string[] };
}

/** Finer ones would tell buckets apart that ours do not: these are 0.27 % wide, ours 0.1 %. */
const FINEST_SCALE = 8;

/** OpenTelemetry's own programs keep 160; with 640 ten octaves are told to 0.55 %. */
const MOST_BUCKETS = 640;

/** Below half of the unit of our own buckets, a microsecond. */
const ZERO_SECONDS = 5e-7;

/**
 * The distribution of a tally that is not empty, each of its buckets at its middle. Bucket k of the result holds what lies
 * in (b^k, b^(k+1)], b = 2^(2^-scale): a quantile read from it is off by half of b - 1 at most, besides the 0.05 % of our
 * own buckets. The scale is the finest one, of 8 or less, that needs no more than 640 buckets. Values beyond one hour lie
 * at the largest one.
 */
export function exponentialPoint(tally: Tally): ExponentialPoint {
  const { zeros, counts } = countsByUs(tally);
  const seconds = [...counts.keys()].map((us) => us / 1e6);
  const scale = scaleFor(Math.min(...seconds), Math.max(...seconds));
  return {
    count: String(tally.count),
    sum: tally.sumMs / 1000,
    min: tally.minMs / 1000,
    max: tally.maxMs / 1000,
    scale,
    zeroCount: String(zeros),
    zeroThreshold: ZERO_SECONDS,
    positive: bucketsOf(counts, scale),
  };
}

/** Counts by the middle of their bucket, microseconds; what rounds to none apart. */
function countsByUs(tally: Tally): { readonly zeros: number; readonly counts: ReadonlyMap<number, number> } {
  const counts = new Map<number, number>();
  let zeros = 0;
  tally.forEachBucket((index, count) => {
    const us = (lowestUs(index) + highestUs(index)) / 2;
    if (us === 0) zeros += count;
    else counts.set(us, count);
  });
  if (tally.overflow > 0) {
    const us = tally.maxMs * 1000;
    counts.set(us, (counts.get(us) ?? 0) + tally.overflow);
  }
  return { zeros, counts };
}

function bucketOf(seconds: number, scale: number): number {
  return Math.ceil(Math.log2(seconds) * 2 ** scale) - 1;
}

function scaleFor(lowest: number, highest: number): number {
  let scale = FINEST_SCALE;
  while (bucketOf(highest, scale) - bucketOf(lowest, scale) >= MOST_BUCKETS) scale -= 1;
  return scale;
}

function bucketsOf(counts: ReadonlyMap<number, number>, scale: number): ExponentialPoint['positive'] {
  const byBucket = new Map<number, number>();
  for (const [us, count] of counts) {
    const bucket = bucketOf(us / 1e6, scale);
    byBucket.set(bucket, (byBucket.get(bucket) ?? 0) + count);
  }
  if (byBucket.size === 0) return { offset: 0, bucketCounts: [] };
  const offset = Math.min(...byBucket.keys());
  const length = Math.max(...byBucket.keys()) - offset + 1;
  const bucketCounts = Array.from({ length }, (_, position) => String(byBucket.get(offset + position) ?? 0));
  return { offset, bucketCounts };
}
