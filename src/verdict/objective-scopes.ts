/** What a recording must count so that a plan's objectives can be judged afterwards. */

import { InternalError } from '../core/errors.ts';
import { isLatency, type Load, type Objective, type Plan } from '../plan/plan.ts';
import type { CountRule, ObjectiveScope, RecordingLayout } from '../record/layout.ts';

/** Narrowest window of the series, ms, and most windows of a run whose length is known. */
const WINDOW_MS_MIN = 250;
const WINDOWS_MAX = 1200;

/** A response this many times slower than the largest latency limit is a sign of a server in trouble. */
const BREAKER_FACTOR = 4;

/** The layout of a plan's recording. */
export function layoutFor(plan: Plan): RecordingLayout {
  return {
    targetCount: plan.targets.length,
    objectives: objectivesLayout(
      plan,
      plan.targets.map((target) => target.name),
    ),
    measuredFromMs: plan.load.warmupMs,
    windowMs: Math.max(WINDOW_MS_MIN, plannedMs(plan.load) / WINDOWS_MAX),
    breakerMs: BREAKER_FACTOR * largestLatencyLimit(plan),
  };
}

/**
 * What each objective counts: objectives first, then the agreement's, in the plan's order.
 *
 * @throws InternalError when an objective names a target that the plan does not have
 */
export function objectivesLayout(
  { objectives, agreement }: Pick<Plan, 'objectives' | 'agreement'>,
  targetNames: readonly string[],
): ObjectiveScope[] {
  return [...objectives, ...agreement].map((objective) => ({
    target: objective.target === null ? null : indexOfTarget(objective.target, targetNames),
    rule: ruleOf(objective),
  }));
}

function indexOfTarget(name: string, names: readonly string[]): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw new InternalError(`an objective is about the target "${name}", which the plan does not have`);
}

/** Rates of one target count its statuses or failures, since windows hold the totals of all targets only. */
function ruleOf({ indicator, limit, target }: Objective): CountRule {
  switch (indicator.kind) {
    case 'quantile':
    case 'max':
    case 'min':
      return { kind: 'latency', limitMs: limit };
    case 'mean':
      return { kind: 'mean' };
    case 'errors':
      return { kind: 'failed' };
    case 'status':
      return { kind: 'status', from: indicator.from, to: indicator.to };
    case 'dropped':
      return { kind: 'dropped' };
    case 'apdex':
      return { kind: 'apdex', thresholdMs: indicator.thresholdMs };
    case 'throughput':
      return target === null ? { kind: 'none' } : { kind: 'status', from: 0, to: Infinity };
    case 'goodput':
      return target === null ? { kind: 'none' } : { kind: 'failed' };
  }
}

/** Length of the measured part as planned, ms; 0 when only a number of requests ends a closed loop. */
export function plannedMs(load: Load): number {
  const scheduleMs = load.kind === 'closed' ? (load.durationMs ?? 0) : stagesMs(load);
  return Math.max(scheduleMs, load.maxDurationMs ?? 0);
}

function stagesMs({ stages, requests }: Extract<Load, { kind: 'open' }>): number {
  let totalMs = 0;
  for (const stage of stages) {
    if (Number.isFinite(stage.durationMs)) totalMs += stage.durationMs;
    else if (stage.kind === 'constant') totalMs += ((requests ?? 0) / stage.ratePerSecond) * 1000;
  }
  return totalMs;
}

/** Infinity when no objective bounds a latency from above. */
function largestLatencyLimit({ objectives, agreement }: Plan): number {
  const limits = [...objectives, ...agreement]
    .filter(({ indicator, op }) => isLatency(indicator) && op.startsWith('<'))
    .map(({ limit }) => limit);
  return limits.length === 0 ? Infinity : Math.max(...limits);
}
