/** What is wrong with a system, or with asking it for its capacity, as the trials of a search show it. */

import { formatDurationMs, formatRate, formatRatio } from '../../core/units.ts';
import { isLatency, type Objective } from '../../plan/plan.ts';
import type { Recording } from '../../record/recording.ts';
import { summarizeTally, sumOf } from '../../record/summary.ts';
import { lowestUs } from '../../record/tally.ts';
import type { TargetRecording } from '../../record/target-recording.ts';
import { normalUpperTail } from '../../stats/normal.ts';
import { mannKendall } from '../../stats/trend.ts';
import type { Reason } from '../finding.ts';
import type { Trial } from '../trial.ts';
import { type RatePool, TRIPPED_STRAIN } from './rate-pool.ts';
import type { TrialReport } from './report.ts';
import { nearestOf } from './showing.ts';

/** Statuses by which a limiter refuses. */
const REFUSALS: readonly number[] = [429, 503];

/** Share of the failures that must be refusals to speak of a limiter. */
const REFUSAL_SHARE = 0.9;

/** Good answers of a limited system stay this fast, as a multiple of what they take when the rate holds. */
const STAYS_FAST_RATIO = 2;
const STAYS_FAST_SLACK_MS = 5;

/** Rates this far from the bracket are no neighbourhood of it. */
const NEIGHBOURHOOD = 1.5;

/** Below this power of the rate, a quantile hardly depends on it. */
const FLAT_ELASTICITY = 1.2;
const FLAT_SHARE_ELASTICITY = 0.5;

/** From this probability and this ratio on, trials at the same rates get worse. */
const DRIFT_PROBABILITY = 0.001;
const DRIFT_RATIO = 1.2;

/** From this ratio of medians and of rates on, and this many ms, decay needs no statistics. */
const DECAY_RATIO = 2;
const DECAY_MS = 5;

/** Ratio of the medians at one rate, after overload and before it. */
const HYSTERESIS_RATIO = 1.5;

/** Codes of doubts that an unsteady system earns. */
const UNSTEADY_CODES: readonly string[] = ['UNSTABLE', 'NOT_STEADY', 'UNSTEADY'];

/** A broken rate and the highest one that held below it. */
export interface Ends {
  readonly held: RatePool | null;
  readonly broke: RatePool | null;
}

/** RATE_LIMITED: what broke was refused at once, and what was admitted stayed fast. */
export function rateLimited({ held, broke }: Ends): Reason[] {
  if (broke === null) return [];
  const { recording } = broke.measured;
  const { failed } = recording.counts;
  const refused = recording.targets.reduce((sum, { statuses }) => {
    return sum + REFUSALS.reduce((count, status) => count + (statuses.get(status) ?? 0), 0);
  }, 0);
  if (failed === 0 || refused < REFUSAL_SHARE * failed || !isFast({ held, broke })) return [];
  const seconds = broke.measuredMs / 1000;
  const answered = recording.counts.completed + recording.counts.broken - failed;
  const admitted = seconds > 0 ? answered / seconds : 0;
  if (admitted === 0) {
    const all = `All ${recording.counts.completed} requests at ${formatRate(broke.ratePerSecond)} were refused (with status 429 or 503): this measured a limiter, perhaps one per client, rather than the server behind it.`;
    return [{ code: 'RATE_LIMITED', text: all }];
  }
  const text = `Beyond about ${formatRate(admitted)} requests are refused (${formatRatio(refused / recording.counts.completed)} at ${formatRate(broke.ratePerSecond)}, with status 429 or 503) while the others stay fast: this measured a limiter, perhaps one per client, rather than the server behind it.`;
  return [{ code: 'RATE_LIMITED', text }];
}

function isFast({ held, broke }: Ends): boolean {
  const goodMs = quantileMs(broke, 'response');
  const refusedMs = quantileMs(broke, 'responseFailed');
  const usualMs = quantileMs(held, 'response') ?? goodMs;
  if (goodMs === null || usualMs === null) return true;
  const limitMs = STAYS_FAST_RATIO * usualMs + STAYS_FAST_SLACK_MS;
  return goodMs <= limitMs && (refusedMs ?? 0) <= limitMs;
}

