/**
 * Where to measure next so that the bracket closes: the rates are chosen from a fit of what was seen around the edge,
 * the labels never are. A rate at the edge itself cannot be decided in any time; the rates on either side of it can.
 */

import { logEvidenceBreached, logEvidenceHeld } from '../../stats/e-process.ts';
import { ALPHA, claimOf, isShare } from '../objective/evidence.ts';
import { moreMs, NEAR_MS, rounded } from './effort.ts';
import { boundsOf, isDeaf, neighbours, type RatePool } from './rate-pool.ts';
import { nearestOf } from './showing.ts';

/** What there is to choose from. */
export interface Situation {
  /** Ascending by rate; at least one is broken. */
  readonly pools: readonly RatePool[];
  /** Width of the bracket that is asked for, as a share of its upper end. */
  readonly precisionRatio: number;
  /** Most that a rate may be measured, ms: the next is allowed when none would do with the one before. */
  readonly capsMs: readonly number[];
  /** Time left for all trials, ms; Infinity without a budget. */
  readonly leftMs: number;
}

/** Where to measure, and how much longer that takes by estimate, ms. */
export interface Aim {
  readonly ratePerSecond: number;
  readonly needMs: number;
}

/** Where the strain reaches 1, and by which power of the rate it grows there. */
export interface Edge {
  readonly atPerSecond: number;
  readonly elasticity: number;
}

/** Widths that a budget may have to be content with, as powers of the width that is asked for. */
const WIDTHS: readonly number[] = [1, 1.5, 2, 3, 4, 6, 8];

/**
 * What a decision takes, in nats: ln(1 / alpha), and what the e-process pays for not knowing the ratio beforehand. It
 * spreads its bets evenly over all ratios on a side, and there are far more of them above a limit than below.
 */
const NATS = { held: 5, broken: 8 } as const;

/** Places of a new lower rate below the edge, as powers of the width. */
const PLACES: readonly number[] = Array.from({ length: 12 }, (_, step) => 0.35 + step * 0.05);

/** Strains beyond these bounds tell nothing of the edge. */
const STRAIN_MIN = 0.02;
const STRAIN_MAX = 20;

/** Kept off the exact width, which rounding a rate must not exceed. */
const SLACK = 0.001;

/** What is taken for the elasticity where it cannot be fitted, and the bounds of what is believed. */
const ELASTICITY = 8;
const ELASTICITY_MIN = 1;
const ELASTICITY_MAX = 60;

/** Two rates closer than this share of the width are one. */
const SNAP = 0.03;

/** A fresh rate must promise to be this much cheaper than going on with one that is being measured. */
const FRESH_FACTOR = 1.3;

/** After so many rates that were asked in vain, no more are tried between them. */
const DEAF_RATES = 3;

/** Over this share of its logarithm a rate has neighbours. */
const KERNEL = 0.05;

/** The trial that brings the bracket furthest for its time; null when it is narrow enough, or nothing would help. */
export function nextAim({ pools, precisionRatio, capsMs, leftMs }: Situation): Aim | null {
  const factor = 1 / (1 - precisionRatio);
  if (isNarrow(pools, factor) || isBlocked(pools, factor)) return null;
  const coarse = coarseRate(pools, factor);
  if (coarse !== null) return { ratePerSecond: coarse, needMs: 0 };
  const edge = edgeOf(pools);
  let cheapest: Option | null = null;
  for (const power of WIDTHS) {
    if (isNarrow(pools, factor ** power)) break;
    for (const capMs of capsMs) {
      const found = aimAt({ pools, capMs, edge, factor: factor ** power });
      if (found === null) continue;
      if (found.totalMs <= leftMs) return found;
      if (cheapest === null || found.totalMs < cheapest.totalMs) cheapest = found;
    }
  }
  return cheapest;
}

function isNarrow(pools: readonly RatePool[], factor: number): boolean {
  const { lower, upper } = boundsOf(pools);
  return lower !== null && upper !== null && upper <= lower * factor * (1 + 1e-9);
}

/** Several rates just above the lower end were asked in vain: what else lies between them would be, too. */
function isBlocked(pools: readonly RatePool[], factor: number): boolean {
  const { lower, upper } = boundsOf(pools);
  if (lower === null || upper === null) return false;
  const deaf = pools.filter((pool) => {
    return pool.ratePerSecond > lower && pool.ratePerSecond < upper && isDeaf(pool);
  });
  return deaf.length >= DEAF_RATES && (deaf[0]?.ratePerSecond ?? Infinity) <= lower * factor;
}

