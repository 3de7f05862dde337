/**
 * A recording as plain numbers with their intervals. What is not known is null, never NaN or Infinity, and a
 * quantile without a finite 95 % interval is not shown at all.
 */

import { PHASES } from '../core/attempt.ts';
import { wilson } from '../stats/proportion.ts';
import { countForUpperBound, nearestRank, quantileRanks } from '../stats/quantile-interval.ts';
import type { Recording } from './recording.ts';
import { Tally } from './tally.ts';
import type { TargetRecording } from './target-recording.ts';

/** Of every interval. */
export const CONFIDENCE = 0.95;

/** The quantiles of a distribution, by the names they are shown under. */
export const QUANTILES: Readonly<Record<string, number>> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  'p99.9': 0.999,
};

/**
 * `needs`: number of values for a finite interval; null when there are enough, and a null value means
 * infinity.
 */
export interface QuantileSummary {
  readonly valueMs: number | null;
  readonly lowMs: number | null;
  readonly highMs: number | null;
  readonly needs: number | null;
}

export interface DistributionSummary {
  readonly count: number;
  readonly minMs: number | null;
  readonly meanMs: number | null;
  readonly maxMs: number | null;
  /** Values above one hour. */
  readonly overflow: number;
  readonly quantiles: Readonly<Record<string, QuantileSummary>>;
}

