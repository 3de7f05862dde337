/** What can be said about a live comparison while it runs. */

import type { BlockReport, ComparisonFinding, Side } from '../../verdict/compare/report.ts';
import type { LiveState } from '../live.ts';

/** A moment of a comparison. Times ms. */
export interface ComparisonMoment {
  readonly elapsedMs: number;
  /** Time that is left at most: of the budget, and of all blocks that a side may have. */
  readonly leftMs: number;
  /** Blocks of a side that are done, and that it may have. */
  readonly pairs: number;
  readonly maxBlocks: number;
  /** Blocks of a side at which it is looked next. */
  readonly nextLook: number;
  /** Whose block is under way; null between two. */
  readonly side: Side | null;
  readonly live: LiveState | null;
  readonly blocks: readonly BlockReport[];
  /** As of the last look; empty before the first. */
  readonly findings: readonly ComparisonFinding[];
}
