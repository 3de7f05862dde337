/** A request kept as an illustration: what somebody needs to find it again elsewhere. */

import type { FailureCause, Phase } from '../attempt.ts';

/** `detail` and `remote` are raw: for a human they pass through safeText. */
export interface Exemplar {
  /** Arrival index, and position of the target in the plan. */
  readonly index: number;
  readonly target: number;
  /** When it ended, ms from the start of the measured part. */
  readonly atMs: number;
  readonly responseMs: number;
  /** 0 when no response head came. */
  readonly status: number;
  /** Null when it succeeded. */
  readonly cause: FailureCause | null;
  /** In which it broke; null when it did not. */
  readonly phase: Phase | null;
  readonly detail: string;
  readonly remote: string | null;
  /** ms; null where the phase did not apply. */
  readonly phases: Readonly<Record<Phase, number | null>>;
  /** 32 hex digits, as in `traceparent`; null when the run sent no trace. */
  readonly traceId: string | null;
}
