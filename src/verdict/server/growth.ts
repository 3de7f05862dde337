/** Whether something grows while the load stays as it is: a leak. */

import type { Resource } from '../../core/server/signal.ts';
import { mannKendall, median, theilSenSlope } from '../../stats/trend.ts';
import { type Moment, mean, scatterOf } from './moments.ts';

/** A growth that no change of the rate explains. */
export interface Growth {
  readonly first: number;
  readonly last: number;
  readonly perSecond: number;
  /** By how much it grew, without what it scatters. */
  readonly by: number;
  /** Requests open at a time, on average; null where it is not known. */
  readonly meanOpen: number | null;
  /** By how much the number of open requests grew meanwhile, at least 0; null where it is not known. */
  readonly openRequests: number | null;
}

/** Rates within so much of their median count as constant, and those that differ from it by chance. */
const CONSTANT = 0.25;
/** Of what is looked at, the first part may still fill up: connections, pools, caches. */
const FILLING_UP = 1 / 3;
/** Fewer looks than this show no trend at the level below. */
const FEWEST = 6;
const LEVEL = 0.01;
/** Growth that comes to rest is a filling up: its latter half must be at least so steep, by the whole. */
const UNABATED = 0.5;
/** More looks are thinned out: the test's work grows with the square of their number. */
const MOST = 400;

/**
 * Growth of a resource's value in the later part of the longest stretch of constant rate up to the end, by Mann and
 * Kendall's test at 1 % and Theil and Sen's slope.
 *
 * @param isMaterial tells whether a growth by so much, from a median of so much, matters
 * @returns null when there is none, or too few looks to tell
 */
export function growthOf(
  moments: readonly Moment[],
  resource: Resource,
  isMaterial: (growth: number, median: number) => boolean,
): Growth | null {
  const steady = steadyTail(moments);
  const later = steady.slice(Math.ceil(steady.length * FILLING_UP));
  const points = later.flatMap(({ look }) => {
    const found = look.signals.find((signal) => signal.resource === resource);
    return found === undefined ? [] : [{ atMs: look.atMs, value: found.value }];
  });
  const thin = thinned(points);
  const values = thin.map(({ value }) => value);
  const slope = theilSenSlope(values);
  const seconds = ((thin.at(-1)?.atMs ?? 0) - (thin[0]?.atMs ?? 0)) / 1000;
  if (values.length < FEWEST || slope === null || !(slope > 0) || !(seconds > 0)) return null;
  if (mannKendall(values).probability >= LEVEL) return null;
  const latter = theilSenSlope(values.slice(Math.floor(values.length / 2)));
  const growth = slope * (values.length - 1);
  if ((latter ?? 0) < UNABATED * slope || !isMaterial(growth, median(values))) return null;
  return {
    first: values[0] ?? 0,
    last: values.at(-1) ?? 0,
    perSecond: growth / seconds,
    by: growth,
    meanOpen: mean(openOf(later)),
    openRequests: openGrowth(later),
  };
}

function openGrowth(moments: readonly Moment[]): number | null {
  const open = thinned(openOf(moments));
  const slope = theilSenSlope(open);
  return slope === null ? null : Math.max(0, slope * (open.length - 1));
}

function openOf(moments: readonly Moment[]): readonly number[] {
  return moments.map(({ inFlight }) => inFlight).filter((count) => count !== null);
}

/** The moments up to the end whose rates lie near the median of the last third; all of them without rates. */
function steadyTail(moments: readonly Moment[]): readonly Moment[] {
  const last = moments.slice(-Math.max(3, Math.ceil(moments.length / 3)));
  const rates = last.map(({ perSecond }) => perSecond).filter((rate) => rate !== null);
  if (rates.length === 0) return moments;
  const middle = median(rates);
  const isOff = ({ look, perSecond }: Moment): boolean =>
    perSecond !== null &&
    Math.abs(perSecond - middle) > Math.max(CONSTANT * middle, scatterOf({ look, perSecond: middle }));
  return moments.slice(moments.findLastIndex(isOff) + 1);
}

function thinned<Point>(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / MOST);
  return step <= 1 ? points : points.filter((_, index) => index % step === 0);
}
