/** The plan of one trial of a search: the user's plan, with constant traffic at one rate in place of its schedule. */

import { UsageError } from '../core/errors.ts';
import { integerAt, STREAM } from '../core/random.ts';
import { isLatency, type Objective, type OpenLoad, type Plan, type Stage } from './plan.ts';

/** What a trial sends: `approach` before the measured part, then `ratePerSecond` for `durationMs`. */
export interface TrialLoad {
  readonly ratePerSecond: number;
  readonly durationMs: number;
  readonly approach: readonly { readonly ratePerSecond: number; readonly durationMs: number }[];
}

/** Seeds of trials are drawn from all that the random generator takes. */
const SEED_MAX = Number.MAX_SAFE_INTEGER;

/** The factors at which latency objectives are counted beside the objective itself. */
export const LIMIT_FACTORS = [0.5, 2] as const;

/**
 * The plan of trial `number` (from 1). Arrivals are random anew in each trial, and the same again for the same seed.
 * In place of the agreement it carries the plan's latency objectives at half and at twice their limits, in the order of
 * {@link LIMIT_FACTORS}: they are counted, and are no part of any verdict.
 *
 * @throws UsageError for a closed loop, which has no arrival rate to search
 */
export function trialPlan(plan: Plan, load: TrialLoad, number: number): Plan {
  if (plan.load.kind === 'closed') {
    throw new UsageError('a closed loop has no arrival rate to search', {
      hint: 'give the plan a rate in place of closed: a search needs arrivals that wait for no answer',
    });
  }
  const constant = (stretch: { readonly ratePerSecond: number; readonly durationMs: number }): Stage => ({
    kind: 'constant',
    ...stretch,
  });
  const open: OpenLoad = {
    ...plan.load,
    requests: null,
    maxDurationMs: null,
    untilDecided: false,
    warmupMs: load.approach.reduce((sum, { durationMs }) => sum + durationMs, 0),
    approach: load.approach.map(constant),
    stages: [constant({ ratePerSecond: load.ratePerSecond, durationMs: load.durationMs })],
  };
  const seed = integerAt(plan.seed, STREAM.trial, number, { low: 0, high: SEED_MAX });
  return { ...plan, load: open, agreement: scaledObjectives(plan), seed };
}

/** The latency objectives at other limits: all of them at the first factor, then all at the next. */
export function scaledObjectives({ objectives }: Plan): Objective[] {
  const latencies = objectives.filter(({ indicator, op }) => isLatency(indicator) && op.startsWith('<'));
  return LIMIT_FACTORS.flatMap((factor) =>
    latencies.map((objective) => ({ ...objective, limit: objective.limit * factor, abort: false })),
  );
}
