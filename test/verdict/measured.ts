/** Builds runs that ended, from the attempts that they made. */

import { type Attempt, blankAttempt, type FailureCause } from '../../src/core/attempt.ts';
import { parseObjective } from '../../src/plan/objective.ts';
import type { ClosedLoad, OpenLoad, Plan, Stage, Target } from '../../src/plan/plan.ts';
import { Recording } from '../../src/record/recording.ts';
import { layoutFor } from '../../src/verdict/objective-scopes.ts';
import type { Measured } from '../../src/verdict/objectives.ts';
import type { GeneratorFacts } from '../../src/verdict/validity.ts';
import type { RunFacts } from '../../src/verdict/verdict.ts';

export function target(name: string, weight = 1): Target {
  return {
    name,
    method: 'GET',
    url: `http://127.0.0.1:8080/${name}`,
    headers: [],
    body: null,
    weight,
    timeoutMs: 10_000,
    expect: { statuses: null, headers: [], body: [], json: [], size: null },
  };
}

export function constant(ratePerSecond: number, seconds: number): Stage {
  return { kind: 'constant', ratePerSecond, durationMs: seconds * 1000 };
}

const SETTINGS = {
  warmupMs: 0,
  drainMs: null,
  connections: { max: null, lifetimeMs: 30_000, freshRatio: 0 },
  workers: null,
  requests: null,
  maxDurationMs: null,
} as const;

export function open(stages: readonly Stage[], overrides: Partial<OpenLoad> = {}): OpenLoad {
  return { kind: 'open', arrivals: 'poisson', stages, ...SETTINGS, ...overrides };
}

export function closed(
  users: number,
  seconds: number | null,
  overrides: Partial<ClosedLoad> = {},
): ClosedLoad {
  const durationMs = seconds === null ? null : seconds * 1000;
  return { kind: 'closed', users, think: { minMs: 0, maxMs: 0 }, durationMs, ...SETTINGS, ...overrides };
}

/** A plan of 30/s for 20 s on one target, with these objectives. */
export function planOf(
  objectives: readonly string[],
  overrides: Omit<Partial<Plan>, 'agreement'> & { readonly agreement?: readonly string[] } = {},
): Plan {
  const { agreement = [], ...rest } = overrides;
  const targets = rest.targets ?? [target('home')];
  return {
    version: 1,
    data: null,
    load: open([constant(30, 20)]),
    http: {
      version: '1.1',
      keepAlive: true,
      redirects: 0,
      maxBodyBytes: 1e6,
      proxy: null,
      unixSocket: null,
      connectTo: [],
      resolve: [],
    },
    tls: { insecure: false, ca: null, cert: null, key: null, serverName: null },
    objectivesDefaulted: false,
    owner: null,
    seed: 1,
    ...rest,
    targets,
    objectives: objectives.map((text) => parseObjective(text)),
    agreement: agreement.map((text) => parseObjective(text)),
  };
}

/** What became of one attempt: times in ms, everything else as it goes well. */
export interface Act {
  readonly atMs?: number;
  readonly ms?: number;
  readonly lagMs?: number;
  readonly stallMs?: number;
  readonly waitMs?: number;
  readonly status?: number;
  readonly cause?: FailureCause;
  readonly outcome?: Attempt['outcome'];
  readonly phase?: Attempt['phase'];
  readonly target?: number;
  readonly warmup?: boolean;
  readonly cached?: boolean;
  readonly challenged?: boolean;
}

function attemptOf(act: Act): Attempt {
  const intendedMs = act.atMs ?? 0;
  const readyMs = intendedMs + (act.lagMs ?? 0);
  const sendMs = act.outcome === 'dropped' ? Number.NaN : readyMs + (act.waitMs ?? 0);
  const endMs = intendedMs + (act.ms ?? 10);
  const outcome = act.outcome ?? 'completed';
  const status = act.status ?? (outcome === 'completed' ? 200 : 0);
  const cause = act.cause ?? (status >= 500 ? 'http-5xx' : status >= 400 ? 'http-4xx' : null);
  return {
    ...blankAttempt(),
    outcome,
    intendedMs,
    readyMs,
    sendMs,
    sentMs: sendMs,
    firstByteMs: endMs,
    endMs,
    status,
    cause,
    stallMs: act.stallMs ?? 0,
    phase: act.phase ?? null,
    target: act.target ?? 0,
    warmup: act.warmup ?? false,
    cached: act.cached ?? false,
    challenged: act.challenged ?? false,
  };
}

/** A run of the plan in which these attempts ended, and `inFlight` never did. */
export function measured(
  plan: Plan,
  acts: readonly Act[],
  more: { readonly inFlight?: number; readonly offeredMs?: number } = {},
): Measured {
  const { inFlight = 0, offeredMs = 20_000 } = more;
  const recording = new Recording(layoutFor(plan));
  for (const act of acts) {
    recording.add(attemptOf(act));
    if (act.warmup === true) continue;
    recording.counts.planned += 1;
    if (act.outcome !== 'dropped') recording.counts.sent += 1;
  }
  recording.counts.planned += inFlight;
  recording.counts.sent += inFlight;
  recording.counts.inFlight = inFlight;
  const [first] = recording.targets;
  if (first !== undefined) first.inFlight = inFlight;
  return { plan, recording, offeredMs };
}

/** `count` attempts spread evenly over `overMs`. */
export function many(count: number, act: Act | ((index: number) => Act) = {}, overMs = 20_000): Act[] {
  return Array.from({ length: count }, (_, index) => ({
    atMs: (index * overMs) / count,
    ...(typeof act === 'function' ? act(index) : act),
  }));
}

/** `count` attempts over 20 s of which `bad` are as `act`, evenly among the others: nothing makes neighbours alike. */
export function scattered(count: number, bad: number, act: Act): Act[] {
  const through = (index: number): number => Math.floor((index * bad) / count);
  return many(count, (index) => (through(index + 1) > through(index) ? act : {}));
}

/** A generator that did everything right. */
export function generator(overrides: Partial<GeneratorFacts> = {}): GeneratorFacts {
  return {
    askedPeakPerSecond: 30,
    closedLoop: false,
    workers: 1,
    ceilingPerSecond: 20_000,
    conducts: [{ runMs: 20_000, busyMs: 200, stalls: 0, stallMaxMs: 0 }],
    suspendedMs: 0,
    deadWorkers: 0,
    throttledMs: 0,
    stealRatio: 0,
    chosenConnections: null,
    interrupted: false,
    ...overrides,
  };
}

/** A whole run with its generator. */
export function run(from: Measured, overrides: Partial<RunFacts> = {}): RunFacts {
  return { ...from, generator: generator(), stopped: null, ...overrides };
}
