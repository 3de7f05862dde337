/** What asks for trials until it knows enough: pure, told the time, so that it runs the same on a virtual clock. */

import type { Trial, TrialOrder } from './trial.ts';

/** A search under way. `app/search/drive.ts` runs it. */
export interface Search {
  /** The next trial; null when it knows enough, or the budget is spent. @param nowMs since the start of the search */
  next(nowMs: number): TrialOrder | null;
  /** Takes in the trial that was ordered last. */
  add(trial: Trial): void;
  /** For the live display. @param nowMs since the start of the search */
  state(nowMs: number): SearchState;
}

/** How far a search is. Rates are per second, times ms. */
export interface SearchState {
  /** What it does now, in a few words: `climbing`, `narrowing`, `asking about 390/s`... */
  readonly doing: string;
  readonly trials: number;
  readonly elapsedMs: number;
  /** Time that is left by estimate, never beyond the budget; null when not known. */
  readonly leftMs: number | null;
  readonly heldPerSecond: number | null;
  readonly brokePerSecond: number | null;
  /** The last trials, oldest first: a rate and what is known of it. */
  readonly recent: readonly {
    readonly ratePerSecond: number;
    readonly label: 'held' | 'broken' | 'undecided';
  }[];
}
