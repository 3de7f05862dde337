/** Whether a queue grew as long as a run lasted: then a percentile depends on how long one looks. */

import type { Load } from '../plan/plan.ts';
import type { Recording } from '../record/recording.ts';
import { coarseBetween, coarseQuantileMs, type Window } from '../record/window.ts';
import { studentCdf } from '../stats/student.ts';
import { mannKendall } from '../stats/trend.ts';
import { BATCHES, batchesOf } from './objective/batches.ts';
import { judgedSpans, type SpanClock, unbrokenRanges, type WindowRange } from './objective/judged-spans.ts';

/** Fewest windows of the series, and fewest answers, that tell a trend. */
const WINDOWS_MIN = 8;
const ANSWERS_MIN = 120;

/** Completions per arrival below which a server falls behind, and the queue, in requests, that this must have made. */
export const KEEPING_UP_RATIO = 0.99;
const GROWTH_MIN = 10;

/** Share of the growth that each half of the time must have, lest one slow spell be taken for a trend. */
const HALF_RATIO = 0.1;

/** Largest probability of a trend so clear, and of a mean growth so clear, in a queue that does not grow. */
const TREND_ALPHA = 0.01;
const GROWTH_ALPHA = 0.1;

/** Medians are compared between the first and the last part of this many. */
const PARTS = 6;

/** How the queue moved over the part of the run where it grew most. */
export interface Backlog {
  readonly isGrowing: boolean;
  /** Completions per arrival in the last two thirds. */
  readonly completedRatio: number;
  /** Last median response time less the first, ms. */
  readonly growthMs: number;
  /** Requests per second by which the queue grows; 0 when it does not. */
  readonly growthPerSecond: number;
}

/**
 * Looks at the number of requests in flight, arrivals less completions, over the last two thirds of each constant
 * stage of each trial. It grows when fewer than 99 % of the arrivals were completed meanwhile, and neither chance nor a
 * queue that comes and goes explains that: each half of the time had a part in it, the number rises by Mann and Kendall's test, and its steps from piece to
 * piece have a positive mean by Student's. The second test is what tells overload from a queue in balance, whose
 * neighbouring numbers are alike and therefore seem to rise: there steps up are followed by steps down, so that their
 * sum is small against their scatter. Null when no stage had enough answers, and in the closed loop, whose queue is
 * bounded.
 */
export function backlogOf(recording: Recording, load: Load, clock: SpanClock): Backlog | null {
  if (load.kind === 'closed') return null;
  const windows = recording.windows();
  const found = judgedSpans(load, clock)
    .flatMap((span) => unbrokenRanges(span, clock))
    .flatMap((range) => {
      const seen = windows.filter(({ index }) => index >= range[0] && index < range[1]);
      const answers = seen.reduce((sum, { completed }) => sum + completed, 0);
      const isThin = range[1] - range[0] < WINDOWS_MIN || answers < ANSWERS_MIN;
      return isThin ? [] : [grade({ recording, windows: seen, windowMs: clock.windowMs }, range)];
    });
  return found.sort((a, b) => b.growthPerSecond - a.growthPerSecond || b.growthMs - a.growthMs)[0] ?? null;
}

interface Stretch {
  readonly recording: Recording;
  /** Those of the stretch. */
  readonly windows: readonly Window[];
  readonly windowMs: number;
}

function grade({ recording, windows, windowMs }: Stretch, range: WindowRange): Backlog {
  const pieces = batchesOf([range], { width: 1, target: BATCHES });
  const late = pieces.slice(Math.floor(pieces.length / 3));
  const arrivals = late.map((piece) => arrivalsIn(windows, piece));
  const steps = late.map((piece, index) => (arrivals[index] ?? 0) - endedIn(recording, piece));
  const growth = sum(steps);
  const arrived = sum(arrivals);
  const completedRatio = arrived === 0 ? 1 : 1 - growth / arrived;
  const isMuch = completedRatio < KEEPING_UP_RATIO && growth >= GROWTH_MIN;
  const isGrowing = isMuch && isInBothHalves(steps) && isRising(steps) && isPositive(steps);
  const growthMs = medianGrowthMs(windows, range);
  const seconds = (((late.at(-1)?.[1] ?? 0) - (late[0]?.[0] ?? 0)) * windowMs) / 1000;
  return { isGrowing, completedRatio, growthMs, growthPerSecond: isGrowing ? growth / seconds : 0 };
}

/**
 * Of the attempts that were completed in the end: those that broke, or were never answered, left the queue at times
 * that are not kept.
 */
function arrivalsIn(windows: readonly Window[], [from, to]: WindowRange): number {
  return sum(windows.filter(({ index }) => index >= from && index < to).map(({ completed }) => completed));
}

function endedIn({ completions }: Recording, [from, to]: WindowRange): number {
  let completed = 0;
  for (let window = from; window < to; window += 1) completed += completions.inWindow(window).completed;
  return completed;
}

function isInBothHalves(steps: readonly number[]): boolean {
  const share = sum(steps.slice(0, Math.floor(steps.length / 2))) / sum(steps);
  return share > HALF_RATIO && share < 1 - HALF_RATIO;
}

/** Mann and Kendall's test, one-sided, on the level that the steps lead to. */
function isRising(steps: readonly number[]): boolean {
  const levels = [0];
  for (const step of steps) levels.push((levels.at(-1) ?? 0) + step);
  const { z, probability } = mannKendall(levels);
  return z > 0 && probability / 2 < TREND_ALPHA;
}

/** Student's test, one-sided, on the mean of the steps. */
function isPositive(steps: readonly number[]): boolean {
  const mean = sum(steps) / steps.length;
  const variance = sum(steps.map((step) => (step - mean) ** 2)) / (steps.length - 1);
  if (variance === 0) return mean > 0;
  return 1 - studentCdf(mean / Math.sqrt(variance / steps.length), steps.length - 1) < GROWTH_ALPHA;
}

function medianGrowthMs(windows: readonly Window[], [from, to]: WindowRange): number {
  const width = Math.max(1, Math.floor((to - from) / PARTS));
  const [first, last] = [from, to - width].map((start) =>
    coarseQuantileMs(coarseBetween(windows, start, start + width), 0.5),
  );
  const growthMs = (last ?? NaN) - (first ?? NaN);
  return Number.isNaN(growthMs) ? 0 : growthMs;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
