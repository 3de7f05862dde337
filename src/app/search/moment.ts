/** What can be said about a search while it runs. */

import type { TrialReport } from '../../verdict/capacity/report.ts';
import type { SearchState } from '../../verdict/search.ts';
import type { LiveState } from '../live.ts';

/** The trial under way. Rates per second, times ms. */
export interface TrialMoment {
  /** From 1. */
  readonly number: number;
  readonly ratePerSecond: number;
  /** Length of its measured part. */
  readonly durationMs: number;
  /** Traffic before that. */
  readonly approachMs: number;
  /** Null before its first pulse. */
  readonly live: LiveState | null;
}

/** A moment of a search. */
export interface SearchMoment {
  readonly state: SearchState;
  /** Longest that the search may take, ms; null: as long as it needs. */
  readonly budgetMs: number | null;
  /** Null between two trials. */
  readonly trial: TrialMoment | null;
}

/** A trial that ended, with what it changed. */
export interface TrialEnd {
  readonly report: TrialReport;
  readonly state: SearchState;
  readonly budgetMs: number | null;
}
