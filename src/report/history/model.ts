/** What a history shows: documents `headroom.history/1` and `headroom.baseline/1`; their JSON forms are themselves. */

import type { BaselineFacts, GitFacts, Status } from '../../result/document.ts';

/** Stored runs, by plan and class of machine. */
export interface HistoryReport {
  readonly schema: 'headroom.history/1';
  /** The state folder. */
  readonly folder: string;
  /** Runs that are kept in all. */
  readonly kept: number;
  /** What the runs were chosen by; null: nothing. */
  readonly filter: string | null;
  /** Only runs that began then or later, and before that; null: no matter. ISO 8601. */
  readonly since: string | null;
  readonly until: string | null;
  /** The plan with the newest run first. */
  readonly plans: readonly PlanHistory[];
  /** True when changes were looked for. */
  readonly withChanges: boolean;
  /** Checks of canaries whose names the filter does not leave out. */
  readonly canaries: number;
}

/** Runs of one plan on one class of machines. */
export interface PlanHistory {
  readonly planHash: string;
  /** Path of the plan file, else what it was sent to. */
  readonly name: string;
  /** Class of the machines, in words. */
  readonly generator: string;
  /** p99 of the last runs, oldest first, ms. */
  readonly p99Ms: readonly (number | null)[];
  /** Those shown, newest first. */
  readonly runs: readonly HistoryRun[];
  /** Oldest first; absent when not looked for. */
  readonly changes?: readonly HistoryChange[];
  /** Runs in which changes were looked for; absent when not looked for. */
  readonly searched?: number;
}

/** One stored run. */
export interface HistoryRun {
  readonly runId: string;
  readonly command: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly verdict: Status;
  readonly exitCode: number;
  readonly git: GitFacts | null;
  readonly ratePerSecond: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly errorRatio: number | null;
  /** Part of the baseline of its plan and class of machines. */
  readonly isBaseline: boolean;
  /** Why it may not be part of one; null when it may. */
  readonly unfit: string | null;
}

/** Runs that a change has on either side of it: fewer are no reason for an alarm, for its place was chosen for its difference. */
export const CHANGE_RUNS = 6;

/** A change of an indicator. */
export interface HistoryChange {
  readonly indicator: 'p50' | 'p99' | 'errors';
  /** First run after it. */
  readonly runId: string;
  readonly startedAt: string;
  readonly commit: string | null;
  /** Means before and after, ms or a ratio 0..1. */
  readonly from: number;
  readonly to: number;
  /** `to` over `from`; null from 0. */
  readonly ratio: number | null;
  /** Of means so far apart by chance, by Student's t. */
  readonly probability: number;
  /** Runs before it, back to the change before, and after it. */
  readonly runsBefore: number;
  readonly runsAfter: number;
}

/** A baseline. */
export interface BaselineReport {
  readonly schema: 'headroom.baseline/1';
  readonly did: 'shown' | 'set' | 'cleared';
  readonly planHash: string;
  readonly name: string;
  readonly generator: string;
  /** Null: there is none. */
  readonly baseline: BaselineFacts | null;
}
