/**
 * The result document, `headroom.result/1`: what scripts and every report read. Keys may be added; those that
 * are here stay. Units are in the names, ratios are 0..1, and what is not known is null.
 */

import type { Resource } from '../core/server/signal.ts';
import type { CanaryReport } from '../verdict/canary/report.ts';
import type { CapacityReport } from '../verdict/capacity/report.ts';
import type { ComparisonReport } from '../verdict/compare/report.ts';
import type { LaunchReport } from '../verdict/launch/report.ts';
import type { Distribution, Interval } from './distribution.ts';
import type { ShardFacts } from './part/judged-shard.ts';
import type { ServerResult } from './server/server-result.ts';
import type { ExemplarResult, SinkFacts, TraceFacts } from './trace/exemplar-result.ts';

export type { Distribution, Interval, QuantileResult } from './distribution.ts';

export type Status = 'pass' | 'fail' | 'inconclusive';

/**
 * One run: what was asked, what was measured, how the generator behaved, and the verdict. Of a search, the keys of a
 * run are those of the rate that decided, all its trials taken together; `capacity` and `launch` hold the rest.
 */
export interface ResultDocument {
  readonly schema: 'headroom.result/1';
  readonly command: 'run' | 'probe' | 'capacity' | 'launch' | 'compare' | 'canary';
  readonly tool: { readonly name: 'headroom'; readonly version: string; readonly node: string };
  readonly runId: string;
  /** Redacted plan in the plan file's own vocabulary. */
  readonly plan: Readonly<Record<string, unknown>>;
  /** Path of the plan file, as it was found or named; null without one. */
  readonly planFile: string | null;
  /** SHA-256, hex, of the canonical JSON of targets, load and objectives, without seed. */
  readonly planHash: string;
  readonly seed: number;
  /** A command line that repeats the run, secrets redacted. */
  readonly repeat: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** From the start of the measured part to the end of the drain. */
  readonly durationMs: number;
  /** `signal`: stopped by SIGINT or SIGTERM; `breaker`; `abort`: an objective marked abort; null: ran to its end. */
  readonly stopped: { readonly by: 'signal' | 'breaker' | 'abort'; readonly text: string } | null;
  readonly host: HostFacts;
  readonly calibration: CalibrationFacts | null;
  readonly totals: Totals;
  readonly targets: readonly TargetResult[];
  readonly windowMs: number;
  readonly series: readonly WindowResult[];
  /** HdrHistogram V2 compressed, base64: response (successes), responseFailed, service, connection, lag; us. */
  readonly histograms: Readonly<Record<string, string>>;
  readonly addresses: readonly {
    readonly address: string;
    readonly attempts: number;
    readonly failed: number;
  }[];
  readonly failures: readonly FailureResult[];
  readonly validity: { readonly status: Status; readonly checks: readonly ValidityCheck[] };
  readonly objectives: readonly ObjectiveResult[];
  readonly agreement: readonly ObjectiveResult[];
  /** Facts said beside the numbers that block nothing: CO_LOCATED, RATE_LIMITED, BLOCKED, CACHE_ONLY, INSECURE... */
  readonly notes: readonly Reason[];
  readonly verdict: { readonly status: Status; readonly reasons: readonly Reason[] };
  readonly exitCode: number;
  /** What a search found: of `headroom capacity` and `headroom launch`. */
  readonly capacity?: CapacityReport;
  /** What was asked, and the answer: of `headroom launch`. */
  readonly launch?: LaunchReport;
  /** Which part of the plan's arrivals this machine sent: of `headroom run --shard`. */
  readonly shard?: ShardFacts;
  /** What `headroom merge` needs of a shard, of any version: result/part knows its own. */
  readonly part?: { readonly version: number };
  /** The earlier runs that this one is held against. */
  readonly baseline?: BaselineFacts;
  /** How a candidate compares with a baseline: of `headroom compare`. */
  readonly comparison?: ComparisonReport;
  /** Where the code under test, or this plan, stood in version control. */
  readonly git?: GitFacts;
  /** The run within the history of its check: of `headroom canary`. */
  readonly canary?: CanaryReport;
  /** The slowest successes, slowest first; at most ten. */
  readonly slowest?: readonly ExemplarResult[];
  /** What the servers told of themselves; absent when nobody asked them. */
  readonly servers?: readonly ServerResult[];
  /** How requests can be found in traces; absent when none was asked for. */
  readonly trace?: TraceFacts;
  /** Where our own measurements went while it lasted; absent when they went nowhere. */
  readonly sinks?: readonly SinkFacts[];
}

/** A commit. */
export interface GitFacts {
  /** Full hash, hex. */
  readonly commit: string;
  /** Null when no branch is checked out. */
  readonly branch: string | null;
  /** Null when not known. */
  readonly dirty: boolean | null;
}

/** Earlier runs of the same plan on the same kind of generator. */
export interface BaselineFacts {
  /** `history`: the latest passing ones; `pinned`: chosen by hand; `file`: a result file; `live`: measured beside. */
  readonly source: 'history' | 'pinned' | 'file' | 'live';
  /** In words, such as "the last 5 passing runs". */
  readonly label: string;
  /** Newest first. */
  readonly runs: readonly {
    readonly runId: string;
    readonly startedAt: string;
    readonly commit: string | null;
  }[];
  /** Of all its runs together: successes, as in `totals.response`. */
  readonly response: Distribution;
  readonly errorRatio: number | null;
  /** HdrHistogram V2 blob of `response`. */
  readonly histogram: string;
}

/** A stable code in capitals and a sentence. */
export interface Reason {
  readonly code: string;
  readonly text: string;
}

