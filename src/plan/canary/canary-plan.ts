/** The plan of one run of a canary: the user's plan, with a few gentle requests in place of its load. */
import { formatObjective, parseObjective } from '../objective.ts';
import { DEFAULTS, type Objective, type OpenLoad, type Plan } from '../plan.ts';
import { isAwaiting } from '../question/baseline-limit.ts';
import { CANARY, type CanarySettings } from './settings.ts';

/** An objective that a canary does not judge, and why: a clause that goes on behind "since". */
export interface LeftOut {
  readonly objective: Objective;
  readonly why: string;
}

/** What a canary judges of a plan's objectives. */
export interface CanaryObjectives {
  /** In their order; a window that no run holds is gone, since the run is then all that is seen. */
  readonly judged: readonly Objective[];
  /** Those of them whose window is gone, as the plan has them. */
  readonly widened: readonly Objective[];
  readonly leftOut: readonly LeftOut[];
}

/** How the canary of a plan looks and pages: its own settings, or the defaults. */
export function settingsOf({ canary }: Pick<Plan, 'canary'>): CanarySettings {
  return canary ?? CANARY;
}

/**
 * The objectives that runs of a canary can be held against. Left out are those relative to a baseline, which is one of
 * runs at the plan's own load, and those that ask for more throughput than a run sends. `abort` is dropped: there is
 * no load to spare the servers from.
 */
export function canaryObjectives(plan: Plan): CanaryObjectives {
  const { durationMs, ratePerSecond } = settingsOf(plan);
  const leftOut = plan.objectives.flatMap((objective): LeftOut[] => {
    const why = reasonToLeaveOut(objective, ratePerSecond);
    return why === null ? [] : [{ objective, why }];
  });
  const kept = plan.objectives.filter((objective) => !leftOut.some((each) => each.objective === objective));
  return {
    judged: kept.map((objective) => asSeen(objective, durationMs)),
    widened: kept.filter(({ windowMs }) => windowMs !== null && windowMs > durationMs),
    leftOut,
  };
}

function reasonToLeaveOut(objective: Objective, ratePerSecond: number): string | null {
  const { indicator, limit, op } = objective;
  if (isAwaiting(objective) || objective.baseline !== undefined) {
    return 'its limit is relative to a baseline, which is one of runs at the full load';
  }
  const isThroughput = indicator.kind === 'throughput' || indicator.kind === 'goodput';
  if (!isThroughput || op.startsWith('<') || limit < ratePerSecond) return null;
  return 'a canary sends less than it asks for';
}

/** The objective as one run sees it. */
function asSeen(objective: Objective, durationMs: number): Objective {
  const { abort, windowMs } = objective;
  const isLonger = windowMs !== null && windowMs > durationMs;
  if (!isLonger && !abort) return objective;
  const seen = { ...objective, abort: false, windowMs: isLonger ? null : windowMs };
  return { ...seen, text: formatObjective(seen) };
}

/**
 * The plan that one run of the canary carries out: a constant rate, evenly spaced, with neither warm-up nor ramps, also
 * for a closed loop. Each attempt opens a fresh connection with probability 1/2, so that both ways to the server are
 * seen; the others go over kept-alive ones. It waits for answers no longer than the timeouts of the targets, which
 * ends the run before a server that hangs.
 *
 * Its objectives are those of {@link canaryObjectives}, or the default one where none is left.
 */
export function canaryPlan(plan: Plan): Plan {
  const { durationMs, ratePerSecond } = settingsOf(plan);
  const { judged } = canaryObjectives(plan);
  const load: OpenLoad = {
    kind: 'open',
    arrivals: 'uniform',
    stages: [{ kind: 'constant', ratePerSecond, durationMs }],
    warmupMs: 0,
    drainMs: null,
    connections: { max: null, lifetimeMs: plan.load.connections.lifetimeMs, freshRatio: FRESH_RATIO },
    workers: null,
    requests: null,
    maxDurationMs: null,
  };
  const isDefaulted = plan.objectivesDefaulted || judged.length === 0;
  return {
    ...plan,
    load,
    objectives: judged.length === 0 ? [parseObjective(DEFAULTS.objective)] : judged,
    objectivesDefaulted: isDefaulted,
    agreement: plan.agreement.map((promise) => asSeen(promise, durationMs)),
  };
}

/** Half of the attempts look at what a new visitor gets, half at what one gets who stays. */
const FRESH_RATIO = 0.5;
