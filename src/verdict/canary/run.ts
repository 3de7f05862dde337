/** One run of a canary, as its history keeps it. */

import type { Status } from '../finding.ts';

/** How a run can go. `blind`: it cannot be told, for the canary itself or its network failed. */
export const RUN_OUTCOMES = ['ok', 'bad', 'blind'] as const;

/** A member of {@link RUN_OUTCOMES}. */
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** How a run went, in the words of verdicts: of the run alone, for it proves no objective. */
export const OUTCOME_STATUS: Readonly<Record<RunOutcome, Status>> = {
  ok: 'pass',
  bad: 'fail',
  blind: 'inconclusive',
};

/**
 * What is wrong with a service. `offline`: nothing answered; `certificate`: its certificate is not accepted; `erroring`:
 * it answers with errors; `wrong`: it answers with what is not expected; `slow`: it answers too late; `saturated`: it
 * answers as it should, and its server says that it is short of something.
 */
export const FAILURE_KINDS = ['offline', 'certificate', 'erroring', 'wrong', 'slow', 'saturated'] as const;

/** A member of {@link FAILURE_KINDS}. */
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** What one run showed of one objective. */
export interface ObjectiveTally {
  /** The objective as it was written, its target with it. */
  readonly text: string;
  /** Requests judged, and those of them that count against it. */
  readonly count: number;
  readonly bad: number;
}

/** One run. */
export interface CanaryRun {
  readonly runId: string;
  /** Unix time of its start, ms. */
  readonly atMs: number;
  readonly outcome: RunOutcome;
  /** Null unless it is bad. */
  readonly kind: FailureKind | null;
  /** The indicator that fired, such as the text of an objective; null unless it is bad. */
  readonly indicator: string | null;
  /** What was seen, a sentence that is safe to show. */
  readonly text: string;
  readonly sent: number;
  readonly failed: number;
  /** Of the objectives that are about shares of requests. */
  readonly tallies: readonly ObjectiveTally[];
  /** It fell into a maintenance window: it counts for nothing. */
  readonly isMaintenance: boolean;
}

/** The runs before this one, as a history has them. Times are Unix times, ms; an interval holds its start, not its end. */
export interface PastRuns {
  /** The newest ones first, maintenance and blind ones too. */
  readonly latest: (count: number) => readonly CanaryRun[];
  /**
   * Runs that count, ok or bad and outside of maintenance, which started in the interval; and the bad ones of them, as far
   * as they take from the error budget (see spent.ts).
   */
  readonly count: (fromMs: number, toMs: number) => { readonly runs: number; readonly bad: number };
  /** Those of {@link count}, oldest first. */
  readonly between: (fromMs: number, toMs: number) => readonly CanaryRun[];
}
