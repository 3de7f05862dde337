/**
 * One window of the series: attempts are put where their *intended* start falls, so that merging is exact.
 */

import type { FailureCause } from '../core/attempt.ts';
import { nearestRank } from '../stats/quantile-interval.ts';

/** Sub-buckets per octave of the coarse histogram: quantiles within 6 %. */
const STEPS = 8;

/** Length of the coarse histogram: 32 octaves of microseconds, 8 steps each. */
export const COARSE_LENGTH = 256;

/** Bucket of a latency in the coarse histogram. @param ms >= 0 */
export function coarseIndex(ms: number): number {
  const us = Math.max(1, Math.min(ms * 1000, 4_294_967_295));
  return Math.min(COARSE_LENGTH - 1, Math.floor(Math.log2(us) * STEPS));
}

/** Geometric middle of a coarse bucket, ms. */
export function coarseMs(index: number): number {
  return 2 ** ((index + 0.5) / STEPS) / 1000;
}

/** Lower edge of a coarse bucket, ms; the upper one is that of the next. */
export function coarseEdgeMs(index: number): number {
  return 2 ** (index / STEPS) / 1000;
}

/** Adds the counts of one coarse histogram to another. */
export function addCoarse(to: Uint32Array | Float64Array, from: Uint32Array): void {
  // A plain loop: this runs for every window of every look, and is several times as fast as forEach here.
  for (let bucket = 0; bucket < COARSE_LENGTH; bucket += 1) {
    const here = from[bucket] ?? 0;
    if (here > 0) to[bucket] = (to[bucket] ?? 0) + here;
  }
}

/** Bucket that holds the value at a 1-based rank; null when there is none. */
export function coarsePosition(coarse: Uint32Array, rank: number): number | null {
  let seen = 0;
  const index = coarse.findIndex((here) => {
    seen += here;
    return seen >= rank;
  });
  return rank < 1 || index < 0 ? null : index;
}

/**
 * The q-quantile of a coarse histogram by nearest rank, ms, at the middle of its bucket; NaN when it is
 * empty.
 */
export function coarseQuantileMs(coarse: Uint32Array, q: number): number {
  const count = coarse.reduce((sum, here) => sum + here, 0);
  const position = count === 0 ? null : coarsePosition(coarse, nearestRank(count, q));
  return position === null ? NaN : coarseMs(position);
}

/** Counts of one objective: attempts in its scope, and those that count against it. */
export interface Exceedance {
  count: number;
  exceeded: number;
  /** As `exceeded`, on the response time less what our own lag and stalls added. */
  exceededOwn: number;
  /** Of a latency limit: attempts beyond half and beyond a quarter of it, which show how slow ones cluster. */
  overHalf: number;
  overQuarter: number;
  /** Sum of response times (mean) or of scores (apdex). */
  sum: number;
}

export interface Window {
  /** Position: the window covers [index, index + 1) * windowMs of schedule time after the warm-up. */
  readonly index: number;
  sent: number;
  completed: number;
  good: number;
  failed: number;
  broken: number;
  dropped: number;
  /** Failed attempts by cause, and those of them that were answered, by status. */
  readonly causes: Map<FailureCause, number>;
  readonly statuses: Map<number, number>;
  /** Sum of lag, ms, and largest lag, ms. */
  lagMs: number;
  lagMaxMs: number;
  /** Response times of successes. */
  readonly coarse: Uint32Array;
  /** By objective, in the layout's order. */
  readonly exceedances: Exceedance[];
}

/** A window with nothing in it. */
export function emptyWindow(index: number, objectives: number): Window {
  return {
    index,
    sent: 0,
    completed: 0,
    good: 0,
    failed: 0,
    broken: 0,
    dropped: 0,
    causes: new Map(),
    statuses: new Map(),
    lagMs: 0,
    lagMaxMs: 0,
    coarse: new Uint32Array(COARSE_LENGTH),
    exceedances: Array.from({ length: objectives }, emptyExceedance),
  };
}

/** Counts of an objective before anything happened. */
export function emptyExceedance(): Exceedance {
  return { count: 0, exceeded: 0, exceededOwn: 0, overHalf: 0, overQuarter: 0, sum: 0 };
}

/** Adds `from` to `to`. */
export function addExceedance(to: Exceedance, from: Exceedance): void {
  to.count += from.count;
  to.exceeded += from.exceeded;
  to.exceededOwn += from.exceededOwn;
  to.overHalf += from.overHalf;
  to.overQuarter += from.overQuarter;
  to.sum += from.sum;
}

/** Counts a failed attempt. @param status null when no whole answer came */
export function addFailure(to: Window, cause: FailureCause | null, status: number | null): void {
  if (cause !== null) to.causes.set(cause, (to.causes.get(cause) ?? 0) + 1);
  if (status !== null) to.statuses.set(status, (to.statuses.get(status) ?? 0) + 1);
}

/** Coarse histogram of the successes of all windows from the position `from` to before `to`. */
export function coarseBetween(windows: readonly Window[], from: number, to: number): Uint32Array {
  const coarse = new Uint32Array(COARSE_LENGTH);
  for (const window of windows)
    if (window.index >= from && window.index < to) addCoarse(coarse, window.coarse);
  return coarse;
}

/** Adds `from` to `to`: commutative, associative, with the empty window as its zero. */
export function addWindow(to: Window, from: Window): void {
  to.sent += from.sent;
  to.completed += from.completed;
  to.good += from.good;
  to.failed += from.failed;
  to.broken += from.broken;
  to.dropped += from.dropped;
  for (const [cause, count] of from.causes) to.causes.set(cause, (to.causes.get(cause) ?? 0) + count);
  for (const [status, count] of from.statuses)
    to.statuses.set(status, (to.statuses.get(status) ?? 0) + count);
  to.lagMs += from.lagMs;
  to.lagMaxMs = Math.max(to.lagMaxMs, from.lagMaxMs);
  addCoarse(to.coarse, from.coarse);
  from.exceedances.forEach((exceedance, index) => {
    const own = to.exceedances[index];
    if (own !== undefined) addExceedance(own, exceedance);
  });
}
