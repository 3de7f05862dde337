/** The peak for a long time: does it hold, and does the system grow slower as it goes on? */

import { formatDurationMs, formatRate, formatRatio } from '../../core/units.ts';
import { mannKendall, median, theilSenSlope } from '../../stats/trend.ts';
import { asked } from '../capacity/showing.ts';
import type { Stretch, Trial, TrialOrder } from '../trial.ts';
import { type JudgedRun, judgeRun } from '../verdict.ts';
import type { SoakReport } from './report.ts';
import { sliceMedians } from './slices.ts';

/** Slices of a soak: one per minute, within these bounds. */
const MINUTE_MS = 60_000;
const SLICES_MIN = 30;
const SLICES_MAX = 240;

/** Fewest answers in a slice for its median, and fewest medians for a trend. */
const ANSWERS_MIN = 20;
const MEDIANS_MIN = 10;

/** Share of the medians that is the beginning. */
const BEGINNING = 0.1;

/** A drift is one that chance brings less often than this, and that matters. */
const DRIFT_ALPHA = 0.01;
const DRIFT_RATIO = 0.1;

/** The trial: the peak, all the time. */
export function soakOrder(peakPerSecond: number, soakMs: number, approach: readonly Stretch[]): TrialOrder {
  return { purpose: 'soak', ratePerSecond: peakPerSecond, durationMs: Math.ceil(soakMs), approach };
}

/** What the trial showed: objectives are judged once, over all of it. */
export function judgeSoak(trial: Trial): SoakReport {
  const { measured, generator, stopped } = trial;
  const plan = asked(measured.plan, trial.order.ratePerSecond);
  const judged = judgeRun({ ...measured, plan, generator, stopped });
  const drift = driftOf(trial);
  const shown = {
    durationMs: measured.offeredMs,
    driftRatio: drift?.ratio ?? null,
    driftProbability: drift?.probability ?? null,
  };
  const { status } = judged.verdict;
  const hasDrifted = isDrifting(shown);
  const place = `${formatRate(trial.order.ratePerSecond)} for ${formatDurationMs(measured.offeredMs)}`;
  const rise = hasDrifted ? ` The median response time rose${paceOf(shown)}.` : '';
  if (status !== 'pass') {
    const verb = status === 'fail' ? 'did not hold' : 'is not decided';
    return { ...shown, status, text: `${place} ${verb}: ${whyOf(judged)}${rise}` };
  }
  if (!hasDrifted) return { ...shown, status, text: `${place} held, ${steadiness(drift)}.` };
  return {
    ...shown,
    status: 'inconclusive',
    text: `${place} held.${rise} A longer soak shows where it ends.`,
  };
}

interface Drift {
  /** Rise over the whole soak, as a ratio of its beginning. */
  readonly ratio: number;
  readonly probability: number;
}

/** Null when there are too few answers for a trend. */
function driftOf({ measured: { recording, offeredMs } }: Trial): Drift | null {
  const { windowMs } = recording.layout;
  const wanted = Math.min(SLICES_MAX, Math.max(SLICES_MIN, Math.floor(offeredMs / MINUTE_MS)));
  const width = Math.max(1, Math.floor(offeredMs / windowMs / wanted));
  const slices = Math.min(wanted, Math.floor(offeredMs / (width * windowMs)));
  const medians = sliceMedians({ recording, width, slices }, ANSWERS_MIN).filter((median) => median !== null);
  const slope = theilSenSlope(medians);
  if (slope === null || medians.length < MEDIANS_MIN) return null;
  const beginMs = median(medians.slice(0, Math.ceil(medians.length * BEGINNING)));
  const { probability } = mannKendall(medians);
  return beginMs > 0 ? { ratio: (slope * (medians.length - 1)) / beginMs, probability } : null;
}

function steadiness(drift: Drift | null): string {
  return drift === null ? 'with too few answers to tell a drift' : 'and grew no slower';
}

/** True for a rise that is neither chance nor too small to matter. */
export function isDrifting({
  driftRatio,
  driftProbability,
}: Pick<SoakReport, 'driftRatio' | 'driftProbability'>): boolean {
  if (driftRatio === null || driftProbability === null) return false;
  return driftProbability < DRIFT_ALPHA && driftRatio >= DRIFT_RATIO;
}

/** How much, and how long a rise from the beginning to twice as slow would take in a straight line. */
function paceOf({ durationMs, driftRatio }: Pick<SoakReport, 'durationMs' | 'driftRatio'>): string {
  if (driftRatio === null || driftRatio <= 0) return '';
  return ` by ${formatRatio(driftRatio)}, as a leak would show: at this pace it would double in ${formatDurationMs(durationMs / driftRatio)}`;
}

function whyOf({ verdict: { reasons } }: JudgedRun): string {
  return reasons[0]?.text ?? 'nothing was judged.';
}