function quantileMs(pool: RatePool | null, of: 'response' | 'responseFailed'): number | null {
  if (pool === null) return null;
  const tally = sumOf(pool.measured.recording.targets.map((target) => target[of]));
  return summarizeTally(tally).quantiles['p95']?.valueMs ?? null;
}

/** FLAT: the objective hardly depends on the rate, so that its capacity hangs on the last digit of its limit. */
export function flat(pools: readonly RatePool[], ends: Ends): Reason[] {
  const { held, broke } = ends;
  if (broke === null) return [];
  if (held === null) return flatShare(pools);
  if ((broke.strain ?? 0) >= TRIPPED_STRAIN) return [];
  const objective = objectiveOf(broke);
  if (objective === null || !isLatency(objective.indicator)) return [];
  const points = pools.flatMap((pool) => {
    const { ratePerSecond: rate } = pool;
    const value = pool.judged.objectives.find(({ text }) => text === objective.text)?.value ?? null;
    const isNear = rate >= held.ratePerSecond / NEIGHBOURHOOD && rate <= broke.ratePerSecond * NEIGHBOURHOOD;
    return isNear && value !== null && value > 0 ? [{ x: Math.log(rate), y: Math.log(value) }] : [];
  });
  const slope = slopeOf(points);
  const lastMs = broke.judged.objectives.find(({ text }) => text === objective.text)?.value ?? null;
  if (slope === null || lastMs === null || slope >= FLAT_ELASTICITY) return [];
  const text = `"${objective.text}" hardly depends on the rate here: 10% more traffic changes it by about ${formatRatio(Math.max(0, 1.1 ** slope - 1))}. There is no cliff; a slightly different limit would give a very different capacity.`;
  return [{ code: 'FLAT', text }];
}

/** SCALING: the upper end rests on a trial that the breaker ended, so that a slow scaler was not waited for. */
export function scaler({ held, broke }: Ends): Reason[] {
  if (held === null || broke === null || (broke.strain ?? 0) < TRIPPED_STRAIN) return [];
  const text = `The breaker stopped the traffic at ${formatRate(broke.ratePerSecond)}, so a system that scales out was not waited for: "headroom launch --surge" asks how long that takes.`;
  return [{ code: 'SCALING', text }];
}

/** Breached at every rate to about the same extent: it is not the traffic. */
function flatShare(pools: readonly RatePool[]): Reason[] {
  const points = pools.flatMap(({ ratePerSecond, strain }) => {
    return strain !== null && strain > 0 && Number.isFinite(strain)
      ? [{ x: Math.log(ratePerSecond), y: Math.log(strain) }]
      : [];
  });
  const slope = slopeOf(points);
  if (slope === null || slope >= FLAT_SHARE_ELASTICITY) return [];
  const text =
    'The objectives are breached at every rate to about the same extent, so it is not the traffic that breaches them.';
  return [{ code: 'FLAT', text }];
}

function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number | null {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const xx = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return xx > 0 ? points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / xx : null;
}

/** The objective that a pool's label rests on; null without one. */
export function objectiveOf({ measured, judged }: RatePool): Objective | null {
  const nearest = nearestOf(measured.plan.objectives, judged.objectives);
  return (
    measured.plan.objectives[judged.objectives.findIndex((finding) => finding === nearest?.finding)] ?? null
  );
}

/**
 * UNSTABLE: trials at the same rates got worse, by the sum of Mann and Kendall's S over the rates (the seasonal test
 * of Hirsch, Slack, Smith, "Techniques of trend analysis for monthly water quality data", 1982); or a rate broke below
 * one that held; or doubts about steadiness left every rate undecided.
 */
