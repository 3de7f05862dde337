/**
 * The plan: the validated, frozen description of a run, and every default. A plan never holds a secret:
 * `${env:...}` and `${file:...}` stay unexpanded in it and their values travel beside it as {@link Secrets}.
 */

import type { Resource } from '../core/server/signal.ts';
import type { NotifierSettings } from './canary/notifier.ts';
import type { CanarySettings } from './canary/settings.ts';
import type { EmitSettings, TraceSettings } from './emit/emit-settings.ts';
import type { ObserveSource } from './observe/observe-source.ts';

/** Values of the `${env:NAME}` and `${file:PATH}` references of a plan, keyed by the reference's inner text. */
export type Secrets = Readonly<Record<string, string>>;

/** Everything about a run but its secrets: targets, load, protocol, objectives, seed. Deeply frozen. */
export interface Plan {
  readonly version: 1;
  readonly targets: readonly Target[];
  readonly data: DataSet | null;
  readonly load: Load;
  readonly http: HttpSettings;
  readonly tls: TlsSettings;
  readonly objectives: readonly Objective[];
  /** True when no objective was given and the default one applies. */
  readonly objectivesDefaulted: boolean;
  /** The looser promise to clients; judged and shown, never part of the verdict. */
  readonly agreement: readonly Objective[];
  /** Who says that these servers are ours; lifts the host guard. */
  readonly owner: string | null;
  /** Integer 0..2^53-1: everything random about arrival i is a function of (seed, i). */
  readonly seed: number;
  /** The question that `headroom launch` asks; absent when the plan has none. */
  readonly launch?: LaunchQuestion;
  /** How `headroom canary` looks and pages; absent: by the defaults. */
  readonly canary?: CanarySettings;
  /** Who is told of incidents; absent: nobody. */
  readonly notify?: readonly NotifierSettings[];
  /** What servers tell of themselves, read while the load is on; absent: nothing is read. */
  readonly observe?: readonly ObserveSource[];
  /** Where our own measurements go while the run lasts; absent: nowhere. */
  readonly emit?: readonly EmitSettings[];
  /** How requests can be found in traces; absent: they carry no trace. */
  readonly trace?: TraceSettings;
}

/** What a launch expects, and with how much to spare. */
export interface LaunchQuestion {
  /** Expected peak P, requests per second. */
  readonly peakPerSecond: number;
  /** Margin m above the peak, a ratio: 0.3 for 30 %. */
  readonly marginRatio: number;
  /** Zones Z that share the traffic, and how many of them k may fail: 0 <= k < Z. */
  readonly zones: number;
  readonly lose: number;
  /** Whose visits the peak was computed from; null when a rate was given. */
  readonly users: LaunchUsers | null;
}

/** Users, each of whom makes a visit of so many requests once per think time: P = count x requestsPerVisit / think. */
export interface LaunchUsers {
  readonly count: number;
  readonly thinkMs: number;
  readonly requestsPerVisit: number;
}

/** One named request template. URL, header values and body may hold `${...}` references. */
export interface Target {
  readonly name: string;
  readonly method: string;
  /** Absolute `http:` or `https:` URL. */
  readonly url: string;
  /** Names in lower case, in the order given. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Text may be templated; bytes are sent as they are. */
  readonly body: string | Uint8Array | null;
  /** Share of arrivals: weight / sum of weights; > 0. */
  readonly weight: number;
  /** Total deadline of one attempt, ms. */
  readonly timeoutMs: number;
  readonly expect: Expectation;
}