/** The geometric middle, low loads first, as long as good and bad rates are more than two widths apart. */
function coarseRate(pools: readonly RatePool[], factor: number): number | null {
  const { good, bad } = neighbours(pools);
  if (good === null || bad === null || bad <= good * factor ** 2) return null;
  return rounded(Math.sqrt(good * bad));
}

/** Weighted least squares of ln strain on ln rate around the edge, where rates differ and strains can be told. */
export function edgeOf(pools: readonly RatePool[]): Edge {
  const { good, bad } = neighbours(pools);
  const low = good ?? (bad ?? 1) / 2;
  const high = bad ?? low * 2;
  const points = pools.flatMap((pool) => {
    const { strain, ratePerSecond: rate } = pool;
    const isNear = rate >= low / 1.5 && rate <= high * 1.5;
    if (!isNear || strain === null || strain > STRAIN_MAX) return [];
    return [{ x: Math.log(rate), y: Math.log(Math.max(strain, STRAIN_MIN)), weight: weightOf(pool) }];
  });
  const fit = lineOf(points);
  const middle = Math.sqrt(low * high);
  if (fit === null || fit.slope < ELASTICITY_MIN) return { atPerSecond: middle, elasticity: ELASTICITY };
  const elasticity = Math.min(ELASTICITY_MAX, fit.slope);
  const at = Math.exp(fit.meanX - fit.meanY / fit.slope);
  const bounds = boundsOf(pools);
  const atPerSecond = Math.min(Math.max(at, bounds.lower ?? low / 1.5), bounds.upper ?? high * 1.5);
  return { atPerSecond, elasticity };
}

/** Independent exceedances that a strain rests on: the inverse variance of its logarithm, about. */
function weightOf({ measured, judged }: RatePool): number {
  const finding = nearestOf(measured.plan.objectives, judged.objectives)?.finding;
  return 0.3 + (finding?.exceeded ?? 1) / (finding?.inflation ?? 1);
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly weight: number;
}

function lineOf(points: readonly Point[]): { slope: number; meanX: number; meanY: number } | null {
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  const meanX = points.reduce((sum, { x, weight }) => sum + x * weight, 0) / total;
  const meanY = points.reduce((sum, { y, weight }) => sum + y * weight, 0) / total;
  const xx = points.reduce((sum, { x, weight }) => sum + weight * (x - meanX) ** 2, 0);
  const xy = points.reduce((sum, { x, y, weight }) => sum + weight * (x - meanX) * (y - meanY), 0);
  return xx > 0 ? { slope: xy / xx, meanX, meanY } : null;
}

interface Wish {
  readonly pools: readonly RatePool[];
  /** Most that a rate may be measured, ms. */
  readonly capMs: number;
  readonly edge: Edge;
  /** Upper end of the bracket over its lower end. */
  readonly factor: number;
}

interface Option extends Aim {
  /** Of this trial and the ones that must follow it. */
  readonly totalMs: number;
}

/** One end of a bracket to be, and how long it takes to show it, ms; 0: it is shown. */
interface End {
  readonly ratePerSecond: number;
  readonly restMs: number;
}

/** The pair of rates around the edge that closes the bracket soonest: of the two, the low one first. */
function aimAt(wish: Wish): Option | null {
  let best: Option | null = null;
  for (const low of lowEnds(wish)) {
    for (const high of highEnds(wish, low)) {
      const totalMs = low.restMs + high.restMs;
      if (best !== null && totalMs >= best.totalMs) continue;
      const { ratePerSecond, restMs } = low.restMs > 0 ? low : high;
      best = { ratePerSecond, needMs: restMs, totalMs };
    }
  }
  return best;
}

function lowEnds(wish: Wish): End[] {
  const { pools, factor, edge } = wish;
  const { lower, upper } = boundsOf(pools);
  const known = lower === null ? [] : [{ ratePerSecond: lower, restMs: 0 }];
  const fresh = PLACES.map((place) => edge.atPerSecond * factor ** -place);
  if (upper !== null) fresh.push((upper / factor) * (1 + SLACK));
  const open = openEnds(wish, { from: lower ?? 0, to: edge.atPerSecond });
  return [
    ...known,
    ...open,
    ...freshEnds(
      wish,
      fresh.filter((rate) => rate > (lower ?? 0)),
    ),
  ];
}

function highEnds(wish: Wish, low: End): End[] {
  const { pools, factor, edge } = wish;
  const { upper } = boundsOf(pools);
  const highest = low.ratePerSecond * factor;
  if (upper !== null && upper <= highest) return [{ ratePerSecond: upper, restMs: 0 }];
  const open = openEnds(wish, { from: edge.atPerSecond, to: highest });
  const fresh = highest * (1 - SLACK);
  return [...open, ...freshEnds(wish, fresh > edge.atPerSecond ? [fresh] : [])];
}

