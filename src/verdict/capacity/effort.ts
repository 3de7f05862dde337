/** How much a trial takes: the way up to its rate, the time to settle there, its length, and how much more is needed. */

import { formatDurationMs } from '../../core/units.ts';
import type { Plan } from '../../plan/plan.ts';
import { coarseQuantileMs } from '../../record/window.ts';
import { mserTruncation } from '../../stats/batches/mser.ts';
import { logEvidenceHeld } from '../../stats/e-process.ts';
import { countToPass } from '../../stats/exceedance-test.ts';
import type { Finding } from '../finding.ts';
import { ALPHA, claimOf, isShare } from '../objective/evidence.ts';
import type { Measured } from '../objectives.ts';
import type { Stretch } from '../trial.ts';
import type { RatePool } from './rate-pool.ts';

/** A rate is never more than this many times the highest one already sent, held for this long at least. */
const STEP_FACTOR = 2;
const STEP_MS = 3000;

/** Time at a rate before it is measured, ms, and to what a slow start may lengthen it. */
export const SETTLE_MS = 2000;
const SETTLE_MS_MAX = 30_000;
const FIRST_SETTLE_MS = 1500;

/** From this ratio of the medians before and after it, a start-up is more than noise. */
const STARTUP_RATIO = 1.2;

/** Length of a trial far from the edge, ms. */
export const SHORT_MS = 10_000;

/** Least length of a trial near the edge, ms; the greatest is below the length from which windows grow wider. */
export const NEAR_MS = 30_000;
const LONG_MS = 240_000;

/** Part of what is needed that one trial should bring. */
const PART = 1 / 6;

/** A short trial is lengthened until it has about this many requests, up to the length of a near one. */
const SHORT_REQUESTS = 50;

/** Where a way up begins, and ends. */
export interface Way {
  readonly ratePerSecond: number;
  /** Highest rate that was sent before; a first trial begins with its own. */
  readonly highestPerSecond: number | null;
  readonly settleMs: number;
}

/** The way up to a rate in doublings of three seconds, and time to settle at it. */
export function approachTo({ ratePerSecond, highestPerSecond, settleMs }: Way): Stretch[] {
  const steps: Stretch[] = [];
  let reached = highestPerSecond ?? ratePerSecond;
  while (reached > 0 && reached * STEP_FACTOR < ratePerSecond) {
    reached *= STEP_FACTOR;
    steps.push({ ratePerSecond: reached, durationMs: STEP_MS });
  }
  // The breaker takes two seconds: what nobody answers must show in the measured part of the first trial.
  const durationMs = highestPerSecond === null ? Math.min(FIRST_SETTLE_MS, settleMs) : settleMs;
  return [...steps, { ratePerSecond, durationMs }];
}

/**
 * Time to settle that the windows of a trial ask for, ms: what MSER-5 would leave out of its medians, on top of
 * `settledMs`. It lengthens what comes later, and takes nothing from the trial.
 */