/** Rows for `${data.column}`; each row has one cell per column. */
export interface DataSet {
  /** Path as the plan names it; absent for rows that came from no file. */
  readonly file?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a response must look like for the attempt to succeed. */
export interface Expectation {
  /** Inclusive ranges; null means the default, status < 400. */
  readonly statuses: readonly { readonly from: number; readonly to: number }[] | null;
  readonly headers: readonly { readonly name: string; readonly match: Match }[];
  readonly body: readonly Match[];
  readonly json: readonly { readonly path: string; readonly match: Match }[];
  /** Body size in bytes, both ends included; max may be Infinity. */
  readonly size: { readonly min: number; readonly max: number } | null;
}

export type Match =
  | { readonly kind: 'present' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'equals'; readonly value: string | number | boolean | null }
  | { readonly kind: 'contains'; readonly text: string }
  | { readonly kind: 'matches'; readonly source: string; readonly flags: string };

/** One piece of an open loop's schedule. Rates are totals, in arrivals per second. */
export type Stage =
  | { readonly kind: 'constant'; readonly ratePerSecond: number; readonly durationMs: number }
  | {
      readonly kind: 'ramp';
      readonly fromPerSecond: number;
      readonly toPerSecond: number;
      readonly durationMs: number;
    };

export type Load = OpenLoad | ClosedLoad;

interface LoadSettings {
  /** Traffic before the measured part, at the first stage's rate; counted apart. */
  readonly warmupMs: number;
  /** How long to wait for answers after the last arrival; null: max of the timeouts, see design 4. */
  readonly drainMs: number | null;
  readonly connections: Connections;
  /** Number of worker threads; null: as many as the asked rate needs. */
  readonly workers: number | null;
  /** Measured arrivals to stop after (`-n`); null: the schedule's end. */
  readonly requests: number | null;
  /** Longest that the measured part may take, ms; null: no more than the schedule. */
  readonly maxDurationMs: number | null;
  /** Goes on beyond the schedule until every objective is decided, at most for `maxDurationMs`; absent: false. */
  readonly untilDecided?: boolean;
}

/** Arrivals follow a schedule, whatever the answers do. */
export interface OpenLoad extends LoadSettings {
  readonly kind: 'open';
  readonly arrivals: 'poisson' | 'uniform';
  readonly stages: readonly Stage[];
  /** What the warm-up runs, for `warmupMs` in all; absent: the rate with which the first stage begins. */
  readonly approach?: readonly Stage[];
}

/** A fixed number of virtual users each wait for their answer, think, and go on. */
export interface ClosedLoad extends LoadSettings {
  readonly kind: 'closed';
  readonly users: number;
  /** Uniform on [minMs, maxMs]. */
  readonly think: { readonly minMs: number; readonly maxMs: number };
  /** Length of the measured part; null when `requests` ends it. */
  readonly durationMs: number | null;
}

export interface Connections {
  /** Null: grows on demand. */
  readonly max: number | null;
  /** Mean age at which a kept-alive connection is closed, jittered by half; null: never. */
  readonly lifetimeMs: number | null;
  /** Share of attempts that must open a fresh connection, 0..1. */
  readonly freshRatio: number;
}

export interface HttpSettings {
  readonly version: '1.1' | '2';
  readonly keepAlive: boolean;
  /** Redirects to follow; 0: none. */
  readonly redirects: number;
  /** Bodies beyond this many bytes end the attempt as `too-large`. */
  readonly maxBodyBytes: number;
  /** `http://[user:password@]host:port` of a forward proxy, may hold `${env:...}`. */
  readonly proxy: string | null;
  readonly unixSocket: string | null;
  /** curl's --connect-to: connect to `toHost:toPort` for requests to `host:port`; '' and null match any. */
  readonly connectTo: readonly ConnectTo[];
  /** curl's --resolve: fixed addresses of `host:port`. */
  readonly resolve: readonly Resolve[];
}

export interface ConnectTo {
  readonly host: string;
  readonly port: number | null;
  readonly toHost: string;
  readonly toPort: number | null;
}

export interface Resolve {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
}

/** PEM texts are read when the plan is; the private key is a secret and is referred to as `${file:PATH}`. */
export interface TlsSettings {
  readonly insecure: boolean;
  /** PEM text of additional trusted roots. */
  readonly ca: string | null;
  readonly cert: string | null;
  /** `${file:PATH}` reference. */
  readonly key: string | null;
  /** SNI and certificate name to use instead of the URL's host. */
  readonly serverName: string | null;
}

/** `[target:] indicator op limit [for window] [abort]`. */
export interface Objective {
  /** As the user wrote it. */
  readonly text: string;
  /** Null: all targets together. */
  readonly target: string | null;
  readonly indicator: Indicator;
  readonly op: '<' | '<=' | '>' | '>=';
  /**
   * ms for latencies, a ratio 0..1 for errors, status, dropped and apdex, per second for throughput and goodput; of a
   * server in the unit of the resource. NaN while it is relative to a baseline that is not known.
   */
  readonly limit: number;
  /** What the limit is relative to; absent for a fixed one. */
  readonly baseline?: BaselineLimit;
  readonly windowMs: number | null;
  readonly abort: boolean;
  /** Where it stands in the plan file; null for a flag. */
  readonly position: { readonly line: number; readonly column: number } | null;
}

/** How far from the baseline's value a limit lies. */
export interface BaselineLimit {
  readonly op: '+' | '-' | '*';
  /** A factor for `*`; a share of the baseline's value, 0.1 for 10 %, where `isShare`; else in the limit's own unit. */
  readonly amount: number;
  readonly isShare: boolean;
  /** The baseline's value, and of how many runs it is the median; absent until it is known. */
  readonly from?: { readonly value: number; readonly runs: number };
  /** Why it is not known, a sentence; absent where no run is kept that could tell it. */
  readonly unknown?: string;
}

export type Indicator =
  | { readonly kind: 'quantile'; readonly q: number }
  | { readonly kind: 'mean' }
  | { readonly kind: 'max' }
  | { readonly kind: 'min' }
  | { readonly kind: 'errors' }
  | { readonly kind: 'status'; readonly from: number; readonly to: number }
  | { readonly kind: 'throughput' }
  | { readonly kind: 'goodput' }
  | { readonly kind: 'apdex'; readonly thresholdMs: number }
  | { readonly kind: 'dropped' }
  /** What a server tells of itself; `server` null: all of them, the worst counts. */
  | { readonly kind: 'server'; readonly resource: Resource; readonly server: string | null };

/** True for indicators that are latencies of requests, with a limit in ms. */
export function isLatency(indicator: Indicator): boolean {
  return (
    indicator.kind === 'quantile' ||
    indicator.kind === 'mean' ||
    indicator.kind === 'max' ||
    indicator.kind === 'min'
  );
}

/** True for indicators that are ratios or scores of requests, 0..1. */
export function isRatio({ kind }: Indicator): boolean {
  return kind === 'errors' || kind === 'status' || kind === 'dropped' || kind === 'apdex';
}

/** Every default of the tool. Rates are per second, times ms. */
export const DEFAULTS = {
  ratePerSecond: 30,
  durationMs: 20_000,
  warmupMs: 0,
  timeoutMs: 10_000,
  arrivals: 'poisson',
  method: 'GET',
  users: 10,
  redirectsWhenFollowed: 10,
  maxBodyBytes: 10_485_760,
  connectionLifetimeMs: 30_000,
  objective: 'errors < 1%',
  guardRatePerSecond: 50,
  marginRatio: 0.3,
  zones: 1,
  lose: 0,
  untilDecidedFactor: 10,
} as const;
