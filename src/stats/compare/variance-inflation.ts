/** By how much a mean of values with a memory varies more than one of independent values. */

/** Estimates of few values are no better than this: the memory of a process that hardly forgets is not seen in them. */
const MOST = 0.9;

/**
 * Variance of a mean over that of independent values, of a process in which each value depends on the one before:
 * (1 + r) / (1 - r) of its lag-1 autocorrelation r (Priestley, Spectral Analysis and Time Series (1981), 5.3.2). r is
 * pooled over the samples, each about its own mean, and freed of the bias -(1 + 4r) / n that short samples have
 * (Marriott and Pope, "Bias in the estimation of autocorrelations", Biometrika 41 (1954)).
 *
 * @param samples in order of time; finite  @returns 1 to 19; 1 for values that do not differ, and for too few to tell
 */
export function varianceInflation(samples: readonly (readonly number[])[]): number {
  const sums = { together: 0, squares: 0 };
  for (const values of samples) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const [index, value] of values.entries()) {
      const next = values[index + 1];
      sums.squares += (value - mean) ** 2;
      if (next !== undefined) sums.together += (value - mean) * (next - mean);
    }
  }
  const shortest = Math.min(...samples.map(({ length }) => length));
  if (sums.squares === 0 || shortest < 6) return 1;
  const seen = (shortest * (sums.together / sums.squares) + 1) / (shortest - 4);
  const memory = Math.min(MOST, Math.max(0, seen));
  return (1 + memory) / (1 - memory);
}
