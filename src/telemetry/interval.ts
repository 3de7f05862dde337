/** What was measured in a stretch of time, as every sink is told it; of mergeable parts only, so that nothing is averaged. */

import type { FailureCause } from '../core/attempt.ts';
import type { Tally } from '../record/tally.ts';

/** Counts and distributions of a stretch; the measured part of the run only. */
export interface Interval {
  /** Unix time, ms. Of cumulative intervals `fromMs` is the start of the run. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly targets: readonly TargetInterval[];
  /** Our own lateness of every arrival that was taken up. */
  readonly lag: Tally;
  /** Sent, and neither ended nor given up at its end. */
  readonly inFlight: number;
}

/** One target's part. Names and addresses come from the plan: they are not a server's text, and hold no secret. */
export interface TargetInterval {
  readonly name: string;
  readonly method: string;
  /** `http` or `https`, host and port of the URL. */
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly sent: number;
  readonly completed: number;
  readonly broken: number;
  readonly failed: number;
  readonly dropped: number;
  /** Whole responses by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Failed attempts by cause. */
  readonly causes: ReadonlyMap<FailureCause, number>;
  /** Response times of successes, and of answers that missed their expectation. */
  readonly response: Tally;
  readonly responseFailed: Tally;
  readonly service: Tally;
}

/** What a sink may say of the run that measures: in tags, labels or attributes. */
export interface RunIdentity {
  readonly runId: string;
  readonly version: string;
  /** Each `key:value`, from the plan. */
  readonly tags: readonly string[];
}
