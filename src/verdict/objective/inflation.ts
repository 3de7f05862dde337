/**
 * How far neighbouring requests fare alike: where one waits in a queue, so does the next. Counts are deflated by
 * this before anything is decided from them.
 */

import { addCoarse, COARSE_LENGTH, coarseIndex, type Window } from '../../record/window.ts';
import { type BatchCounts, batchInflation } from '../../stats/batches/inflation.ts';
import { normalQuantile } from '../../stats/normal.ts';
import { studentQuantile } from '../../stats/student.ts';
import { BATCH_MS_MIN, BATCHES, BATCHES_MIN, batchesOf } from './batches.ts';
import { ALPHA } from './evidence.ts';
import { type JudgedSpan, type SpanClock, unbrokenRanges, type WindowRange } from './judged-spans.ts';

/** Variance inflation: n requests tell as much as n / value independent ones. */
export interface Inflation {
  readonly value: number;
  /** False: the run was too short to see, and all its requests weigh as one. */
  readonly isKnown: boolean;
}

/** Where a series was counted, and when. */
export interface Series {
  readonly windows: readonly Window[];
  readonly clock: SpanClock;
}

/** Quantiles whose exceedances tell about the tail when few or none are beyond the limit itself. */
const TAILS = [0.95, 0.99] as const;

/** Largest share of all attempts that is called a tail. */
const TAIL_RATIO_MAX = 0.25;

/** Largest share of a target's attempts beyond a part of its limit that is called a tail. */
const PART_RATIO_MAX = 0.35;

const NONE: Inflation = { value: 1, isKnown: true };

/** The inflation of what an objective counts in a span. @param index of the objective in the layout */
export function limitInflation(series: Series, span: JudgedSpan, index: number): Inflation {
  return inflationOf(series, span, (window) => {
    const { count = 0, exceeded = 0 } = window.exceedances[index] ?? {};
    return { count, exceeded };
  });
}

/** A latency objective, where it is counted. */
export interface LatencyScope {
  /** In the layout. */
  readonly index: number;
  /** Limit from above, ms; 0 when it has none. */
  readonly limitMs: number;
  /** True when it is about all attempts. */
  readonly isOfAll: boolean;
}

/**
 * The inflation of a latency objective: the largest at its limit and in the tail below it, where more attempts tell how
 * they cluster. Of all attempts the tail is the empirical p95 and p99, or a quarter of the limit where they are lower:
 * a spell at 8 ms says nothing of a limit of 250 ms. Of one target it is half and a quarter of the limit, counted for
 * that target alone; where so many exceed both that neither is a tail, that of all attempts.
 */
export function latencyInflation(
  series: Series,
  span: JudgedSpan,
  { index, limitMs, isOfAll }: LatencyScope,
): Inflation {
  const own = limitInflation(series, span, index);
  const parts = isOfAll ? [] : partInflations(series, span, index);
  return largest([own, ...(parts.length > 0 ? parts : [tailInflation(series, span, limitMs)])]);
}

/** At half and at a quarter of the limit, as far as what exceeds them is a tail. */
function partInflations(series: Series, span: JudgedSpan, index: number): Inflation[] {
  const seen = inSpan(series.windows, span);
  return (['overHalf', 'overQuarter'] as const).flatMap((part) => {
    const counts = (window: Window): BatchCounts => {
      const found = window.exceedances[index];
      return { count: found?.count ?? 0, exceeded: found?.[part] ?? 0 };
    };
    const { count, exceeded } = seen.map(counts).reduce(addCounts, { count: 0, exceeded: 0 });
    return exceeded > PART_RATIO_MAX * count ? [] : [inflationOf(series, span, counts)];
  });
}

function addCounts(a: BatchCounts, b: BatchCounts): BatchCounts {
  return { count: a.count + b.count, exceeded: a.exceeded + b.exceeded };
}

