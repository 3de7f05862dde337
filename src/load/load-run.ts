/** One run of a plan's load over its workers: what app/ starts, watches and stops. */

import type { RequestSpan } from '../core/trace/request-span.ts';
import type { Segment } from '../plan/pacer.ts';
import type { Plan, Secrets } from '../plan/plan.ts';
import type { RecordingLayout } from '../record/layout.ts';
import type { Recording, RecordingPart } from '../record/recording.ts';
import type {
  Calibration,
  Conduct,
  GeneratorLimits,
  Guard,
  ServerReport,
  TraceOrder,
  WarmUpOrder,
} from './protocol.ts';
import type { Pulse } from './pulse.ts';

/** What a run needs to know. */
export interface LoadOptions {
  readonly plan: Plan;
  readonly secrets: Secrets;
  readonly layout: RecordingLayout;
  readonly runId: string;
  readonly userAgent: string;
  readonly guard: Guard;
  /** For the whole run; divided among the workers. */
  readonly limits: GeneratorLimits;
  readonly workers: number;
  /** Which arrivals of the schedule are this run's, when it is one of several; absent: all. */
  readonly shard?: Segment;
  /** Unix time, ms, at which the schedule begins, as told before all was ready; absent: as soon as it is. */
  readonly startAtWallMs?: number;
  readonly warmUp: WarmUpOrder['kind'];
  /** `thread`: worker_threads (needs the built files); `inline`: on the caller's own event loop. */
  readonly isolation: 'thread' | 'inline';
  /** Absent: requests belong to no trace, and nobody is told of them. */
  readonly trace?: TraceOrder;
  /** Tell what servers say of their own load in response headers (ORCA). */
  readonly watchReports?: boolean;
  readonly onReady?: (calibration: Calibration | null) => void;
  /** Told a moment before the schedule begins when that is: monotonic, ms, of the machine's clock. */
  readonly onSchedule?: (startMs: number) => void;
  /** Four times a second and worker. */
  readonly onPulse?: (pulse: Pulse, worker: number) => void;
  /** Once a second and worker, after the part was absorbed. */
  readonly onPart?: (part: RecordingPart, recording: Recording) => void;
  /**
   * Four times a second and worker, where there is something to tell; the last come before `finished`.
   * @param lost spans beyond what a worker keeps between two tells
   */
  readonly onSpans?: (spans: readonly RequestSpan[], lost: number, worker: number) => void;
  /** Four times a second and worker: the newest of each address since the last time. */
  readonly onReports?: (reports: readonly ServerReport[]) => void;
}

/** A run under way. */
export interface LoadRun {
  /**
   * Resolves when every worker is done or dead. Rejects with UsageError, and nothing was sent, when all was ready more than
   * a second after the moment at which it should begin; with InternalError only for a bug.
   */
  readonly finished: Promise<LoadReport>;
  /** No more arrivals; waits for what is in flight. */
  stop(): void;
  /** Ends at once; `finished` resolves with what was measured. */
  abandon(): void;
}

/** What a run leaves behind. */
export interface LoadReport {
  readonly recording: Recording;
  /** Unix time, ms, of the start of the measured part. */
  readonly startedAtWallMs: number;
  /** From the start of the measured part to the end of the drain. */
  readonly durationMs: number;
  /** From the start of the measured part to the last arrival's due time or the stop. */
  readonly offeredMs: number;
  /** The slowest worker's ceiling, the largest floor; null when not calibrated. */
  readonly calibration: Calibration | null;
  readonly conducts: readonly Conduct[];
  readonly deadWorkers: readonly { readonly worker: number; readonly message: string }[];
  /** True when stopped before the schedule's end. */
  readonly stopped: boolean;
  /** How far wall time ran ahead of monotonic time over the run: a suspended machine, ms. */
  readonly suspendedMs: number;
}
