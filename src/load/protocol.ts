/** What the main thread and the workers say to each other. Everything crosses by structured clone. */

import type { TraceParent } from '../core/trace/parent.ts';
import type { RequestSpan } from '../core/trace/request-span.ts';
import type { Plan, Secrets } from '../plan/plan.ts';
import type { RecordingLayout } from '../record/layout.ts';
import type { RecordingPart } from '../record/recording.ts';
import type { Pulse } from './pulse.ts';

/** What a worker is given when it is made. */
export interface WorkerOrder {
  readonly plan: Plan;
  readonly secrets: Secrets;
  readonly layout: RecordingLayout;
  /** This worker runs arrivals index, index + count, ... of the schedule. */
  readonly segment: { readonly index: number; readonly count: number };
  /** Value of the identifying header that marks synthetic traffic. */
  readonly runId: string;
  readonly userAgent: string;
  readonly guard: Guard;
  readonly limits: GeneratorLimits;
  readonly warmUp: WarmUpOrder;
  /** Absent: requests belong to no trace, and nobody is told of them. */
  readonly trace?: TraceOrder;
  /** Tell what servers say of their own load in response headers. */
  readonly watchReports?: boolean;
}

/** How requests are traced. Ids are functions of run id and arrival index (core/trace/ids.ts). */
export interface TraceOrder {
  /** Requests carry `traceparent` and `ot-tracer-*`, save where a target has these headers itself. */
  readonly headers: boolean;
  /** Every measured request that was sent and has ended is told as a span. */
  readonly spans: boolean;
  /** Spans have their phases; without, each phase is NaN. */
  readonly phases: boolean;
  /** The span above all requests; null: each is the root of a trace of its own. */
  readonly parent: TraceParent | null;
  /** What ids are made of in place of the run's: of two loads of one run and seed, one has another. */
  readonly idsOf?: string;
}

/** What a server said of its own load: the newest of one address. Raw. */
export interface ServerReport {
  /** `address:port`. */
  readonly remote: string;
  /** `TEXT ...`, `JSON ...` or `BIN ...`, as in the header `endpoint-load-metrics`; at most 4 KB. */
  readonly text: string;
}

/** Whether addresses beyond loopback, private and link-local ones may be connected to. */
export interface Guard {
  readonly allowPublic: boolean;
}

/** Bounds of one worker. */
export interface GeneratorLimits {
  /** Most connections open at once. */
  readonly maxConnections: number;
  /** Most arrivals waiting for a connection. */
  readonly maxPending: number;
}

/** How our own code is warmed up and calibrated before the run, against a null server in another thread. */
export interface WarmUpOrder {
  /** `full`: until the rate is steady at full speed; `short`: 200 ms; `none`: not at all (tests). */
  readonly kind: 'full' | 'short' | 'none';
  /** Where the null server listens; null with kind `none`. */
  readonly port: number | null;
}

export type ToWorker =
  /** Begin the schedule at this shared monotonic time, ms (core/clock.ts), which is this Unix time, ms. */
  | { readonly kind: 'start'; readonly atMs: number; readonly atWallMs: number }
  /** No more arrivals: drain, report, end. */
  | { readonly kind: 'stop' }
  /** End now; the last part is still sent. */
  | { readonly kind: 'abandon' };

export type FromWorker =
  | { readonly kind: 'ready'; readonly calibration: Calibration | null }
  | { readonly kind: 'pulse'; readonly pulse: Pulse }
  | { readonly kind: 'part'; readonly part: RecordingPart }
  /** `lost`: spans beyond what is kept between two tells. */
  | { readonly kind: 'spans'; readonly spans: readonly RequestSpan[]; readonly lost: number }
  | { readonly kind: 'reports'; readonly reports: readonly ServerReport[] }
  | { readonly kind: 'done'; readonly conduct: Conduct }
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string };

/** What one worker reached against the null server. */
export interface Calibration {
  readonly kind: 'full' | 'warm-up';
  readonly ceilingPerSecond: number;
  readonly floorUs: number;
}

/** How one worker behaved: the raw material of the validity checks. Times in ms. */
export interface Conduct {
  readonly runMs: number;
  /** Sum of the loop's turns longer than 20 us. */
  readonly busyMs: number;
  /** Turns longer than 50 ms. */
  readonly stalls: number;
  readonly stallMs: number;
  readonly stallMaxMs: number;
  /** Time from the last arrival to the end of the drain. */
  readonly drainMs: number;
  readonly openConnectionsMax: number;
  readonly pendingMax: number;
}
