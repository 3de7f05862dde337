/** Means and rates: judged by the t interval of batch means, since they have no counts to judge by. */

import type { Objective } from '../../plan/plan.ts';
import type { Recording } from '../../record/recording.ts';
import type { Exceedance, Window } from '../../record/window.ts';
import { type Batch, type BatchMean, batchMean } from '../../stats/batches/batch-means.ts';
import { isWithin } from '../../stats/binomial.ts';
import { studentCdf, studentQuantile } from '../../stats/student.ts';
import { BATCH_MS_MIN, BATCHES, BATCHES_MIN, batchesOf } from './batches.ts';
import { ALPHA, type DecisionRule, type Evidence } from './evidence.ts';
import { type JudgedSpan, type SpanClock, unbrokenRanges } from './judged-spans.ts';

/** Shortest run that a mean or a rate can be judged from, ms. */
export const MEAN_MS_MIN: number = BATCHES_MIN * BATCH_MS_MIN;

/** Where the values of an objective are found. */
export interface MeanSource {
  readonly recording: Recording;
  /** The series of the recording. */
  readonly windows: readonly Window[];
  /** Of the layout. */
  readonly index: number;
  readonly objective: Objective;
  readonly clock: SpanClock;
}

/**
 * The batch mean over a span, in the objective's unit; null when it is shorter than a window of the series, or holds
 * no attempt.
 */
export function meanOver(source: MeanSource, span: JudgedSpan, isOwn: boolean): BatchMean | null {
  const stretches = unbrokenRanges(span, source.clock);
  const isSeen = source.windows.some(({ index, exceedances }) => {
    return (
      (exceedances[source.index]?.count ?? 0) > 0 &&
      stretches.some(([from, to]) => index >= from && index < to)
    );
  });
  if (!isSeen) return null;
  const width = Math.ceil(BATCH_MS_MIN / source.clock.windowMs);
  const batches = batchesOf(stretches, { width, target: BATCHES }).map(([from, to]) =>
    batchBetween(source, { from, to, isOwn }),
  );
  return withLeastError(batchMean(batches), source.objective);
}

/** What was never seen may still come about three times in as long again (the rule of three). */
const UNSEEN_EVENTS = 3;

/**
 * A few batches in which every answer was good have no scatter, which is no certainty of the next answer: of
 * apdex and goodput, the standard error is taken as that of three events at least.
 */
function withLeastError(found: BatchMean | null, { indicator }: Objective): BatchMean | null {
  const isOfSuccesses = indicator.kind === 'apdex' || indicator.kind === 'goodput';
  if (found === null || found.error === null || !isOfSuccesses) return found;
  return { ...found, error: Math.max(found.error, Math.sqrt(UNSEEN_EVENTS) / found.weight) };
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Take our own lag off response times. */
  readonly isOwn: boolean;
}

function batchBetween(source: MeanSource, stretch: Stretch): Batch {
  const { indicator, target } = source.objective;
  const seconds = ((stretch.to - stretch.from) * source.recording.layout.windowMs) / 1000;
  const isRate = indicator.kind === 'throughput' || indicator.kind === 'goodput';
  if (isRate && target === null) {
    return { sum: endedBetween(source.recording, stretch, indicator.kind), weight: seconds };
  }
  const batch = { sum: 0, weight: 0 };
  for (const window of source.windows) {
    if (window.index < stretch.from || window.index >= stretch.to) continue;
    const seen = window.exceedances[source.index];
    if (seen === undefined) continue;
    if (indicator.kind === 'throughput') batch.sum += seen.exceeded;
    else if (indicator.kind === 'goodput') batch.sum += seen.count - seen.exceeded;
    else batch.sum += stretch.isOwn && indicator.kind === 'mean' ? withoutLag(window, seen) : seen.sum;
    batch.weight += seen.count;
  }
  return isRate ? { sum: batch.sum, weight: seconds } : batch;
}

