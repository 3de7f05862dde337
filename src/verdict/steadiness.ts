/**
 * Whether response times crept up while the rate stayed the same, as those of a server that leaks do: what held in
 * such a run need not hold in the next hour.
 */

import type { Load } from '../plan/plan.ts';
import type { Recording } from '../record/recording.ts';
import { coarseBetween, coarseQuantileMs, type Window } from '../record/window.ts';
import { mannKendall, theilSenSlope } from '../stats/trend.ts';
import { BATCH_MS_MIN, batchesOf } from './objective/batches.ts';
import { judgedSpans, type SpanClock, unbrokenRanges, type WindowRange } from './objective/judged-spans.ts';

/** About this many batches, of a second at least, whose medians are compared; fewer than ten say nothing. */
const BATCHES = 12;
const BATCHES_MIN = 10;
const STRETCH_MS_MIN = 10_000;

/** Fewest answers in a batch for its median to mean anything. */
const ANSWERS_MIN = 10;

/** Largest probability of so clear a trend where there is none. */
const ALPHA = 0.01;

/** Rise over the stretch, and per minute, from which a trend is worth telling: both must be reached. */
export const RISE_RATIO = 0.25;
const RISE_PER_MINUTE = 0.05;

/** A trend is taken to go on this long, as a line. */
const AHEAD_MINUTES = 60;

/** How the median response time moved over the stretch where it rose most. */
export interface Drift {
  readonly isRising: boolean;
  /** Rise over the stretch, of the median at its beginning; negative: it fell. */
  readonly riseRatio: number;
  readonly risePerMinute: number;
  /** The trend at the beginning and the end of the stretch, ms. */
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Looks for medians of batches that rise along each constant stage of each trial: by Mann and Kendall's test, at a
 * level that all stretches share, and by Theil and Sen's slope. So few and long batches are hardly alike any more, as
 * the test needs them, where queues forget within seconds. Null when no stretch had ten batches and ten seconds.
 */
export function driftOf(recording: Recording, load: Load, clock: SpanClock): Drift | null {
  const windows = recording.windows();
  const series = judgedSpans(load, clock)
    .flatMap((span) => unbrokenRanges(span, clock))
    .flatMap((range) => {
      const medians = mediansOf(windows, range, clock);
      return medians === null
        ? []
        : [{ medians, minutes: ((range[1] - range[0]) * clock.windowMs) / 60_000 }];
    });
  const found = series.map(({ medians, minutes }) =>
    grade(medians, { minutes, alpha: ALPHA / series.length }),
  );
  const worst = (drift: Drift): number => (drift.isRising ? 1 : 0);
  return found.sort((a, b) => worst(b) - worst(a) || b.riseRatio - a.riseRatio)[0] ?? null;
}

/** Where a response time would be in an hour if it rose as much as the median does, ms. @param ms now */
export function inAnHour(ms: number, { risePerMinute, fromMs }: Drift): number {
  return ms + risePerMinute * fromMs * AHEAD_MINUTES;
}

function mediansOf(windows: readonly Window[], range: WindowRange, { windowMs }: SpanClock): number[] | null {
  if ((range[1] - range[0]) * windowMs < STRETCH_MS_MIN) return null;
  const batches = batchesOf([range], { width: Math.ceil(BATCH_MS_MIN / windowMs), target: BATCHES });
  if (batches.length < BATCHES_MIN) return null;
  const tallies = batches.map(([from, to]) => coarseBetween(windows, from, to));
  const isThin = tallies.some((tally) => tally.reduce((sum, count) => sum + count, 0) < ANSWERS_MIN);
  return isThin ? null : tallies.map((tally) => coarseQuantileMs(tally, 0.5));
}

interface Scale {
  readonly minutes: number;
  readonly alpha: number;
}

/** The line of Theil and Sen's slope goes through the middle of the run at the median of all. */
function grade(medians: readonly number[], { minutes, alpha }: Scale): Drift {
  const { z, probability } = mannKendall(medians);
  const riseMs = (theilSenSlope(medians) ?? 0) * medians.length;
  const sorted = [...medians].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const fromMs = Math.max(middle - riseMs / 2, sorted[0] ?? 0);
  const riseRatio = fromMs > 0 ? riseMs / fromMs : 0;
  const risePerMinute = riseRatio / minutes;
  const isClear = z > 0 && probability < alpha;
  const isRising = isClear && riseRatio >= RISE_RATIO && risePerMinute >= RISE_PER_MINUTE;
  return { isRising, riseRatio, risePerMinute, fromMs, toMs: fromMs + riseMs };
}
