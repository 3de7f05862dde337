/** How far the values of a series that are neighbours are alike, beyond what its changes of level explain. */

import { sampleOf } from './t-test.ts';

/** The largest correlation taken for one: above it no number of values shows a change. */
const CORRELATION_MAX = 0.95;

/**
 * How many neighbouring values weigh as one independent one: (1 + r) / (1 - r), with r the correlation of neighbours
 * around the means between the changes, as of an autoregressive series of first order. The r of n values in k stretches
 * comes out too small by k (1 + 4r) / n (Kendall, "Note on bias in the estimation of autocorrelation", Biometrika 41
 * (1954)), which is put back. @param places where the changes are, ascending  @returns >= 1
 */
export function likeness(values: readonly number[], places: readonly number[]): number {
  const edges = [0, ...places, values.length];
  const stretches = edges.slice(1).map((to, index) => values.slice(edges[index] ?? 0, to));
  const rests = stretches.map((stretch) => {
    const { mean } = sampleOf(stretch);
    return stretch.map((value) => value - mean);
  });
  const squares = rests.flat().reduce((sum, rest) => sum + rest * rest, 0);
  if (squares === 0) return 1;
  const products = rests.reduce((sum, rest) => sum + productOfNeighbours(rest), 0);
  const seen = products / squares;
  const correlation = seen + (stretches.length * (1 + 4 * Math.max(0, seen))) / values.length;
  const bounded = Math.min(CORRELATION_MAX, Math.max(0, correlation));
  return (1 + bounded) / (1 - bounded);
}

function productOfNeighbours(rests: readonly number[]): number {
  return rests.slice(1).reduce((sum, rest, index) => sum + rest * (rests[index] ?? 0), 0);
}