export function unstable(pools: readonly RatePool[], trials: readonly TrialReport[], ends: Ends): Reason[] {
  const drift = decayOf(trials) ?? driftOf(trials, ends);
  if (drift !== null) return [{ code: 'UNSTABLE', text: drift }];
  const broke = ends.broke?.ratePerSecond ?? Infinity;
  const inverted = pools.find(({ label, ratePerSecond }) => label === 'held' && ratePerSecond > broke);
  if (inverted !== undefined) {
    const text = `${formatRate(broke)} broke although ${formatRate(inverted.ratePerSecond)} had held: what a rate shows depends on when it is asked.`;
    return [{ code: 'UNSTABLE', text }];
  }
  const below = pools.filter(({ ratePerSecond, trials: count }) => ratePerSecond < broke && count > 0);
  const isUnsteady = (pool: RatePool): boolean => UNSTEADY_CODES.includes(pool.reason?.code ?? '');
  if (below.length < 2 || !below.every(isUnsteady)) return [];
  return [{ code: 'UNSTABLE', text: below[0]?.reason?.text ?? '' }];
}

/** A later trial at half the rate or less, whose median is more than twice that of an earlier good one. */
export function decayOf(trials: readonly TrialReport[]): string | null {
  for (const [position, later] of trials.entries()) {
    const laterMs = later.p50Ms.value;
    if (laterMs === null || later.purpose === 'recovery') continue;
    const earlier = trials.slice(0, position).find(({ ratePerSecond, shows, p50Ms }) => {
      const isAbove = ratePerSecond >= DECAY_RATIO * later.ratePerSecond;
      return (
        isAbove &&
        shows !== 'broken' &&
        p50Ms.value !== null &&
        laterMs > DECAY_RATIO * p50Ms.value + DECAY_MS
      );
    });
    if (earlier === undefined) continue;
    return `At first the median at ${formatRate(earlier.ratePerSecond)} was ${formatDurationMs(earlier.p50Ms.value ?? 0)}, later it was ${formatDurationMs(laterMs)} at ${formatRate(later.ratePerSecond)}: quality decays with time, so no rate is sustainable.`;
  }
  return null;
}

function driftOf(trials: readonly TrialReport[], { broke }: Ends): string | null {
  const byRate = new Map<number, number[]>();
  for (const { ratePerSecond, p50Ms, shows } of trials) {
    if (ratePerSecond >= (broke?.ratePerSecond ?? Infinity) || p50Ms.value === null || shows === 'broken')
      continue;
    byRate.set(ratePerSecond, [...(byRate.get(ratePerSecond) ?? []), p50Ms.value]);
  }
  const series = [...byRate].filter(([, medians]) => medians.length > 1);
  const s = series.reduce((sum, [, medians]) => sum + mannKendall(medians).s, 0);
  const variance = series.reduce((sum, [, { length: n }]) => sum + (n * (n - 1) * (2 * n + 5)) / 18, 0);
  if (s <= 1 || normalUpperTail((s - 1) / Math.sqrt(variance)) > DRIFT_PROBABILITY) return null;
  const worst = series
    .map(([rate, medians]) => ({ rate, first: medians[0] ?? 0, last: medians.at(-1) ?? 0 }))
    .sort((a, b) => b.last / b.first - a.last / a.first)[0];
  if (worst === undefined || worst.last < DRIFT_RATIO * worst.first) return null;
  return `At the same rates, later trials were slower than earlier ones (at ${formatRate(worst.rate)} the median went from ${formatDurationMs(worst.first)} to ${formatDurationMs(worst.last)}): quality decays with time, so no rate is sustainable.`;
}

/** HYSTERESIS: a rate that was good before the first overload broke after it, with another median. */
export function hysteresis(trials: readonly TrialReport[]): Reason[] {
  const overload = trials.findIndex(({ label }) => label === 'broken');
  if (overload < 0) return [];
  const before = trials.slice(0, overload).filter(({ shows }) => shows !== 'broken');
  for (const after of trials.slice(overload + 1)) {
    const isSame = ({ ratePerSecond, p50Ms }: TrialReport): boolean =>
      ratePerSecond === after.ratePerSecond &&
      (after.p50Ms.value ?? 0) > HYSTERESIS_RATIO * (p50Ms.value ?? Infinity);
    if (after.purpose === 'recovery' || after.shows !== 'broken' || !before.some(isSame)) continue;
    return [hysteresisOf(after)];
  }
  return [];
}