export interface RatioSummary {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** What became of the attempts of one target, or of all. */
export interface OutcomeSummary {
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byCause: Readonly<Record<string, number>>;
  /** Failed / (completed + broken), with Wilson's interval. */
  readonly errorRatio: RatioSummary;
  /** Successes only. */
  readonly response: DistributionSummary;
  /** Completed attempts, and timeouts at their full age. */
  readonly service: DistributionSummary;
}

export interface Summary extends OutcomeSummary {
  /** In the order of the plan. */
  readonly targets: readonly OutcomeSummary[];
  /** All arrivals that were due: what failed, was dropped or never answered is infinitely slow. */
  readonly responseAll: DistributionSummary;
  readonly connection: DistributionSummary;
  readonly lag: DistributionSummary;
  /** By phase; null where no attempt had it. */
  readonly phases: Readonly<Record<string, DistributionSummary | null>>;
  /** Null for a run of no length. */
  readonly meanInFlight: number | null;
  /** Per second; sent over the time of the arrivals, the others as answers came in that time. */
  readonly rates: { readonly sent: number; readonly completed: number; readonly good: number };
}

/** How long the arrivals and the whole run took, ms (see {@link Summary.rates}). */
export interface RunSpan {
  /** From the start of the measured part to the last arrival's due time or the stop. */
  readonly offeredMs: number;
  /** From the start of the measured part to the end of the drain. */
  readonly durationMs: number;
}

/** The summary of a run that ended. */
export function summarize(recording: Recording, span: RunSpan): Summary {
  const { counts, targets } = recording;
  const responses = sumOf(targets.map((target) => target.response));
  const without = counts.failed + counts.dropped + counts.inFlight;
  return {
    ...summarizeOutcome(wholeOf(recording, responses)),
    targets: targets.map(summarizeOutcome),
    responseAll: summarizeTally(responses, without),
    connection: summarizeTally(sumOf(targets.map((target) => target.connection))),
    lag: summarizeTally(recording.lag),
    phases: Object.fromEntries(
      PHASES.map((phase, index) => [phase, summarizePhase(recording.phases[index])] as const),
    ),
    meanInFlight: span.durationMs > 0 ? counts.inFlightMs / span.durationMs : null,
    rates: ratesOf(recording, span),
  };
}

/**
 * The distribution of a tally. Quantiles go by nearest rank, with the exact interval of their order
 * statistics.
 *
 * @param infinite number of further values that are infinitely large
 */
export function summarizeTally(tally: Tally, infinite = 0): DistributionSummary {
  const count = tally.count + infinite;
  const isWhole = infinite === 0 && tally.count > 0;
  return {
    count,
    minMs: finite(tally.minMs),
    meanMs: isWhole ? finite(tally.sumMs / tally.count) : null,
    maxMs: isWhole ? finite(tally.maxMs) : null,
    overflow: tally.overflow,
    quantiles: Object.fromEntries(
      Object.entries(QUANTILES).map(([name, q]) => [name, summarizeQuantile(tally, count, q)] as const),
    ),
  };
}

/** One quantile of `count` values, of which the tally holds the finite ones. */
export function summarizeQuantile(tally: Tally, count: number, q: number): QuantileSummary {
  const { lower, upper } = quantileRanks(count, { q, confidence: CONFIDENCE });
  if (upper === null || lower === 0) {
    const needs = Math.max(countFor(q), countFor(1 - q));
    return { valueMs: null, lowMs: null, highMs: null, needs };
  }
  return {
    valueMs: finite(tally.atRank(nearestRank(count, q))),
    lowMs: finite(tally.atRank(lower, 'lowest')),
    highMs: finite(tally.atRank(upper)),
    needs: null,
  };
}

function countFor(q: number): number {
  return countForUpperBound({ q, confidence: CONFIDENCE });
}

/** hits / count with Wilson's interval; all null when there is nothing to count. */
export function summarizeRatio(hits: number, count: number): RatioSummary {
  if (count === 0) return { value: null, low: null, high: null };
  return { value: hits / count, ...wilson({ hits, count }, CONFIDENCE) };
}

/** What {@link summarizeOutcome} reads of a target, or of all together. */
type Outcomes = Pick<
  TargetRecording,
  'completed' | 'broken' | 'failed' | 'statuses' | 'causes' | 'response' | 'service'
>;

function wholeOf({ counts, targets, causes }: Recording, response: Tally): Outcomes {
  const statuses = new Map<number, number>();
  for (const target of targets) {
    for (const [status, count] of target.statuses) statuses.set(status, (statuses.get(status) ?? 0) + count);
  }
  const { completed, broken, failed } = counts;
  const service = sumOf(targets.map((target) => target.service));
  return { completed, broken, failed, statuses, causes, response, service };
}

function summarizeOutcome(outcomes: Outcomes): OutcomeSummary {
  return {
    byStatus: Object.fromEntries([...outcomes.statuses].sort(([a], [b]) => a - b)),
    byCause: Object.fromEntries([...outcomes.causes].sort(([a], [b]) => (a < b ? -1 : 1))),
    errorRatio: summarizeRatio(outcomes.failed, outcomes.completed + outcomes.broken),
    response: summarizeTally(outcomes.response),
    service: summarizeTally(outcomes.service),
  };
}

function summarizePhase(tally: Tally | undefined): DistributionSummary | null {
  return tally === undefined || tally.count === 0 ? null : summarizeTally(tally);
}

/**
 * Throughput is what ended in the whole windows of the arrivals' time: a queue answered in the drain must not
 * count, and one straggler in it must not lower the rate. A run shorter than a window counts all it has.
 */
function ratesOf({ counts, completions, layout }: Recording, span: RunSpan): Summary['rates'] {
  const windows = Math.floor(span.offeredMs / layout.windowMs);
  const sent = perSecond(counts.sent, span.offeredMs > 0 ? span.offeredMs : span.durationMs);
  if (windows === 0) {
    const good = counts.completed + counts.broken - counts.failed;
    return {
      sent,
      completed: perSecond(counts.completed, span.durationMs),
      good: perSecond(good, span.durationMs),
    };
  }
  const ended = completions.within(windows);
  const ms = windows * layout.windowMs;
  return { sent, completed: perSecond(ended.completed, ms), good: perSecond(ended.good, ms) };
}

function perSecond(count: number, ms: number): number {
  return ms > 0 ? (count / ms) * 1000 : 0;
}

/** The values of several tallies in one. */
export function sumOf(tallies: readonly Tally[]): Tally {
  const [only] = tallies;
  if (tallies.length === 1 && only !== undefined) return only;
  const sum = new Tally();
  for (const tally of tallies) sum.absorb(tally.copy());
  return sum;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
