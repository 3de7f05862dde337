/** A run that goes on until its objectives are decided: how long it may get, and what it sends meanwhile. */

import { DEFAULTS, type Load, type Stage } from '../plan.ts';

/** Length of the measured part as scheduled, ms; null when a number of requests ends a closed loop. */
export function scheduledMs(load: Load): number | null {
  if (load.kind === 'closed') return load.durationMs;
  return load.stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/** Longest that a run gets by default to be decided, ms: ten times its schedule. */
export function longestUndecidedMs(durationMs: number): number {
  return DEFAULTS.untilDecidedFactor * durationMs;
}

/** True for a stage that can be prolonged: its rate is constant, and not a pause. */
export function isSteady(stage: Stage): boolean {
  return stage.kind === 'constant' && stage.ratePerSecond > 0;
}

/**
 * From when on what can be prolonged is sent, ms of the measured part: the start of the last constant stage, with the
 * ones of its rate that it goes on from. 0 in the closed loop, and when no stage can be prolonged.
 */
export function prolongedFromMs(load: Load): number {
  if (load.kind === 'closed') return 0;
  const { stages } = load;
  const rateOf = (stage: Stage | undefined): number | null =>
    stage !== undefined && stage.kind === 'constant' ? stage.ratePerSecond : null;
  let first = stages.findLastIndex(isSteady);
  while (first > 0 && rateOf(stages[first - 1]) === rateOf(stages[first])) first -= 1;
  return stages.slice(0, Math.max(0, first)).reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/**
 * The load as it is sent: until its objectives are decided the last constant stage, or the closed loop, goes on for as
 * long as the run may take at most, and whoever watches it stops it. Any other load is sent as it is.
 */
export function sentLoad(load: Load): Load {
  const { untilDecided, maxDurationMs } = load;
  const plannedMs = scheduledMs(load);
  if (untilDecided !== true || maxDurationMs === null || plannedMs === null) return load;
  const moreMs = Math.max(0, maxDurationMs - plannedMs);
  if (load.kind === 'closed') return { ...load, durationMs: plannedMs + moreMs };
  const last = load.stages.findLastIndex(isSteady);
  const stages = load.stages.map((stage, index) =>
    index === last ? { ...stage, durationMs: stage.durationMs + moreMs } : stage,
  );
  return { ...load, stages };
}
