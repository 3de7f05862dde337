/** What the servers told of themselves while the load was on, as the document keeps it. */

import type { Resource, SignalState, SignalUnit, Tier } from '../../core/server/signal.ts';

/** One server; only resources that somebody told of are there. */
export interface ServerResult {
  readonly name: string;
  readonly sources: readonly ServerSource[];
  readonly resources: readonly ServerResource[];
  /** What limits it, or would first; null where that cannot be told. */
  readonly binding: ServerBinding | null;
  /** What is wrong with it, most certain first; empty when nothing was seen. */
  readonly diagnoses: readonly ServerDiagnosis[];
  /** One entry a look; a resource that it did not tell of is absent. */
  readonly series: readonly ServerMoment[];
  /** Files that were saved of it, such as a profile. */
  readonly captures: readonly ServerCapture[];
}

export interface ServerSource {
  /** prometheus, expvar, pprof, orca, host, prometheus-api. */
  readonly kind: string;
  /** Without user, password and query; null for what has no address. */
  readonly url: string | null;
  readonly looks: number;
  readonly failed: number;
  /** Why the last failed look failed, made safe; null when none did. */
  readonly lastError: string | null;
}

/** One resource over the measured part. */
export interface ServerResource {
  readonly resource: Resource;
  readonly tier: Tier;
  readonly unit: SignalUnit;
  readonly mean: number;
  readonly max: number;
  /** of the time of the highest rate, or at the end where it fills up with time; 1: all of it; null where no limit is known. */
  readonly utilization: number | null;
  /** The worst that lasted. */
  readonly state: SignalState;
  readonly evidence: string;
}

export interface ServerBinding {
  readonly resource: Resource;
  /** 1: all of it; null for a resource that is short and has no share, such as a run queue. */
  readonly utilization: number | null;
  /** A sentence: `at 2,200/s its cpu was 97 %, its run-queue p99 14 ms: cpu-bound`. */
  readonly text: string;
}

export interface ServerDiagnosis {
  /** cpu-bound, gc-storm, goroutine-leak, fd-leak, fd-limit, lock-contention, memory-bound, memory-leak, thread-growth, crowded-host, accept-queue, throttled, conntrack-limit. */
  readonly code: string;
  readonly text: string;
}

export interface ServerMoment {
  /** From the start of the measured part. */
  readonly fromMs: number;
  readonly values: Readonly<Partial<Record<Resource, number>>>;
}

export interface ServerCapture {
  /** profile, goroutine. */
  readonly kind: string;
  /** Path, as it was written. */
  readonly file: string;
  /** When it was begun, ms from the start of the measured part. */
  readonly atMs: number;
  /** Why: the objective that broke. */
  readonly because: string;
}
