/** What a canary says after a run. */

import type { Status } from '../finding.ts';
import type { Severity, Subject } from './event.ts';
import type { FailureKind, RunOutcome } from './run.ts';

/** `unknown`: too little is known of the last runs; `recovering`: it fires, and the last runs were good. */
export type CheckState = 'ok' | 'pending' | 'firing' | 'recovering' | 'unknown';

/** One run within its history. Times are ISO 8601, UTC. */
export interface CanaryReport {
  readonly check: string;
  readonly outcome: RunOutcome;
  readonly kind: FailureKind | null;
  readonly indicator: string | null;
  readonly text: string;
  readonly state: CheckState;
  /** When the state began. */
  readonly since: string;
  /** Start of the newest run that was ok, this one taken in; null when none is known. */
  readonly lastOk: string | null;
  readonly everyMs: number;
  /** Of the last `of` runs that saw the service the bad and good ones; of the last `of` that were due the blind ones, and those that did not run or fell into maintenance. */
  readonly recent: {
    readonly of: number;
    readonly toFire: number;
    readonly bad: number;
    readonly ok: number;
    readonly blind: number;
    readonly missing: number;
  };
  /** Those that are open, this run taken in. */
  readonly incidents: readonly OpenIncident[];
  readonly budget: BudgetReport;
  /** The objectives over the runs that are kept, as far as they are about shares of requests. */
  readonly pooled: readonly PooledFinding[];
  /** Weighted share of changes among the last runs, 0..1; null with fewer than two. */
  readonly flapRatio: number | null;
  readonly isMaintenance: boolean;
  readonly control: 'not-asked' | 'answered' | 'silent';
  /** Null when the target has none, or it was not seen. */
  readonly certificate: { readonly validTo: string; readonly daysLeft: number } | null;
  /** What else is worth a word: a gap, a clock that stepped, a history that was lost. */
  readonly remarks: readonly string[];
  /** What became of each event for each channel. */
  readonly deliveries: readonly DeliveryReport[];
}

/** An incident that is not over. */
export interface OpenIncident {
  readonly incidentId: string;
  readonly subject: Subject;
  /** What is wrong, and the indicator that fired; null where it is not about the service. */
  readonly kind: FailureKind | null;
  readonly indicator: string | null;
  readonly severity: Severity;
  readonly since: string;
  readonly summary: string;
}

/** How fast the error budget goes. Ratios 0..1, burn rates as multiples of the rate that just spends it. */
export interface BudgetReport {
  readonly sloRatio: number;
  readonly periodMs: number;
  /** Share that is left of the period's budget; null while too little of the period is covered. May be negative. */
  readonly leftRatio: number | null;
  /** Time until it is spent at the present rate, ms; null when it is not being spent, or not known. */
  readonly exhaustionMs: number | null;
  readonly burns: readonly BurnReport[];
}

/** One pair of windows. */
export interface BurnReport {
  readonly factor: number;
  readonly severity: Severity;
  readonly long: BurnWindow;
  readonly short: BurnWindow;
  /** `unknown`: less than half of the runs that were due in a window are known. */
  readonly status: 'burning' | 'ok' | 'unknown';
}

/** One window. */
export interface BurnWindow {
  readonly windowMs: number;
  readonly runs: number;
  readonly bad: number;
  /** Null without runs. `low`: the lower 95 % bound, one-sided. */
  readonly burn: number | null;
  readonly low: number | null;
}

/** One objective over many runs. */
export interface PooledFinding {
  readonly text: string;
  readonly status: Status;
  /** Of how many runs, and since when. */
  readonly runs: number;
  readonly since: string;
  readonly count: number;
  readonly bad: number;
  /** Variance between runs over that of independent requests, at least 1. */
  readonly inflation: number;
  /** What was seen, a sentence. */
  readonly because: string;
}

/** One event on one channel. */
export interface DeliveryReport {
  readonly channel: string;
  readonly subject: Subject;
  readonly action: 'trigger' | 'remind' | 'resolve';
  /** `spooled`: it is sent again with the next run; `refused`: the channel will never take it. */
  readonly status: 'accepted' | 'spooled' | 'refused';
  /** 0 of a refused one: the plan has no such notifier any more. */
  readonly attempts: number;
  readonly tookMs: number;
  /** What the channel answered, or why not: safe to show, no secret in it. */
  readonly text: string;
}
