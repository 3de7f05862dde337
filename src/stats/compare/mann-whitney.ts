/** Whether one sample tends to be larger than another, whatever their law. */

import { isCountable, uAtMost, uAtMostNormal } from './u-distribution.ts';

/** What the ranks of two samples say. */
export interface RankComparison {
  /** Pairs in which the first sample's value is the larger one, ties counting half. */
  readonly u: number;
  /** One-sided probabilities, were there no difference, of a first sample so small, and so large. */
  readonly less: number;
  readonly greater: number;
  /** Two-sided probability. */
  readonly probability: number;
  /** `u` over the number of pairs: the chance that a value of the first sample is above one of the second. */
  readonly superiority: number;
  /** Cliff's delta, 2 superiority - 1: -1 entirely below, 0 no difference, 1 entirely above. */
  readonly delta: number;
  /** True when the probabilities are counted out, false for the normal approximation. */
  readonly isExact: boolean;
}

/** How probabilities are found. */
export interface RankOptions {
  /** False takes the normal approximation even where the exact law could be counted out. Default true. */
  readonly exact?: boolean;
}

/** Number of values in an ascending array below `value`, and up to it. */
function ranksOf(sorted: Float64Array, value: number): { readonly below: number; readonly upTo: number } {
  const search = (holds: (other: number) => boolean): number => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(sorted[middle] ?? Number.NaN)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return { below: search((other) => other < value), upTo: search((other) => other <= value) };
}

/** Sum of t^3 - t over the groups of t equal values. */
function tieSum(values: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()].reduce((sum, size) => sum + size ** 3 - size, 0);
}

/**
 * Mann and Whitney's test of whether values of the first sample tend to be larger or smaller than those of the
 * second ("On a test of whether one of two random variables is stochastically larger than the other", 1947): the
 * exact law for samples of fewer than 50 without ties, otherwise the normal approximation with the corrections
 * for ties and continuity (Lehmann, Nonparametrics (1975), 1.3). Values must be independent: of requests of one
 * run they are not, of repeated runs they are.
 *
 * @throws RangeError for an empty sample
 * @public
 */
export function mannWhitney(
  first: readonly number[],
  second: readonly number[],
  options: RankOptions = {},
): RankComparison {
  const sizes = { first: first.length, second: second.length };
  const pairs = sizes.first * sizes.second;
  if (pairs === 0) throw new RangeError('a comparison needs two samples');
  const sorted = Float64Array.from(second).sort();
  const u = first.reduce((sum, value) => {
    const { below, upTo } = ranksOf(sorted, value);
    return sum + (below + upTo) / 2;
  }, 0);
  const ties = tieSum([...first, ...second]);
  const isExact = (options.exact ?? true) && ties === 0 && isCountable(sizes);
  const atMost = (value: number): number =>
    isExact ? uAtMost(value, sizes) : uAtMostNormal(value, sizes, ties);
  const less = atMost(u);
  const greater = atMost(pairs - u);
  const superiority = u / pairs;
  return {
    u,
    less,
    greater,
    probability: Math.min(1, 2 * Math.min(less, greater)),
    superiority,
    delta: 2 * superiority - 1,
    isExact,
  };
}
