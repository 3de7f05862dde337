/** Where the start-up of a series ends and its steady part begins. */

/** How a series is looked at. */
export interface MserOptions {
  /** Values to a batch. Default 5: MSER-5. */
  readonly batchSize?: number;
}

const DEFAULT_BATCH_SIZE = 5;

/** Truncations that would leave fewer than these last batches are not considered: so few always look even. */
function spared(batches: number): number {
  return Math.max(1, Math.min(5, Math.floor(batches / 4)));
}

function batchMeans(values: readonly number[], size: number): number[] {
  return Array.from({ length: Math.floor(values.length / size) }, (_, batch) => {
    const members = values.slice(batch * size, (batch + 1) * size);
    return members.reduce((sum, value) => sum + value, 0) / size;
  });
}

/** The number of leading batches without which the mean of the rest has the smallest marginal standard error. */
function leastErrorFrom(means: readonly number[]): number {
  const last = means.length - spared(means.length) - 1;
  let mean = 0;
  let squares = 0;
  let best = 0;
  let least = Infinity;
  for (let from = means.length - 1; from >= 0; from -= 1) {
    const kept = means.length - from;
    const offset = (means[from] ?? 0) - mean;
    mean += offset / kept;
    squares += offset * offset * (1 - 1 / kept);
    const error = squares / kept ** 2;
    if (from > last || error > least) continue;
    least = error;
    best = from;
  }
  return best;
}

/**
 * How many of the first values to leave out so that the rest is steady: MSER-5, the truncation of batch means
 * that minimises the marginal standard error of the mean of what stays. White, "An effective truncation heuristic
 * for bias reduction in simulation output", Simulation 69 (1997); Spratt, "Heuristics for the startup problem"
 * (1998). Values after the last whole batch are not looked at.
 *
 * @param values in order of time, at equal distances
 * @returns a multiple of the batch size; null when that is more than half of the values, which shows no steady
 *   part, or when there is not one whole batch
 */
export function mserTruncation(values: readonly number[], options: MserOptions = {}): number | null {
  const size = options.batchSize ?? DEFAULT_BATCH_SIZE;
  const means = batchMeans(values, size);
  if (means.length === 0) return null;
  const truncated = leastErrorFrom(means);
  return truncated > means.length / 2 ? null : truncated * size;
}
