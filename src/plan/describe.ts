/** What a plan would send, told before anything is sent. */
import { redactUrl } from '../core/text.ts';
import type { OpenLoad, Plan, Stage } from './plan.ts';
import { arrivalsOf, lengthOf } from './section/schedule.ts';

/** Numbers are expectations where arrivals are random; null where the closed loop leaves them open. */
export interface PlanDescription {
  readonly loop: 'open' | 'closed';
  /** Measured requests, without the warm-up. */
  readonly requests: number | null;
  readonly warmupRequests: number | null;
  /** Length of the measured part, ms, without warm-up and drain. */
  readonly durationMs: number | null;
  readonly warmupMs: number;
  readonly peakPerSecond: number | null;
  /** Virtual users; null in an open loop. */
  readonly users: number | null;
  /** `scheme://host[:port]`, each once, references unexpanded. */
  readonly origins: readonly string[];
  readonly targets: readonly TargetDescription[];
}

export interface TargetDescription {
  readonly name: string;
  readonly method: string;
  /** Redacted. */
  readonly url: string;
  /** Of all arrivals, 0..1. */
  readonly share: number;
  readonly requests: number | null;
}

function startRate(stage: Stage | undefined): number {
  if (stage === undefined) return 0;
  return stage.kind === 'constant' ? stage.ratePerSecond : stage.fromPerSecond;
}

function peakOf(stages: readonly Stage[]): number {
  return Math.max(
    0,
    ...stages.map((stage) =>
      stage.kind === 'constant' ? stage.ratePerSecond : Math.max(stage.fromPerSecond, stage.toPerSecond),
    ),
  );
}

/** Time within a stage at which `arrivals` are due: the root of from t + slope t^2 / 2, in the form without cancellation. */
function timeWithin(stage: Stage, arrivals: number): number {
  const from = startRate(stage);
  const to = stage.kind === 'constant' ? from : stage.toPerSecond;
  const perMs = from / 1000;
  const slope = (to - from) / (1000 * stage.durationMs);
  const root = Math.sqrt(Math.max(0, perMs * perMs + 2 * slope * arrivals));
  return arrivals === 0 ? 0 : (2 * arrivals) / (perMs + root);
}

/** When the last of `requests` arrivals is expected, ms; the end of the schedule when that comes first. */
function endOf({ stages, requests }: OpenLoad): number {
  let left = requests ?? Infinity;
  let passedMs = 0;
  for (const stage of stages) {
    const due = arrivalsOf([stage]);
    if (left <= due) return passedMs + timeWithin(stage, left);
    left -= due;
    passedMs += stage.durationMs;
  }
  return lengthOf(stages);
}

function originOf(url: string): string {
  return /^[a-z]+:\/\/(?:\$\{[^}]*\}|[^/?#])*|^(?:\$\{[^}]*\}|[^/?#])+/i.exec(url)?.[0] ?? url;
}

function describeLoad({ load }: Plan): Omit<PlanDescription, 'origins' | 'targets'> {
  const { warmupMs } = load;
  if (load.kind === 'closed') {
    const { durationMs, requests, users } = load;
    return {
      loop: 'closed',
      requests,
      warmupRequests: warmupMs === 0 ? 0 : null,
      durationMs,
      warmupMs,
      peakPerSecond: null,
      users,
    };
  }
  return {
    loop: 'open',
    requests: Math.round(Math.min(load.requests ?? Infinity, arrivalsOf(load.stages))),
    warmupRequests: Math.round((startRate(load.stages[0]) * warmupMs) / 1000),
    durationMs: endOf(load),
    warmupMs,
    peakPerSecond: peakOf(load.stages),
    users: null,
  };
}

/** What would be sent, where and how fast. */
export function describePlan(plan: Plan): PlanDescription {
  const load = describeLoad(plan);
  const weights = plan.targets.reduce((sum, { weight }) => sum + weight, 0);
  const targets = plan.targets.map(({ name, method, url, weight }) => {
    const share = weight / weights;
    return {
      name,
      method,
      url: redactUrl(url),
      share,
      requests: load.requests === null ? null : load.requests * share,
    };
  });
  const origins = [...new Set(plan.targets.map(({ url }) => redactUrl(originOf(url))))];
  return { ...load, origins, targets };
}
