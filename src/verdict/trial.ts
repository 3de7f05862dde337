/** One trial: constant traffic at one rate, for a while. A search is made of trials, and so is the launch question. */

import type { Measured } from './objective/question.ts';
import type { GeneratorFacts } from './validity.ts';
import type { Stop } from './verdict.ts';

/** What a trial is for. */
export type TrialPurpose =
  /** Doubles (or halves) the rate until something gives. */
  | 'climb'
  | 'descend'
  /** Narrows the bracket between held and broken. */
  | 'narrow'
  /** Asks again at the bracket's lower end, after all overload. */
  | 'confirm'
  /** Looks whether the system comes back after overload. */
  | 'recovery'
  /** A rate that the user asked about. */
  | 'question'
  | 'surge'
  | 'soak';

/** A stretch of constant rate. */
export interface Stretch {
  readonly ratePerSecond: number;
  readonly durationMs: number;
}

/** What to send next. */
export interface TrialOrder {
  readonly purpose: TrialPurpose;
  readonly ratePerSecond: number;
  /** Length of the measured part, ms. */
  readonly durationMs: number;
  /** Traffic before the measured part, not judged: the way up in steps of at most x2, and time to settle. May be empty. */
  readonly approach: readonly Stretch[];
}

/** A trial that ended. */
export interface Trial {
  readonly order: TrialOrder;
  /** `plan` is the trial's own (plan/trial-plan.ts), `recording` that of its measured part. */
  readonly measured: Measured;
  readonly generator: GeneratorFacts;
  /** Null: it came to its end. */
  readonly stopped: Stop | null;
  /** From the start of the search to the first arrival of the approach, and to the end of the drain, ms. */
  readonly startedMs: number;
  readonly endedMs: number;
}