/** A window keeps the lag of all its attempts together: those with a time have their share of it. */
function withoutLag({ lagMs, sent, dropped }: Window, { sum, count }: Exceedance): number {
  return Math.max(0, sum - (lagMs * count) / Math.max(1, sent + dropped));
}

/** Rates of all targets go by when answers came: a queue answered in the drain is no throughput. */
function endedBetween(recording: Recording, { from, to }: Stretch, kind: 'throughput' | 'goodput'): number {
  const before = recording.completions.within(from);
  const after = recording.completions.within(to);
  return kind === 'goodput' ? after.good - before.good : after.completed - before.completed;
}

/**
 * What may still change the mean: attempts without a time, each at most at `timeoutMs`. They were never answered,
 * or of a mean of times, they failed.
 */
export interface MeanPending {
  readonly pending: number;
  readonly count: number;
  readonly timeoutMs: number;
}

/** How a mean is weighed. */
export interface MeanWeight extends MeanPending {
  readonly rule: DecisionRule;
}

/** The evidence of a mean; none from fewer than five batches. */
export function weighMean(mean: BatchMean | null, objective: Objective, weight: MeanWeight): Evidence {
  if (mean === null || mean.batches < BATCHES_MIN) return { isHeld: false, breachProbability: 1 };
  const { low, high } = extremes(mean.mean, objective, weight);
  const isUpper = objective.op.startsWith('<');
  const held = tailBeyond(isUpper ? high : low, mean, objective);
  const breach = tailBeyond(isUpper ? low : high, mean, objective);
  const price = priceOf(weight.rule);
  return {
    isHeld: isWithin(held * (isHeldOnce(weight.rule) ? 1 : price), ALPHA),
    breachProbability: Math.min(1, (1 - breach) * price),
  };
}

function isHeldOnce(rule: DecisionRule): boolean {
  return rule.kind === 'looks' && rule.isHeldOnce === true;
}

/**
 * What a probability must be multiplied with so that all looks together stay within their level: look k may spend
 * the share 6 / (pi^2 k^2) of it, which sums up to all (Bonferroni over infinitely many looks).
 */
function priceOf(rule: DecisionRule): number {
  return rule.kind === 'once' ? 1 : (Math.PI ** 2 * rule.look ** 2) / 6;
}

/**
 * About how many more of the `count` attempts that made a mean would decide it, if its scatter and its distance from
 * the limit stayed: the interval narrows with the square root of their number. 0 when these would; null when none do.
 */
export function attemptsForMean(mean: BatchMean, objective: Objective, weight: MeanWeight): number | null {
  if (mean.error === null || mean.batches < BATCHES_MIN) return null;
  const { low, high } = extremes(mean.mean, objective, weight);
  const { limit } = objective;
  const apart = low > limit ? low - limit : high < limit ? limit - high : 0;
  if (apart === 0) return null;
  const t = studentQuantile(1 - ALPHA / priceOf(weight.rule), mean.batches - 1);
  return Math.max(0, Math.ceil(weight.count * (((t * mean.error) / apart) ** 2 - 1)));
}

/** The mean if every unanswered attempt had turned out as low, or as high, as it could. */
function extremes(
  mean: number,
  { indicator }: Objective,
  { pending, count, timeoutMs }: MeanPending,
): { readonly low: number; readonly high: number } {
  const blend = (value: number): number => (mean * count + value * pending) / (count + pending);
  if (pending === 0) return { low: mean, high: mean };
  if (indicator.kind === 'mean') return { low: mean, high: blend(timeoutMs) };
  if (indicator.kind === 'apdex') return { low: blend(0), high: blend(1) };
  return { low: mean, high: mean };
}

/** Probability of a mean at least as good as `value` if the true one lay at the limit: Student's t, one-sided. */
function tailBeyond(value: number, { error, batches }: BatchMean, { op, limit }: Objective): number {
  if (error === null || error === 0) return satisfies(value, op, limit) ? 0 : 1;
  const t = (value - limit) / error;
  return studentCdf(op.startsWith('<') ? t : -t, batches - 1);
}

function satisfies(value: number, op: Objective['op'], limit: number): boolean {
  switch (op) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}
