/** The percentiles that sinks without histograms are told, of one stretch and one machine: nobody may average them. */

import { highestUs, type Tally } from '../record/tally.ts';

const RANKED: readonly (readonly [name: string, q: number])[] = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p99.9', 0.999],
];

/**
 * `p50`, `p95`, `p99`, `p99.9` and `max` with their values, ms; none of an empty tally. The percentile of n values is the
 * one at rank ceil(q n). Values beyond one hour count as the largest one, which is exact.
 */
export function namedQuantiles(tally: Tally): readonly (readonly [name: string, ms: number])[] {
  if (tally.count === 0) return [];
  // The product may lie a rounding error above the whole number that it is.
  const ranks = RANKED.map(([, q]) => Math.max(1, Math.ceil(tally.count * q - 1e-9)));
  const values = valuesAtRanks(tally, ranks);
  const ranked = RANKED.map(([name], position): readonly [string, number] => [name, values[position] ?? NaN]);
  return [...ranked, ['max', tally.maxMs]];
}

/**
 * Values at 1-based ranks, ms, in one pass over the buckets: the largest of a value's bucket, or the exact maximum.
 *
 * @param ranks ascending, within 1..count
 */
export function valuesAtRanks(tally: Tally, ranks: readonly number[]): number[] {
  const values: number[] = [];
  let seen = 0;
  tally.forEachBucket((index, count) => {
    seen += count;
    const ms = Math.min(Math.max(highestUs(index) / 1000, tally.minMs), tally.maxMs);
    for (let rank = ranks[values.length]; rank !== undefined && rank <= seen; rank = ranks[values.length]) {
      values.push(ms);
    }
    return values.length < ranks.length;
  });
  // Beyond one hour no bucket tells them apart.
  while (values.length < ranks.length) values.push(tally.maxMs);
  return values;
}
