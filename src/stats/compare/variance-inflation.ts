/** By how much a mean of values with a memory varies more than one of independent values. */

/** Estimates of few values are no better than this: the memory of a process that hardly forgets is not seen in them. */
const MOST = 0.9;

/** Fewer values tell nothing of a memory. */
const LEAST = 6;

/**
 * Variance of a mean over that of independent values, of a process in which each value depends on the one before:
 * (1 + r) / (1 - r) of its lag-1 autocorrelation r (Priestley, Spectral Analysis and Time Series (1981), 5.3.2). r is
 * freed of the bias -(1 + 4r) / n that short samples have (Marriott and Pope, "Bias in the estimation of
 * autocorrelations", Biometrika 41 (1954)), and is the least of all samples: what a system remembers shows in each, and a
 * disturbance of one is no memory.
 *
 * @param samples in order of time; finite  @returns 1 to 19; 1 for values that do not differ, and for too few to tell
 */
export function varianceInflation(samples: readonly (readonly number[])[]): number {
  const memory = Math.min(MOST, Math.max(0, Math.min(...samples.map(memoryOf))));
  return (1 + memory) / (1 - memory);
}

function memoryOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const away = values.map((value) => value - mean);
  const squares = away.reduce((sum, here) => sum + here ** 2, 0);
  const together = away.reduce((sum, here, index) => sum + here * (away[index + 1] ?? 0), 0);
  if (squares === 0 || values.length < LEAST) return 0;
  return (values.length * (together / squares) + 1) / (values.length - 4);
}
