/**
 * All of the peak at once: how long the objectives are breached until the system has caught up. One that grows under
 * load is judged by that time, and never called unsteady.
 */

import { formatDurationMs, formatRate } from '../../core/units.ts';
import { batchInflation } from '../../stats/batches/inflation.ts';
import { isWithin } from '../../stats/binomial.ts';
import { breachProbability } from '../../stats/exceedance-test.ts';
import { ALPHA } from '../objective/evidence.ts';
import type { Trial, TrialOrder } from '../trial.ts';
import { judgeRun } from '../verdict.ts';
import type { SurgeReport } from './report.ts';
import { type SliceCount, type SlicedObjective, sliceObjectives } from './slices.ts';

/** Share of the peak before the jump, and how long it is sent, ms. */
const CALM_RATIO = 0.1;
const CALM_MS = 10_000;

/** Shortest surge, ms, and how often the allowed time it lasts, with some time on top, ms. */
const SURGE_MS_MIN = 30_000;
const ALLOWANCES = 3;
const AFTER_MS = 20_000;

const SLICE_MS = 1000;

/** A slice is breached when so much would come by chance less often than this. */
const SLICE_ALPHA = 0.01;

/** Back is what shows no breached slice for so many of them. */
const QUIET_SLICES = 3;

/** Time left from there to the end that shows it to last, ms. */
const TAIL_MS_MIN = 5000;

/** The trial: a tenth of the peak, then all of it at once. */
export function surgeOrder(peakPerSecond: number, allowedMs: number): TrialOrder {
  return {
    purpose: 'surge',
    ratePerSecond: peakPerSecond,
    durationMs: Math.ceil(Math.max(SURGE_MS_MIN, ALLOWANCES * allowedMs + AFTER_MS)),
    approach: [{ ratePerSecond: CALM_RATIO * peakPerSecond, durationMs: CALM_MS }],
  };
}

/** What the trial showed. */
export function judgeSurge(trial: Trial, allowedMs: number): SurgeReport {
  const { measured, order } = trial;
  const { recording, plan, offeredMs } = measured;
  const { windowMs } = recording.layout;
  const width = Math.max(1, Math.ceil(SLICE_MS / windowMs));
  const sliceMs = width * windowMs;
  const slices = Math.floor(offeredMs / sliceMs);
  const objectives = sliceObjectives(plan, { recording, width, slices });
  const back = objectives.length === 0 ? null : backAt(objectives, slices, Math.ceil(TAIL_MS_MIN / sliceMs));
  const breachedMs = back === null ? null : back * sliceMs;
  const seen = { allowedMs, breachedMs, measuredMs: offeredMs };
  const isLate = breachedMs === null || breachedMs > allowedMs;
  const doubt =
    objectives.length === 0 ? NOT_BY_THE_SECOND : (doubtOf(trial, isLate) ?? cutShort(seen, trial));
  if (doubt !== null) return { ...seen, status: 'inconclusive', text: doubt };
  return { ...seen, status: isLate ? 'fail' : 'pass', text: textOf(seen, order.ratePerSecond) };
}

const NOT_BY_THE_SECOND = 'No objective can be judged second by second, so the surge shows nothing.';

/** First slice from which on all is well; null when there is none. */
function backAt(objectives: readonly SlicedObjective[], slices: number, tail: number): number | null {
  for (let from = 0; from <= slices - tail; from += 1) {
    const isBack = objectives.every((objective) => isQuiet(objective, from) && isHolding(objective, from));
    if (isBack) return from;
  }
  return null;
}

/** Single slow requests are no breach, nor is a slice without any. */
function isQuiet({ q, slices }: SlicedObjective, from: number): boolean {
  return slices.slice(from, from + QUIET_SLICES).every(({ count, bad }) => {
    return (
      count === 0 || !isWithin(breachProbability({ exceeded: bad, count, q, alpha: ALPHA }), SLICE_ALPHA)
    );
  });
}

/** From there to the end, all together. */
function isHolding({ q, slices }: SlicedObjective, from: number): boolean {
  const rest = slices.slice(from);
  const { count, bad } = rest.reduce(added, { count: 0, bad: 0 });
  const inflation = batchInflation(rest.map((slice) => ({ count: slice.count, exceeded: slice.bad })));
  if (count === 0) return false;
  return !isWithin(breachProbability({ exceeded: bad, count, q, alpha: ALPHA, inflation }), ALPHA);
}

function added(sum: SliceCount, { count, bad }: SliceCount): SliceCount {
  return { count: sum.count + count, bad: sum.bad + bad };
}

/** A queue that grows and shrinks again is what a surge is about. */
const EXPECTED_CHECKS: readonly string[] = ['backlog', 'steadiness'];

/** What in the generator's conduct takes away what was seen. */
function doubtOf({ measured, generator, stopped }: Trial, isLate: boolean): string | null {
  const { checks } = judgeRun({ ...measured, generator, stopped }).validity;
  const blocking = ['both', isLate ? 'fail' : 'pass'];
  const failed = checks.find(({ id, status, blocks }) => {
    return status === 'fail' && blocking.includes(blocks) && !EXPECTED_CHECKS.includes(id);
  });
  return failed === undefined ? null : `The surge cannot be judged: ${failed.text}`;
}

/** A trial that ended before the time that is allowed shows nothing, unless the system was back by then. */
function cutShort(
  { allowedMs, breachedMs, measuredMs }: Pick<SurgeReport, 'allowedMs' | 'breachedMs' | 'measuredMs'>,
  { stopped }: Trial,
): string | null {
  if (stopped === null || (breachedMs === null && measuredMs > allowedMs)) return null;
  return `The surge was stopped after ${formatDurationMs(measuredMs)}: ${stopped.text}`;
}

function textOf(
  { allowedMs, breachedMs, measuredMs }: Pick<SurgeReport, 'allowedMs' | 'breachedMs' | 'measuredMs'>,
  peakPerSecond: number,
): string {
  const jump = `From ${formatRate(CALM_RATIO * peakPerSecond)} to ${formatRate(peakPerSecond)} at once`;
  const allowed = `${formatDurationMs(allowedMs)} are allowed`;
  if (breachedMs === null) {
    return `${jump}: breached to the end, for ${formatDurationMs(measuredMs)}; ${allowed}.`;
  }
  if (breachedMs === 0) return `${jump}: held from the first second on.`;
  return `${jump}: breached ${formatDurationMs(breachedMs)}, then held; ${allowed}.`;
}