export function settleFor({ recording }: Measured, settledMs: number): number {
  const medians = recording
    .windows()
    .map(({ coarse }) => coarseQuantileMs(coarse, 0.5))
    .filter((median) => !Number.isNaN(median));
  const truncated = mserTruncation(medians);
  if (truncated === null || truncated === 0) return settledMs;
  const before = mean(medians.slice(0, truncated));
  if (before < STARTUP_RATIO * mean(medians.slice(truncated))) return settledMs;
  return Math.min(SETTLE_MS_MAX, settledMs + truncated * recording.layout.windowMs);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Length of a trial far from the edge, ms. */
export function shortMs(ratePerSecond: number): number {
  return Math.min(NEAR_MS, Math.max(SHORT_MS, Math.ceil(SHORT_REQUESTS / ratePerSecond) * 1000));
}

/**
 * Length of the next trial near the edge, ms: 30 seconds at first, twice as long each time, and longer where much is
 * still needed; no longer than that.
 */
export function nearMs(pool: RatePool | null, neededMs: number): number {
  const doubledMs = NEAR_MS * 2 ** (pool?.trials ?? 0);
  const seconds = Math.ceil(neededMs / 1000) * 1000;
  if (!Number.isFinite(seconds)) return Math.min(doubledMs, LONG_MS);
  return Math.max(NEAR_MS, Math.min(Math.max(doubledMs, seconds * PART), seconds, LONG_MS));
}

/**
 * How much longer a rate must be measured until every objective is decided, ms, if all goes on as seen; Infinity when
 * no length would do, 0 when it is decided.
 */
export function moreMs(pool: RatePool): number {
  if (pool.label !== 'undecided') return 0;
  const needs = pool.judged.objectives
    .filter(({ status }) => status === 'inconclusive')
    .map((finding) => moreFor(finding, pool.measuredMs));
  return needs.length === 0 ? NEAR_MS : Math.max(...needs);
}

function moreFor({ moreRequests, count }: Finding, measuredMs: number): number {
  if (moreRequests === null) return Infinity;
  if (count === null || count === 0) return NEAR_MS;
  return (moreRequests / count) * measuredMs;
}

/** Evidence with which a held rate may end a search, in nats: of many rates that are tried, one in twenty is too many. */
const FIRM = Math.log(50);

/** How much longer a held rate must be measured until it holds firmly, ms, if all goes on as seen; 0 when it does. */
export function firmMs({ measured, judged, measuredMs }: RatePool): number {
  const nats = measured.plan.objectives.flatMap((objective, index) => {
    const { count = null, exceeded = null, inflation = 1 } = judged.objectives[index] ?? {};
    if (!isShare(objective) || count === null || exceeded === null || count === 0) return [];
    const { q, bad } = claimOf(objective, { count, exceeded, pending: 0 });
    return q > 0 && q < 1 ? [logEvidenceHeld({ q, count, exceeded: bad, inflation })] : [];
  });
  const least = Math.min(...nats);
  return least >= FIRM ? 0 : measuredMs * (FIRM / Math.max(1, least) - 1);
}

/** How far a search is to go. */
export interface SearchExtent {
  /** Rate of the first trial. */
  readonly startPerSecond: number;
  /** Highest rate to send; null: none is given. */
  readonly maxPerSecond: number | null;
  /** Width of the bracket, as a share of its upper end, at which the search is content. */
  readonly precisionRatio: number;
  /** Most time that the search may take, ms; null: as long as it needs. */
  readonly budgetMs: number | null;
}

/** Doublings up to an edge that is not known: a capacity of 64 times the start. */
const DOUBLINGS = 6;

/** What a trial takes beyond its measured part, ms: settling and draining. */
const BETWEEN_MS = SETTLE_MS + 1500;

/** Trials of 30 s at each rate near the edge, and rates on which the two ends of the bracket rest. */
const TRIALS_NEAR = 3;
const ENDS = 2;
/** Longest that an end is expected to take, and share of the allowed exceedances there, ms. */
const END_MS_MIN = 180_000;
const END_EXCEEDED = 5;

/** By how much a queue lengthens a search: simulated queues take an hour to an hour and three quarters. */
const QUEUE_FACTOR = 6;

/** A look at the recovery and the confirmation, ms. */
const EXTRAS_MS = 120_000;

/**
 * Time estimate of a search, ms, never beyond its budget: log2(highest / start) + 1 short trials up, then
 * log2(ln 2 / ln(1 / (1 - width))) rates to narrow a factor of two by geometric bisection, the last two of them long.
 */
export function estimateMs(extent: SearchExtent, plan: Plan): number {
  const { startPerSecond, maxPerSecond, precisionRatio, budgetMs } = extent;
  const highest = maxPerSecond ?? startPerSecond * 2 ** DOUBLINGS;
  const doublings = Math.max(0, Math.ceil(Math.log2(highest / startPerSecond)));
  const rates = Array.from({ length: doublings + 1 }, (_, step) => startPerSecond * 2 ** step);
  const climbMs = rates.reduce((sum, rate) => sum + shortMs(rate) + BETWEEN_MS, 0);
  const isOneRate = maxPerSecond !== null && maxPerSecond <= startPerSecond;
  const narrow = isOneRate ? 0 : Math.max(0, Math.ceil(Math.log2(Math.LN2 / -Math.log1p(-precisionRatio))));
  const narrowMs = narrow * TRIALS_NEAR * (NEAR_MS + BETWEEN_MS);
  const endsMs = (isOneRate ? 1 : ENDS) * Math.max(END_MS_MIN, (requestsNeeded(plan) / highest) * 1000);
  return Math.min(
    budgetMs ?? Infinity,
    Math.round(climbMs + narrowMs + endsMs + (isOneRate ? 0 : EXTRAS_MS)),
  );
}

/**
 * What the estimate comes to where a queue makes neighbouring requests alike, so that many more of them are needed, ms;
 * never beyond the budget. Where the first rate is the highest one, there is no queue's edge to look for.
 */
export function longestMs(extent: SearchExtent, plan: Plan): number {
  const { startPerSecond, maxPerSecond, budgetMs } = extent;
  const isOneRate = maxPerSecond !== null && maxPerSecond <= startPerSecond;
  const factor = isOneRate ? 1 : QUEUE_FACTOR;
  return Math.min(budgetMs ?? Infinity, factor * estimateMs(extent, plan));
}

/** Requests that show the strictest objective to hold with a few exceedances. */
function requestsNeeded({ objectives }: Plan): number {
  const needs = objectives.filter(isShare).map((objective) => {
    const { q } = claimOf(objective, { count: 0, exceeded: 0, pending: 0 });
    return q > 0 && q < 1 ? (countToPass(END_EXCEEDED, { q, alpha: ALPHA }) ?? 0) : 0;
  });
  return Math.max(0, ...needs);
}

/** Four digits: what people can read, and a tenth of the finest width. */
export function rounded(ratePerSecond: number): number {
  return Number(ratePerSecond.toPrecision(4));
}

/** Why a budget ended a search. */
export interface Lack {
  readonly leftMs: number;
  readonly needMs: number;
}

/** A budget that ended a search; ms. */
export interface Lacking {
  readonly lacked: Lack | null;
  readonly budgetMs: number;
  readonly elapsedMs: number;
  readonly estimateMs: number | null;
}

/** How much time was left, and how much would do. */
export function roomText(budget: Lacking): string {
  const { lacked, budgetMs, elapsedMs, estimateMs } = budget;
  const leftMs = Math.max(0, lacked?.leftMs ?? budgetMs - elapsedMs);
  const needMs = lacked?.needMs ?? 0;
  const enoughMs =
    Math.ceil(Math.max(2 * budgetMs, budgetMs - leftMs + needMs, estimateMs ?? 0) / 1000) * 1000;
  const next =
    needMs > 0 ? `, and the next trial takes ${formatDurationMs(needMs)}` : ', too little for the next trial';
  return `${formatDurationMs(leftMs)} were left${next}. --max-duration ${formatDurationMs(enoughMs)} gives it time to go on.`;
}
