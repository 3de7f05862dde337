/**
 * What a trial takes: the way to its rate, never more than twice as fast as before, and the time in which it is decided,
 * by the power of the rule first, then by what was seen.
 */

import type { Plan } from '../../plan/plan.ts';
import { countToHold } from '../../stats/e-process.ts';
import { SETTLE_MS } from '../capacity/effort.ts';
import type { RatePool } from '../capacity/rate-book.ts';
import { ALPHA, claimOf, isShare } from '../objective/evidence.ts';
import { MEAN_MS_MIN } from '../objective/mean-evidence.ts';
import type { Stretch } from '../trial.ts';

/** Shortest trial, ms: fewer batches tell little of how requests depend on each other, and ask for another trial. */
const TRIAL_MS_MIN = 15_000;

/** Requests that a clean system needs for a decision are multiplied by this: even there they depend a little on each other. */
const SLACK = 1.5;

/** What is asked for beyond the number of requests that an estimate says would settle it. */
const MARGIN = 1.1;

/** A further trial is at most this many times as long as all at its rate before it: early estimates are poor. */
const GROWTH_MAX = 3;

/** Most trials at one rate, and most of those that show nothing. */
const TRIALS_MAX = 10;
const EMPTY_MAX = 2;

/** Reasons that lie with the generator or the way to the server: asking once more may help, asking often does not. */
const OWN_LIMITS: readonly string[] = ['GENERATOR_LIMIT', 'CONNECTION_LIMIT', 'BREAKER', 'ABORTED'];

/** Shortest trial of a plan, ms: no shorter than the longest window that an objective is judged in. */
export function leastTrialMs({ objectives }: Plan): number {
  return wholeSeconds(Math.max(TRIAL_MS_MIN, ...objectives.map(({ windowMs }) => windowMs ?? 0)));
}

/** Length of the first trial at a rate, ms: a system without a slow request would be decided by it. */
export function firstTrialMs(plan: Plan, ratePerSecond: number): number {
  const needs = plan.objectives.map((objective) => {
    if (!isShare(objective)) return MEAN_MS_MIN;
    const { q } = claimOf(objective, { count: 0, exceeded: 0, pending: 0 });
    const count = q > 0 && q < 1 ? countToHold(0, { q, alpha: ALPHA }) : null;
    return count === null ? 0 : timeFor(count * SLACK, ratePerSecond * shareOf(plan, objective.target));
  });
  return wholeSeconds(Math.max(leastTrialMs(plan), ...needs));
}

/** Length of the next trial at a rate that is not decided yet, ms: longer than all before it together. */
export function nextTrialMs(plan: Plan, pool: RatePool): number {
  if (pool.measuredMs <= 0) return firstTrialMs(plan, pool.ratePerSecond);
  const wanted = Math.max(0, settleMs(plan, pool) ?? 0) * MARGIN;
  const shortest = leastTrialMs(plan);
  const least = Math.max(shortest, pool.measuredMs);
  return wholeSeconds(Math.min(Math.max(wanted, least), Math.max(shortest, GROWTH_MAX * pool.measuredMs)));
}

/** How much longer a rate would have to be measured to be decided, ms; null when that is not known. */
export function settleMs(plan: Plan, pool: RatePool): number | null {
  const waits = pool.judged.objectives.flatMap(({ status, moreRequests, target }) => {
    if (status !== 'inconclusive' || moreRequests === null) return [];
    return [timeFor(moreRequests, pool.ratePerSecond * shareOf(plan, target))];
  });
  return waits.length === 0 ? null : Math.max(...waits);
}

/** True when more trials at a rate would show no more than those before. */
export function isFutile(pool: RatePool): boolean {
  const asked = pool.trials + pool.refused;
  if (asked >= TRIALS_MAX || pool.refused >= EMPTY_MAX) return true;
  const isCapped = pool.judged.validity.checks.some(
    ({ id, status }) => id === 'ceiling' && status === 'fail',
  );
  if (isCapped) return true;
  return asked >= EMPTY_MAX && OWN_LIMITS.includes(pool.reason?.code ?? '');
}

/** Share of the arrivals that go to a target, 0..1; null: all. */
function shareOf({ targets }: Plan, name: string | null): number {
  if (name === null) return 1;
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  return (targets.find((target) => target.name === name)?.weight ?? 0) / total;
}

function timeFor(count: number, ratePerSecond: number): number {
  return ratePerSecond > 0 ? (count / ratePerSecond) * 1000 : 0;
}

function wholeSeconds(ms: number): number {
  return Math.ceil(ms / 1000) * 1000;
}

/** Length of a step on the way up, ms. */
const STEP_MS = 3000;

/** The gentle start: as low as this per second, or an eighth of the rate. */
const GENTLE_PER_SECOND = 30;
const GENTLE_STEPS = 3;

/** A way to a rate. */
export interface Way {
  readonly toPerSecond: number;
  /** What was sent just before; null: nothing, so it begins gently. */
  readonly fromPerSecond: number | null;
  /** Time at the rate before it is measured, ms; default 2 s. */
  readonly settleMs?: number;
}

/** Doublings of 3 s up to a rate, then the rate itself until it has settled. The way down is one step. */
export function wayTo({ toPerSecond, fromPerSecond, settleMs = SETTLE_MS }: Way): Stretch[] {
  const steps: Stretch[] = [];
  for (let rate = toPerSecond; mustStepBelow(rate, steps.length, fromPerSecond); ) {
    rate /= 2;
    steps.unshift({ ratePerSecond: rate, durationMs: STEP_MS });
  }
  return [...steps, { ratePerSecond: toPerSecond, durationMs: settleMs }];
}

function mustStepBelow(ratePerSecond: number, steps: number, fromPerSecond: number | null): boolean {
  if (fromPerSecond === null) return ratePerSecond > GENTLE_PER_SECOND && steps < GENTLE_STEPS;
  return ratePerSecond > 2 * fromPerSecond;
}

/** Length of all stretches, ms. */
export function lengthOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { durationMs }) => sum + durationMs, 0);
}
