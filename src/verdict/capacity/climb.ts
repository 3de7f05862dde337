/** The way to the edge: up in doublings while nothing breaks, down in halves when the start already does. */

import type { Stretch, TrialPurpose } from '../trial.ts';
import { moreMs, NEAR_MS, nearMs, rounded, SHORT_MS, shortMs } from './effort.ts';
import { neighbours, type RatePool, TRIPPED_STRAIN } from './rate-pool.ts';
import { isAtItsEnd } from './showing.ts';

/** A trial to be ordered; without an approach it gets the usual one. */
export interface Step {
  readonly purpose: TrialPurpose;
  readonly ratePerSecond: number;
  readonly durationMs: number;
  readonly approach?: readonly Stretch[];
}

/** Between which rates the way leads. */
export interface Range {
  readonly startPerSecond: number;
  /** Highest rate to send; Infinity: none is given. */
  readonly maxPerSecond: number;
}

/** Trials at a rate that looks bad and does not break, before the way goes on past it. */
const TRIES = 3;
const TRIES_AT_FLOOR = 6;

/** A start is not lowered any further, per second. */
const FLOOR_PER_SECOND = 1;

/** Doubling, and the smaller step past a rate that looks bad. */
const FACTOR = 2;
const FACTOR_WHEN_BAD = Math.SQRT2;

/** A generator's end is sought within this factor. */
const WALL_FACTOR = 1.25;

/** The lowest rate that a search goes down to. */
export function floorOf({ startPerSecond }: Range): number {
  return Math.min(startPerSecond, FLOOR_PER_SECOND);
}

/**
 * The rate from which on the generator is at its end, or unfit to judge by: it was asked twice there, and nothing is
 * known of the server; Infinity when there is none.
 */
export function wallOf(pools: readonly RatePool[]): number {
  const wall = pools.find((pool) => {
    const isUnfit = pool.trials === 0 || isAtItsEnd(pool.judged.validity.checks);
    return pool.label === 'undecided' && pool.trials + pool.refused >= 2 && isUnfit;
  });
  return wall?.ratePerSecond ?? Infinity;
}

/** The next step up, while nothing broke; null at the top: the highest rate allowed, or the generator's end. */
export function stepUp(pools: readonly RatePool[], range: Range): Step | null {
  const wall = wallOf(pools);
  const top = pools.filter(({ ratePerSecond }) => ratePerSecond < wall).at(-1);
  if (top === undefined) {
    if (wall < Infinity) return null;
    return climb(Math.min(range.startPerSecond, range.maxPerSecond));
  }
  const isBad = top.label === 'undecided' && (top.strain ?? 0) > 1;
  if (top.label === 'undecided' && isShaky(top)) return again('climb', top);
  if (isBad && top.trials < TRIES) return again('climb', top);
  if ((top.strain ?? 0) >= TRIPPED_STRAIN) return null;
  if (wall < Infinity) {
    return wall > top.ratePerSecond * WALL_FACTOR
      ? climb(rounded(Math.sqrt(wall * top.ratePerSecond)))
      : null;
  }
  if (top.ratePerSecond >= range.maxPerSecond) return null;
  const next = top.ratePerSecond * (isBad ? FACTOR_WHEN_BAD : FACTOR);
  return climb(Math.min(isBad ? rounded(next) : next, range.maxPerSecond));
}

/** One trial in which the generator was at its end may have been a hiccup: it is made again. */
function isShaky(pool: RatePool): boolean {
  const isUnfit = pool.trials === 0 || isAtItsEnd(pool.judged.validity.checks);
  return isUnfit && pool.trials + pool.refused < 2;
}

function climb(ratePerSecond: number): Step {
  return { purpose: 'climb', ratePerSecond, durationMs: shortMs(ratePerSecond) };
}

/** A rate once more, longer. */
export function again(purpose: TrialPurpose, pool: RatePool): Step {
  return { purpose, ratePerSecond: pool.ratePerSecond, durationMs: nearMs(pool, Infinity) };
}

/** The next step down when even the lowest rate broke or looks bad; null when there is a good one, or at the floor. */
export function stepDown(pools: readonly RatePool[], range: Range): Step | null {
  const { good, bad } = neighbours(pools);
  if (good !== null || bad === null) return null;
  const lowest = pools.find(({ ratePerSecond }) => ratePerSecond === bad);
  const floor = floorOf(range);
  const tries = bad <= floor ? TRIES_AT_FLOOR : TRIES;
  if (lowest?.label === 'undecided' && lowest.trials < tries) return again('descend', lowest);
  if (bad <= floor) return null;
  const ratePerSecond = Math.max(floor, bad / FACTOR);
  return { purpose: 'descend', ratePerSecond, durationMs: shortMs(ratePerSecond) };
}

/**
 * A longer look at the highest good rate when nothing broke, so that the lower bound is shown and not just unbroken;
 * null when it is held, or no time up to `capMs` would show it.
 */
export function proveTop(pools: readonly RatePool[], capMs: number): Step | null {
  const wall = wallOf(pools);
  const open = pools
    .filter(({ label, ratePerSecond }) => label !== 'broken' && ratePerSecond < wall)
    .toReversed();
  for (const pool of open) {
    if (pool.label === 'held') return null;
    const needMs = moreMs(pool);
    const isHopeless = pool.measuredMs + needMs > capMs && pool.measuredMs > NEAR_MS;
    if (isHopeless || (pool.strain ?? 0) > 1) continue;
    const durationMs = nearMs(pool, needMs);
    return { purpose: 'narrow', ratePerSecond: pool.ratePerSecond, durationMs };
  }
  return null;
}

/** A rate that broke on the way up to it, before anything was measured, leaves open what broke: it is asked again. */
export function stepForEvidence(
  { held, broke }: { readonly held: RatePool | null; readonly broke: RatePool | null },
  settleMs: number,
): Step | null {
  if (held === null || broke === null || broke.trials > 1) return null;
  if (broke.measured.recording.counts.sent > 0) return null;
  const { ratePerSecond } = broke;
  const approach = [{ ratePerSecond: held.ratePerSecond, durationMs: settleMs }];
  return { purpose: 'narrow', ratePerSecond, durationMs: SHORT_MS, approach };
}
