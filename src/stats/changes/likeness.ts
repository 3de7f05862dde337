/** How far the values of a series that are neighbours are alike, beyond what its changes of level explain. */

import { sampleOf } from './t-test.ts';

/** The largest correlation taken for one: above it no number of values shows a change. */
const CORRELATION_MAX = 0.95;

/**
 * How many neighbouring values weigh as one independent one: (1 + r) / (1 - r), with r the correlation of neighbours, as
 * of an autoregressive series of first order. It is taken around a straight line between each two changes, so that a
 * slow rise does not hide itself. The r of n values around k lines comes out too small by k (2 + 4r) / n (Marriott and
 * Pope, "Bias in the estimation of autocorrelations", Biometrika 41 (1954)), which is put back.
 *
 * @param places where the changes are, ascending  @returns >= 1
 */
export function likeness(values: readonly number[], places: readonly number[]): number {
  const edges = [0, ...places, values.length];
  const rests = edges.slice(1).map((to, index) => besideLine(values.slice(edges[index] ?? 0, to)));
  const squares = rests.flat().reduce((sum, rest) => sum + rest * rest, 0);
  if (squares === 0) return 1;
  const products = rests.reduce((sum, rest) => sum + productOfNeighbours(rest), 0);
  const seen = products / squares;
  const correlation = seen + (rests.length * (2 + 4 * Math.max(0, seen))) / values.length;
  const bounded = Math.min(CORRELATION_MAX, Math.max(0, correlation));
  return (1 + bounded) / (1 - bounded);
}

/** What is left of values beside their line of least squares. */
function besideLine(values: readonly number[]): number[] {
  const { mean } = sampleOf(values);
  const middle = (values.length - 1) / 2;
  const squares = values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  const products = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
  const slope = squares === 0 ? 0 : products / squares;
  return values.map((value, index) => value - mean - slope * (index - middle));
}

function productOfNeighbours(rests: readonly number[]): number {
  return rests.slice(1).reduce((sum, rest, index) => sum + rest * (rests[index] ?? 0), 0);
}
