/** Drives real traffic in a test: a plan from a URL, run on the test's own event loop. */

import type { LoadOptions, LoadReport } from '../../src/load/load-run.ts';
import { startLoad } from '../../src/load/worker-pool.ts';
import {
  type ClosedLoad,
  DEFAULTS,
  type Expectation,
  type HttpSettings,
  type Load,
  type OpenLoad,
  type Plan,
  type Target,
  type TlsSettings,
} from '../../src/plan/plan.ts';
import type { ObjectiveScope } from '../../src/record/layout.ts';

/** Expectation that accepts any status below 400. */
export const ANY_SUCCESS: Expectation = { statuses: null, headers: [], body: [], json: [], size: null };

const HTTP: HttpSettings = {
  version: '1.1',
  keepAlive: true,
  redirects: 0,
  maxBodyBytes: DEFAULTS.maxBodyBytes,
  proxy: null,
  unixSocket: null,
  connectTo: [],
  resolve: [],
};

const TLS: TlsSettings = { insecure: false, ca: null, cert: null, key: null, serverName: null };

const SETTINGS = {
  warmupMs: 0,
  drainMs: null,
  connections: { max: null, lifetimeMs: null, freshRatio: 0 },
  workers: null,
  requests: null,
  maxDurationMs: null,
} as const;

/** A constant open loop, uniform unless changed. */
export function openLoad(
  ratePerSecond: number,
  durationMs: number,
  changes: Partial<OpenLoad> = {},
): OpenLoad {
  const stages = [{ kind: 'constant', ratePerSecond, durationMs }] as const;
  return { ...SETTINGS, kind: 'open', arrivals: 'uniform', stages, ...changes };
}

/** Virtual users that never think, unless changed. */
export function closedLoad(
  users: number,
  durationMs: number | null,
  changes: Partial<ClosedLoad> = {},
): ClosedLoad {
  return { ...SETTINGS, kind: 'closed', users, think: { minMs: 0, maxMs: 0 }, durationMs, ...changes };
}

/** What a test changes in a plan. */
export interface PlanChanges {
  readonly load?: Load;
  readonly target?: Partial<Target>;
  readonly targets?: readonly Partial<Target>[];
  readonly http?: Partial<HttpSettings>;
  readonly tls?: Partial<TlsSettings>;
  readonly seed?: number;
}

/** A plan of one GET target, or of the targets given; 100 requests at 100/s unless changed. */
export function planFor(url: string, changes: PlanChanges = {}): Plan {
  const target = (given: Partial<Target>, index: number): Target => ({
    name: `target-${index}`,
    method: 'GET',
    url,
    headers: [],
    body: null,
    weight: 1,
    timeoutMs: 2000,
    expect: ANY_SUCCESS,
    ...given,
  });
  return {
    version: 1,
    targets: (changes.targets ?? [changes.target ?? {}]).map(target),
    data: null,
    load: changes.load ?? openLoad(100, 1000),
    http: { ...HTTP, ...changes.http },
    tls: { ...TLS, ...changes.tls },
    objectives: [],
    objectivesDefaulted: true,
    agreement: [],
    owner: null,
    seed: changes.seed ?? 1,
  };
}

/** What a test changes in a run. */
export interface DriveChanges extends Partial<LoadOptions> {
  readonly objectives?: readonly ObjectiveScope[];
}

/** Runs a plan to its end. */
export function drive(plan: Plan, changes: DriveChanges = {}): Promise<LoadReport> {
  return startLoad(driveOptions(plan, changes)).finished;
}

/** The options of such a run, for tests that stop it. */
export function driveOptions(plan: Plan, changes: DriveChanges = {}): LoadOptions {
  const { objectives = [], ...options } = changes;
  return {
    plan,
    secrets: {},
    layout: {
      targetCount: plan.targets.length,
      objectives,
      measuredFromMs: plan.load.warmupMs,
      windowMs: 250,
      breakerMs: Infinity,
    },
    runId: 'test',
    userAgent: 'headroom-test',
    guard: { allowPublic: false },
    limits: { maxConnections: plan.load.connections.max ?? 2000, maxPending: 100_000 },
    workers: 1,
    warmUp: 'none',
    isolation: 'inline',
    ...options,
  };
}