/** The larger inflation at the p95 and the p99 of a span, or at a quarter of the limit; failures and drops beyond all. */
function tailInflation(series: Series, span: JudgedSpan, limitMs: number): Inflation {
  const seen = inSpan(series.windows, span);
  const total = new Float64Array(COARSE_LENGTH);
  for (const { coarse } of seen) addCoarse(total, coarse);
  const count = seen.reduce((sum, { sent, dropped }) => sum + sent + dropped, 0);
  const least = limitMs > 0 ? coarseIndex(limitMs / 4) : 0;
  const edges = TAILS.map((q) => Math.max(least, edgeOf(total, { count, q })));
  return largest(
    [...new Set(edges)].map((edge) => inflationOf(series, span, (window) => beyond(window, edge))),
  );
}

function beyond({ coarse, sent, dropped }: Window, edge: number): BatchCounts {
  let within = 0;
  for (let bucket = 0; bucket < edge; bucket += 1) within += coarse[bucket] ?? 0;
  return { count: sent + dropped, exceeded: sent + dropped - within };
}

/** The one that weighs most. */
export function largest(inflations: readonly Inflation[]): Inflation {
  return {
    value: Math.max(1, ...inflations.map(({ value }) => value)),
    isKnown: inflations.every(({ isKnown }) => isKnown),
  };
}

/**
 * Number of buckets below the threshold: those that hold the fraction q of all attempts. When nothing lies beyond them,
 * as where many answers take the same time, the threshold is the lower edge of the last one, if what it cuts off is
 * still a tail.
 */
function edgeOf(total: Float64Array, { count, q }: { readonly count: number; readonly q: number }): number {
  let within = 0;
  for (const [bucket, here] of total.entries()) {
    within += here;
    if (within < q * count) continue;
    return within === count && here <= TAIL_RATIO_MAX * count ? bucket : bucket + 1;
  }
  return total.length;
}

function inSpan(windows: readonly Window[], { from, to }: Pick<JudgedSpan, 'from' | 'to'>): Window[] {
  return windows.filter(({ index }) => index >= from && index < to);
}

/**
 * From about 30 batches of at least a second, as the reference validations of the rule have it. A run below five
 * seconds is cut into five all the same, down to single windows: the batches are then short against a queue's memory,
 * but the largest of three inflations errs to the safe side (on simulated M/M/1 queues of 2 s and 500 requests, at
 * most 5 % false passes at the limit). From two to four batches the scatter itself is hardly known: it is raised by
 * the ratio of Student's to the normal quantile, squared, by which an interval from so few batches would be wider.
 * With one, nothing is known.
 */
function inflationOf(series: Series, span: JudgedSpan, count: (window: Window) => BatchCounts): Inflation {
  const ranges = rangesOf(span, series.clock);
  const batches = ranges.map(() => ({ count: 0, exceeded: 0 }));
  let position = 0;
  for (const window of inSpan(series.windows, span)) {
    // What was due after the last whole window belongs to the last batch.
    while (position < ranges.length - 1 && window.index >= (ranges[position]?.[1] ?? 0)) position += 1;
    const batch = batches[position];
    if (batch === undefined) continue;
    const { count: seen, exceeded } = count(window);
    batch.count += seen;
    batch.exceeded += exceeded;
  }
  return judgeBatches(batches);
}

function rangesOf(span: JudgedSpan, clock: SpanClock): WindowRange[] {
  const stretches = unbrokenRanges(span, clock);
  const items = stretches.reduce((sum, [from, to]) => sum + to - from, 0);
  if (items === 0) return [[span.from, span.from + 1]];
  const width = Math.ceil(BATCH_MS_MIN / clock.windowMs);
  const isShort = items < BATCHES_MIN * width;
  return batchesOf(stretches, { width: isShort ? Math.floor(items / BATCHES_MIN) : width, target: BATCHES });
}

function judgeBatches(batches: readonly BatchCounts[]): Inflation {
  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const exceeded = batches.reduce((sum, batch) => sum + batch.exceeded, 0);
  // A single event has no neighbour that could be like it.
  if (Math.min(exceeded, count - exceeded) <= 1) return NONE;
  const filled = batches.filter((batch) => batch.count > 0).length;
  if (filled < 2) return { value: count, isKnown: false };
  const value = batchInflation(batches);
  return { value: filled < BATCHES_MIN ? value * fewBatches(filled) : value, isKnown: true };
}

function fewBatches(batches: number): number {
  return (studentQuantile(1 - ALPHA, batches - 1) / normalQuantile(1 - ALPHA)) ** 2;
}
