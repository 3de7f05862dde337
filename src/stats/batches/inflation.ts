/** How much more the number of exceedances scatters than independent attempts would let it. */

/** One stretch of a run: its attempts, and how many of them were beyond the limit. */
export interface BatchCounts {
  readonly count: number;
  readonly exceeded: number;
}

/**
 * Variance of the number of exceedances over its binomial variance, at least 1: n attempts tell as much about
 * a ratio as n / inflation independent ones. From the scatter of batches: s^2(batch means) (n / b) / (p (1 - p)),
 * Law and Kelton, Simulation Modeling and Analysis, 9.5.3, in the ratio form for batches of unequal size
 * (Cochran, Sampling Techniques, 6.3).
 *
 * A run that happens to see few exceedances also sees little of their scatter, and would pass on both: judge with
 * the largest inflation over the limit and the quantiles that were seen around it.
 *
 * @param batches in any order; those without attempts do not count
 * @returns 1 where the scatter is unknown: fewer than two batches, or none or all of the attempts beyond the limit
 */
export function batchInflation(batches: readonly BatchCounts[]): number {
  const filled = batches.filter(({ count }) => count > 0);
  const n = filled.reduce((sum, { count }) => sum + count, 0);
  const exceeded = filled.reduce((sum, batch) => sum + batch.exceeded, 0);
  const b = filled.length;
  if (b < 2 || exceeded <= 0 || exceeded >= n) return 1;
  const p = exceeded / n;
  const squares = filled.reduce((sum, batch) => sum + (batch.exceeded - p * batch.count) ** 2, 0);
  return Math.max(1, (squares * b) / ((b - 1) * n * p * (1 - p)));
}
