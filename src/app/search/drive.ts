/** The loop of every search: asks for the next trial, runs it, hands it back, until the search knows enough. */

import type { Search, SearchState } from '../../verdict/search.ts';
import type { Trial, TrialOrder } from '../../verdict/trial.ts';

/** Runs one trial. @param number from 1 */
export type TrialRunner = (order: TrialOrder, number: number) => Promise<Trial>;

/** What a drive needs besides the search and the runner, and whom it tells. */
export interface DriveHooks {
  /** Ms since the start of the search: of the machine's clock, or of a simulated one. */
  readonly elapsedMs: () => number;
  /** True when nothing more may be sent. */
  readonly isStopped: () => boolean;
  /** Told before a trial. */
  readonly onOrder?: (order: TrialOrder, number: number, state: SearchState) => void;
  /** Told after a trial that the search took in. */
  readonly onTrial?: (trial: Trial, number: number, state: SearchState) => void;
}

/**
 * Runs trials one after another. A trial that was stopped by a signal before its first measured request shows
 * nothing, and is not handed to the search; any other one is, so that a stopped search reports what it has seen.
 *
 * @throws what the runner throws
 */
export async function driveSearch(search: Search, runTrial: TrialRunner, hooks: DriveHooks): Promise<void> {
  for (let number = 1; !hooks.isStopped(); number += 1) {
    const order = search.next(hooks.elapsedMs());
    if (order === null) return;
    hooks.onOrder?.(order, number, search.state(hooks.elapsedMs()));
    // Each trial depends on what the ones before it have shown.
    const trial = await runTrial(order, number);
    if (isEmpty(trial)) return;
    search.add(trial);
    hooks.onTrial?.(trial, number, search.state(hooks.elapsedMs()));
  }
}

function isEmpty({ stopped, measured: { recording } }: Trial): boolean {
  const { sent, dropped } = recording.counts;
  return stopped?.by === 'signal' && sent + dropped === 0;
}