export interface HostFacts {
  readonly platform: string;
  readonly arch: string;
  readonly cpuCount: number;
  readonly cpuModel: string | null;
  readonly memoryBytes: number;
  readonly descriptorLimit: number | null;
  readonly workers: number;
  readonly coLocated: boolean;
}

export interface CalibrationFacts {
  readonly kind: 'full' | 'warm-up';
  /** Requests per second that one worker reached against the null server. */
  readonly ceilingPerSecond: number;
  /** Median service time against the null server, microseconds: what our code and the loopback add. */
  readonly floorUs: number;
}

export interface Totals {
  readonly planned: number;
  readonly sent: number;
  readonly completed: number;
  readonly broken: number;
  readonly failed: number;
  readonly dropped: number;
  /** Of the dropped, those that waited for our own late code rather than for a connection. */
  readonly droppedLate: number;
  readonly unsent: number;
  readonly inFlight: number;
  readonly warmup: number;
  readonly warmupFailed: number;
  readonly retried: number;
  readonly redirects: number;
  readonly cached: number;
  readonly challenged: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly connectionsOpened: number;
  readonly reused: number;
  /** Sends displaced by more than 1 ms by our own lag. */
  readonly displaced: number;
  readonly meanInFlight: number | null;
  /** Sent over the time of the arrivals; completed and good as answers came in that time, the drain left out. */
  readonly ratePerSecond: {
    /** Null in the closed loop. */
    readonly asked: number | null;
    readonly sent: number;
    readonly completed: number;
    readonly good: number;
  };
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byCause: Readonly<Record<string, number>>;
  readonly errorRatio: Interval;
  /** Successes only. */
  readonly response: Distribution;
  /** All attempts; failures, drops and those never answered as infinitely slow: null where the value falls there. */
  readonly responseAll: Distribution;
  /** Completed attempts, and timeouts at their full age. */
  readonly service: Distribution;
  readonly connection: Distribution;
  /** Null in the closed loop. */
  readonly lag: Distribution | null;
  /** blocked, dns, connect, tls, send, wait, receive; null where no attempt had the phase. */
  readonly phases: Readonly<Record<string, Distribution | null>>;
}

export interface TargetResult {
  readonly name: string;
  readonly sent: number;
  readonly completed: number;
  readonly broken: number;
  readonly failed: number;
  readonly dropped: number;
  readonly inFlight: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byCause: Readonly<Record<string, number>>;
  readonly errorRatio: Interval;
  readonly response: Distribution;
  readonly service: Distribution;
}

export interface WindowResult {
  /** From the start of the measured part. */
  readonly fromMs: number;
  readonly sent: number;
  readonly completed: number;
  readonly good: number;
  readonly failed: number;
  readonly dropped: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly lagMaxMs: number | null;
  /** Answers that came within the window, whenever their requests were due, and those of them that succeeded. */
  readonly answered: number;
  readonly answeredGood: number;
  /** Sent and not ended at the window's end. */
  readonly inFlight: number;
  /** Failed attempts by cause, and those of them that were answered, by status. */
  readonly byCause: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<string, number>>;
  /**
   * Response times of successes, `bucket:count` with blanks between; bucket i holds 2^(i/8) up to 2^((i+1)/8)
   * microseconds.
   */
  readonly latency: string;
}

export interface FailureResult {
  readonly cause: string;
  readonly count: number;
  /** At most five; made safe for a terminal. */
  readonly examples: readonly {
    readonly target: string;
    readonly atMs: number;
    readonly phase: string | null;
    readonly status: number | null;
    readonly detail: string;
    /** As in `slowest`; absent in documents of older versions. */
    readonly responseMs?: number | null;
    readonly remote?: string | null;
    readonly phases?: Readonly<Record<string, number | null>>;
    readonly traceId?: string | null;
  }[];
}

export interface ValidityCheck {
  /** kebab-case: send-lag, event-loop-stall, busy, ceiling, delivery, backlog, own-causes, suspension, dead-worker, throttling, steal. */
  readonly id: string;
  readonly status: 'pass' | 'fail' | 'not-applicable';
  readonly blocks: 'fail' | 'pass' | 'both' | 'nothing';
  readonly measured: number | null;
  readonly limit: number | null;
  readonly unit: string;
  /** Reason code when it failed; null otherwise. */
  readonly code: string | null;
  readonly text: string;
}

export interface ObjectiveResult {
  readonly text: string;
  readonly target: string | null;
  readonly status: Status;
  /** In the objective's own unit (`unit`). */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Null while it is relative to a baseline that is not known. */
  readonly limit: number | null;
  readonly unit: 'ms' | 'ratio' | 'per-second' | 'score' | 'count';
  /** Attempts judged, and those that count against the objective; null for means and rates. */
  readonly count: number | null;
  readonly exceeded: number | null;
  /**
   * Variance inflation by autocorrelation, >= 1: `count` attempts tell as much as count / inflation independent ones.
   */
  readonly inflation: number;
  /** Why it is inconclusive or observed only; null otherwise. */
  readonly reason: Reason | null;
  /** Where it stands in the plan file. */
  readonly line: number | null;
  readonly column: number | null;
  /** What was seen, as a sentence. */
  readonly because?: string;
  /** About how many more requests would decide an inconclusive one; null when not known or never. */
  readonly moreRequests?: number | null;
  /** What the limit is relative to, in `unit`, and of how many runs that is the median; absent for a fixed limit. */
  readonly baseline?: { readonly value: number; readonly runs: number };
  /** Of an objective about a server: which one decided, null where none was seen; absent for one about requests. */
  readonly server?: { readonly name: string | null; readonly resource: Resource };
}
