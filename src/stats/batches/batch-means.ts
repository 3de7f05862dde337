/** The interval of a mean from batches of a series, which absorbs most of what neighbours have in common. */

import { studentQuantile } from '../student.ts';

/** One stretch of a series: a sum and what it is divided by (a number of values, or a time). */
export interface Batch {
  readonly sum: number;
  readonly weight: number;
}

/** A ratio of sums with its standard error; `error` is null when there are fewer than two batches. */
export interface BatchMean {
  readonly mean: number;
  readonly error: number | null;
  readonly batches: number;
  /** Sum of weights. */
  readonly weight: number;
}

/**
 * Sum of sums over sum of weights, and its standard error from the scatter of the batches: the ratio estimator
 * of Cochran, Sampling Techniques (1977), 6.3, which is the plain mean of batch means (Law and Kelton,
 * Simulation Modeling and Analysis, 9.5.3) when all weights are equal. Null when the weights sum to 0.
 */
export function batchMean(batches: readonly Batch[]): BatchMean | null {
  const weight = batches.reduce((total, batch) => total + batch.weight, 0);
  if (!(weight > 0)) return null;
  const mean = batches.reduce((total, batch) => total + batch.sum, 0) / weight;
  const n = batches.length;
  if (n < 2) return { mean, error: null, batches: n, weight };
  const squares = batches.reduce((total, batch) => total + (batch.sum - mean * batch.weight) ** 2, 0);
  return { mean, error: Math.sqrt((squares * n) / (n - 1)) / weight, batches: n, weight };
}

/** Student's t interval around a batch mean; null bounds when there are fewer than two batches. */
export function meanInterval(
  { mean, error, batches }: Pick<BatchMean, 'mean' | 'error' | 'batches'>,
  confidence: number,
): { readonly low: number | null; readonly high: number | null } {
  if (error === null) return { low: null, high: null };
  const half = studentQuantile(0.5 + confidence / 2, batches - 1) * error;
  return { low: mean - half, high: mean + half };
}

/** How a series is cut: `width` items to a batch at least, about `target` batches. */
export interface Cut {
  readonly width: number;
  readonly target: number;
}

/** Where each batch begins and ends (exclusive) among `items` neighbours: equal widths, the rest in the last one. */
export function batchEdges(items: number, { width, target }: Cut): (readonly [from: number, to: number])[] {
  const size = Math.max(1, width, Math.floor(items / target));
  const count = Math.floor(items / size);
  return Array.from({ length: count }, (_, index) => {
    return [index * size, index === count - 1 ? items : (index + 1) * size] as const;
  });
}
