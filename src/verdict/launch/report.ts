/** The answer to the launch question, as the result document carries it. Rates per second, ratios 0..1, null: not known. */

import type { RateLabel } from '../capacity/report.ts';
import type { Reason } from '../finding.ts';

/** The answers there are. */
export type LaunchAnswer = 'yes' | 'yes-without-margin' | 'yes-without-spare-zone' | 'no' | 'inconclusive';

/** What was asked, and the answer with what it rests on. Trials are in the capacity report beside it. */
export interface LaunchReport {
  readonly answer: LaunchAnswer;
  /** Expected peak P. */
  readonly askedPerSecond: number;
  readonly marginRatio: number;
  readonly zones: number;
  readonly lose: number;
  /** Where P comes from when users were given. */
  readonly users: {
    readonly count: number;
    readonly thinkMs: number;
    readonly requestsPerVisit: number;
  } | null;
  /** The rates asked about, highest first: with margin and a lost zone, with a lost zone, the peak itself. */
  readonly questions: readonly LaunchStep[];
  /** Capacity bounds over the peak, less 1. `high` null: nothing broke. */
  readonly headroom: { readonly low: number | null; readonly high: number | null };
  /** How many times the peak may grow: capacity bounds over the peak. */
  readonly growth: { readonly low: number | null; readonly high: number | null };
  /** Null when it was not asked for, or not reached. */
  readonly surge: SurgeReport | null;
  readonly soak: SoakReport | null;
  /** What the trials exercised and what they did not. */
  readonly exercised: readonly ExerciseReport[];
  /** True when a flag accepts the answer although it is short of yes. */
  readonly accepted: boolean;
  /** Why it is not a plain yes, and what would settle it: worst first. */
  readonly reasons: readonly Reason[];
}

/** One rate that was asked about. */
export interface LaunchStep {
  readonly id: 'with-margin' | 'without-margin' | 'peak';
  readonly ratePerSecond: number;
  /** Null: it was not tested. */
  readonly label: RateLabel | null;
  readonly text: string;
}

/** From a tenth of the peak to all of it at once. */
export interface SurgeReport {
  /** How long the objectives may be breached. */
  readonly allowedMs: number;
  /** How long they were; null: to the end of the trial. */
  readonly breachedMs: number | null;
  readonly measuredMs: number;
  readonly status: 'pass' | 'fail' | 'inconclusive';
  readonly text: string;
}

/** A long run at the peak. */
export interface SoakReport {
  readonly durationMs: number;
  readonly status: 'pass' | 'fail' | 'inconclusive';
  /** Change of the median response time over the soak, as a ratio of its beginning; null: not known. */
  readonly driftRatio: number | null;
  /** Mann-Kendall's two-sided p-value of that drift. */
  readonly driftProbability: number | null;
  readonly text: string;
}

/** One thing that real traffic does. */
export interface ExerciseReport {
  readonly id: 'addresses' | 'connections' | 'cache' | 'keys' | 'writes' | 'arrivals' | 'duration';
  readonly exercised: boolean;
  readonly text: string;
}