/** What is said of a trial that broke at a rate which held before overload. */
export function hysteresisOf({ ratePerSecond }: TrialReport): Reason {
  const text = `${formatRate(ratePerSecond)} was good before overload and broke after it: the system keeps less of its capacity once it was overloaded, and the bracket is what it can carry then.`;
  return { code: 'HYSTERESIS', text };
}

/** The target with the largest share of attempts that count against an objective; null when none do. */
export function worstTarget(objective: Objective | null, { measured }: RatePool): string | null {
  const { plan, recording } = measured;
  if (objective === null) return null;
  if (objective.target !== null) return objective.target;
  if (plan.targets.length === 1) return plan.targets[0]?.name ?? null;
  const shares = plan.targets.map(({ name }, index) => ({
    name,
    share: shareOf(objective, recording, index),
  }));
  const [worst] = shares.sort((a, b) => b.share - a.share);
  return worst === undefined || worst.share === 0 ? null : worst.name;
}

function shareOf({ indicator, limit }: Objective, recording: Recording, index: number): number {
  const target: TargetRecording | undefined = recording.targets[index];
  if (target === undefined) return 0;
  const seen = target.completed + target.broken + target.dropped;
  let bad = target.failed + target.dropped;
  if (isLatency(indicator)) {
    target.response.forEachBucket((bucket, count) => {
      if (lowestUs(bucket) / 1000 > limit) bad += count;
    });
  }
  return seen === 0 ? 0 : bad / seen;
}

/** UNREACHABLE: nobody was served in a trial, in its approach or in its measured part; null when anybody was. */
export function unreachable({ measured: { recording } }: Trial): Reason | null {
  const { completed, broken, dropped, droppedLate, inFlight, warmup, warmupFailed } = recording.counts;
  const lost = broken + inFlight + dropped - droppedLate;
  if (lost === 0 || completed > 0 || warmup > warmupFailed) return null;
  const [cause] = [...recording.causes].sort(([, a], [, b]) => b - a).map(([name]) => ` (${name})`);
  const text = `None of the ${lost} requests of the first trial got a whole answer${cause ?? ''}: no rate can hold, and none was searched for.`;
  return { code: 'UNREACHABLE', text };
}

/** Beyond its limit by all that was seen, and by some trial alone; what is open is only how much that proves. */
function looksBroken({ strain, ratePerSecond }: RatePool, trials: readonly TrialReport[]): boolean {
  const own = trials.filter((trial) => trial.ratePerSecond === ratePerSecond);
  return (
    (strain ?? 0) > 1 &&
    own.some(({ shows }) => shows === 'broken') &&
    !own.some(({ shows }) => shows === 'held')
  );
}

/** NO_RATE_HOLDS: all that was tried broke, down to the lowest rate that may be; UNDECIDED where the lowest is open. */
export function noRate(
  pools: readonly RatePool[],
  trials: readonly TrialReport[],
  { held, broke }: Ends,
): Reason[] {
  if (held !== null || broke === null) return [];
  const [lowest] = pools;
  if (lowest !== undefined && lowest.label !== 'broken' && !looksBroken(lowest, trials)) {
    const text = `${formatRate(broke.ratePerSecond)} breaks, and ${formatRate(lowest.ratePerSecond)}, the lowest rate tried, is not decided: a longer search from --start-rate ${formatRate(lowest.ratePerSecond / 2)} on may find a rate that holds.`;
    return [{ code: 'UNDECIDED', text }];
  }
  const text = `The objectives are breached down to ${formatRate(broke.ratePerSecond)}: no rate holds.`;
  return [{ code: 'NO_RATE_HOLDS', text }];
}

/** True of a rate at which nothing was answered as expected: that is no limit of what a server can carry. */
export function hasNoGood({ measured: { recording } }: RatePool): boolean {
  const { completed, broken, failed, warmup, warmupFailed } = recording.counts;
  return completed + broken === failed && warmup === warmupFailed;
}
