/** Blocks of the two sides: their percentiles, and which of them stand side by side. */

import type { BlockReport, Side } from './report.ts';

/** The percentiles of a block, ms: null where they fall among the failures. */
export interface BlockQuantiles {
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** A block as it is judged. */
export interface Block extends BlockReport {
  /** Less what our own lateness may have added; the same where that is not known. */
  readonly own: BlockQuantiles;
}

/** A baseline block and the candidate's that ran beside it. */
export interface BlockPair {
  readonly baseline: Block;
  readonly candidate: Block;
}

/** The blocks of a side, in their order. */
export function blocksOf<B extends BlockReport>(blocks: readonly B[], side: Side): B[] {
  return blocks.filter((block) => block.side === side);
}

/** The first blocks of the two, the second, and so on; what has no partner is left out. */
export function pairsOf(blocks: readonly Block[]): BlockPair[] {
  const candidates = blocksOf(blocks, 'candidate');
  return blocksOf(blocks, 'baseline').flatMap((baseline, index) => {
    const candidate = candidates[index];
    return candidate === undefined ? [] : [{ baseline, candidate }];
  });
}

/** The middle value by rank, the lower one of two; NaN when there is none. */
export function medianOf(values: readonly number[]): number {
  return Float64Array.from(values).sort()[Math.ceil(values.length / 2) - 1] ?? NaN;
}
