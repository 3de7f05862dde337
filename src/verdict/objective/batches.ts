/** How a judged span is cut into batches, from whose scatter one learns how far its requests are alike. */

import { batchEdges, type Cut } from '../../stats/batches/batch-means.ts';
import type { WindowRange } from './judged-spans.ts';

/** About this many batches. */
export const BATCHES = 30;
/** Shortest batch, ms, where the run is long enough for several. */
export const BATCH_MS_MIN = 1000;

/** Fewest batches from which a mean's interval is made, and an inflation taken as it is. */
export const BATCHES_MIN = 5;

/**
 * Cuts stretches of windows into batches of one width, none across two stretches: trials are independent of each
 * other, and what is alike within one is no reason to doubt the next. A stretch shorter than a batch is one.
 *
 * @param cut in windows
 */
export function batchesOf(stretches: readonly WindowRange[], { width, target }: Cut): WindowRange[] {
  const items = stretches.reduce((sum, [from, to]) => sum + to - from, 0);
  const size = Math.max(1, width, Math.floor(items / target));
  return stretches.flatMap(([from, to]) => {
    const edges = batchEdges(to - from, { width: size, target: Infinity });
    return edges.length === 0 ? [[from, to] as const] : edges.map(([a, b]) => [from + a, from + b] as const);
  });
}