/** Rates that are being measured, and not for so long that it is in vain. */
function openEnds(wish: Wish, { from, to }: { readonly from: number; readonly to: number }): End[] {
  return wish.pools.flatMap((pool) => {
    const { ratePerSecond, label, measuredMs } = pool;
    if (label !== 'undecided' || ratePerSecond <= from || ratePerSecond > to || isDeaf(pool)) return [];
    const restMs = restFor(wish, pool);
    return measuredMs + restMs > wish.capMs ? [] : [{ ratePerSecond, restMs }];
  });
}

function freshEnds(wish: Wish, rates: readonly number[]): End[] {
  const close = wish.factor ** SNAP;
  return rates.map(rounded).flatMap((ratePerSecond) => {
    const isKnown = wish.pools.some(({ ratePerSecond: rate }) => {
      return rate * close > ratePerSecond && rate < ratePerSecond * close;
    });
    const restMs = FRESH_FACTOR * needMs(wish, ratePerSecond, 0);
    return isKnown || restMs > wish.capMs ? [] : [{ ratePerSecond, restMs }];
  });
}

/**
 * How much longer a rate must be measured, ms. How far it is from the edge is taken from the fit, which knows of its
 * neighbours too: a few exceedances that came in clusters say little of it.
 */
function restFor(wish: Wish, pool: RatePool): number {
  const finding = nearestOf(pool.measured.plan.objectives, pool.judged.objectives)?.finding;
  const { allowed } = burdenAt(wish.pools, pool.ratePerSecond);
  const { count, exceeded, inflation } = finding ?? { count: null, exceeded: null, inflation: 1 };
  if (count === null || exceeded === null || count === 0)
    return NEAR_MS + needMs(wish, pool.ratePerSecond, 0);
  const seen = { q: 1 - allowed, count, exceeded, inflation };
  const isBelow = pool.ratePerSecond <= wish.edge.atPerSecond;
  const nats = isBelow ? logEvidenceHeld(seen) : logEvidenceBreached(seen);
  const spent = NATS[isBelow ? 'held' : 'broken'] - ENOUGH;
  return Math.min(Math.max(moreMs(pool), 1), needMs(wish, pool.ratePerSecond, nats + spent));
}

/** Evidence that decides, in nats. */
const ENOUGH = -Math.log(ALPHA);

/**
 * About how long a rate must be measured for a decision, ms: a request of strain s gives (s ln s - s + 1) times the
 * allowed share in nats (Kullback-Leibler of two Poisson rates), over the inflation. @param nats there are already
 */
function needMs(
  { pools, edge: { atPerSecond, elasticity } }: Wish,
  ratePerSecond: number,
  nats: number,
): number {
  const strain = Math.min(100, Math.max(1e-6, (ratePerSecond / atPerSecond) ** elasticity));
  const information = strain * Math.log(strain) - strain + 1;
  const { allowed, inflation } = burdenAt(pools, ratePerSecond);
  const missing = Math.max(0.5, NATS[strain < 1 ? 'held' : 'broken'] - nats);
  if (information <= 0) return Infinity;
  return ((missing * inflation) / (allowed * information * ratePerSecond)) * 1000;
}

/** The share that the nearest objective allows, and the inflation as the rates around this one have it. */
function burdenAt(
  pools: readonly RatePool[],
  ratePerSecond: number,
): { readonly allowed: number; readonly inflation: number } {
  let allowed = ALLOWED;
  let weights = 0;
  let logs = 0;
  for (const pool of pools) {
    const { objectives } = pool.measured.plan;
    const finding = nearestOf(objectives, pool.judged.objectives)?.finding;
    const objective = objectives.find(({ text }) => text === finding?.text);
    if (finding === undefined || objective === undefined || !isShare(objective)) continue;
    const { q } = claimOf(objective, { count: 0, exceeded: 0, pending: 0 });
    const distance = Math.log(pool.ratePerSecond / ratePerSecond) / KERNEL;
    const weight = (pool.measuredMs + 1) * Math.exp(-Math.abs(distance));
    if (q > 0 && q < 1) allowed = 1 - q;
    weights += weight;
    logs += weight * Math.log(finding.inflation);
  }
  return { allowed, inflation: weights === 0 ? 1 : Math.exp(logs / weights) };
}

/** Taken for the share that an objective allows which is about no share of attempts. */
const ALLOWED = 0.01;
