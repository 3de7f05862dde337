/** One request as tracing sees it: plain data that crosses threads. */

import type { FailureCause, Phase } from '../attempt.ts';

/** Of one measured request that was sent and has ended. Ids are positive and below 2^63. */
export interface RequestSpan {
  /** Arrival index, and position of the target in the plan. */
  readonly index: number;
  readonly target: number;
  readonly traceId: bigint;
  readonly spanId: bigint;
  /** 0n: it is the root of its trace; then `spanId` equals `traceId`. */
  readonly parentId: bigint;
  /** Unix time, ms with fractions: when it was due, taken up, and over. */
  readonly intendedAtMs: number;
  readonly readyAtMs: number;
  readonly endAtMs: number;
  /** 0 when no response head came. */
  readonly status: number;
  readonly cause: FailureCause | null;
  /** `address:port`; null before a connection existed. */
  readonly remote: string | null;
  readonly reused: boolean;
  /** ms, in the order in which they happened; NaN where the phase did not apply. */
  readonly phases: Readonly<Record<Phase, number>>;
}
