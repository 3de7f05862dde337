/** What a recording must count so that a plan's objectives can be judged afterwards. */

import { InternalError } from '../core/errors.ts';
import { type Indicator, isLatency, type Load, type Objective, type Plan } from '../plan/plan.ts';
import type { CountRule, ObjectiveScope, RecordingLayout } from '../record/layout.ts';

/** Narrowest window of the series, ms, and most windows of a run whose length is known. */
export const WINDOW_MS_MIN = 250;
const WINDOWS_MAX = 1200;

/** How many times as many windows as that an objective about short windows may take. */
const FINER = 10;

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
    windowMs: windowMsOf(plan),
    breakerMs: BREAKER_FACTOR * largestLatencyLimit(plan),
  };
}

/**
 * Wide enough for a bounded series, and such that the shortest window of an objective is a whole number of them; where
 * that takes more than ten times the usual bound, windows of objectives are rounded to those of the series.
 */
function windowMsOf({ load, objectives, agreement }: Plan): number {
  const leastMs = Math.max(WINDOW_MS_MIN, plannedMs(load) / WINDOWS_MAX);
  const asked = [...objectives, ...agreement].flatMap(({ windowMs }) =>
    windowMs === null ? [] : [windowMs],
  );
  if (asked.length === 0) return leastMs;
  const shortestMs = Math.min(...asked);
  if (shortestMs * FINER < leastMs) return leastMs;
  return shortestMs / Math.max(1, Math.floor(shortestMs / leastMs));
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
    case 'server':
      return { kind: 'none' };
  }
}

/**
 * Length of the measured part as planned, or as it may become until everything is decided, ms; 0 when only a number
 * of requests ends a closed loop.
 */
export function plannedMs(load: Load): number {
  const scheduleMs = load.kind === 'closed' ? (load.durationMs ?? 0) : stagesMs(load);
  const { maxDurationMs, untilDecided } = load;
  if (maxDurationMs === null) return scheduleMs;
  return untilDecided === true || scheduleMs === 0
    ? Math.max(scheduleMs, maxDurationMs)
    : Math.min(scheduleMs, maxDurationMs);
}

function stagesMs({ stages, requests }: Extract<Load, { kind: 'open' }>): number {
  let totalMs = 0;
  for (const stage of stages) {
    if (Number.isFinite(stage.durationMs)) totalMs += stage.durationMs;
    else if (stage.kind === 'constant') totalMs += ((requests ?? 0) / stage.ratePerSecond) * 1000;
  }
  return totalMs;
}

/**
 * Of the objectives; of the agreement where they do not bound the latencies of all targets from above; Infinity when
 * neither does.
 */
function largestLatencyLimit(plan: Plan): number {
  const limits = [plan.objectives, plan.agreement].map((family) => largestLimit(family, plan));
  return limits.find((limit) => limit > 0) ?? Infinity;
}

/** -Infinity when a target has none: its answers may take any time. */
function largestLimit(family: readonly Objective[], { targets }: Plan): number {
  const bounds = family.filter(({ indicator, op }) => isOfMost(indicator) && op.startsWith('<'));
  const isBounded = (name: string): boolean =>
    bounds.some(({ target }) => target === null || target === name);
  return targets.every(({ name }) => isBounded(name))
    ? Math.max(...bounds.map(({ limit }) => limit))
    : -Infinity;
}

/** What bounds the typical latency: a healthy server may have many answers far above its minimum or its p10. */
function isOfMost(indicator: Indicator): boolean {
  return (
    isLatency(indicator) && indicator.kind !== 'min' && (indicator.kind !== 'quantile' || indicator.q >= 0.5)
  );
}
