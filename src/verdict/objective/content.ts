/** What a finding shows: numbers, and sentences about them. */

import { formatDurationMs, formatRate } from '../../core/units.ts';
import { CONFIDENCE, summarizeQuantile, summarizeRatio, sumOf } from '../../record/summary.ts';
import { emptyExceedance } from '../../record/window.ts';
import { type BatchMean, meanInterval } from '../../stats/batch-means.ts';
import type { Finding, Reason, Status } from '../finding.ts';
import {
  meanSentence,
  NOTHING_MEASURED,
  requests,
  shareSentence,
  undecidedShare,
  unitOf,
} from './because.ts';
import { claimOf, isObservedOnly, isShare } from './evidence.ts';
import type { JudgedSpan } from './judged-spans.ts';
import { BATCHES_MIN, MEAN_MS_MIN, meanOver } from './mean-evidence.ts';
import { countsIn, pendingOf, type Question, sourceOf } from './question.ts';

/** What a finding says of its numbers. */
export type Content = Pick<
  Finding,
  'value' | 'low' | 'high' | 'count' | 'exceeded' | 'reason' | 'because' | 'moreRequests'
>;

const ONLY_RAMPS = 'The plan has only ramps, which are shown and not judged: add a stage of constant rate.';

/** The content of a finding about a plan without a judged span. */
export const NO_CONTENT: Content = {
  value: null,
  low: null,
  high: null,
  count: null,
  exceeded: null,
  reason: { code: 'ONLY_RAMPS', text: ONLY_RAMPS },
  because: ONLY_RAMPS,
  moreRequests: null,
};

/** The content of a finding, of the span that decided it. */
export function contentOf(question: Question, span: JudgedSpan, status: Status): Content {
  return (isShare(question.objective) ? shareOf : meanOf)(question, span, status);
}

function shareOf(question: Question, span: JudgedSpan, status: Status): Content {
  const { objective, measured } = question;
  const counts = countsIn(question, span);
  const claim = claimOf(objective, { ...counts, pending: pendingOf(question) });
  const shown = shownShare(question, span);
  const undecided =
    status === 'inconclusive'
      ? undecidedShare(claim, (claim.count / Math.max(1, measured.offeredMs)) * 1000)
      : null;
  const reason = undecided ?? (isObservedOnly(claim) ? OBSERVED : null) ?? missingValue(question, shown);
  return {
    value: shown.value,
    low: shown.low,
    high: shown.high,
    count: claim.count,
    exceeded: claim.bad,
    reason: reason === null ? null : { code: reason.code, text: reason.text },
    because: shareSentence(objective, claim, placeOf(span)),
    moreRequests: undecided?.more ?? null,
  };
}

const OBSERVED: Reason = {
  code: 'OBSERVED',
  text: 'This is of this run only: no number of requests proves it of the next one.',
};

interface Shown extends Pick<Finding, 'value' | 'low' | 'high'> {
  /** Attempts needed to show a value; null when there are enough. */
  readonly needs: number | null;
}

/**
 * The value to show: the ratio of the span that decided, or a quantile of all attempts, failures as infinity, of
 * the whole measured part, since exact times are not kept per stage.
 */
function shownShare(question: Question, span: JudgedSpan): Shown {
  const { measured, index, objective } = question;
  const { recording } = measured;
  if (unitOf(objective.indicator) === 'ratio') {
    const { exceeded, count } = countsIn(question, span);
    return { ...summarizeRatio(exceeded, count), needs: null };
  }
  const seen = recording.exceedances[index] ?? emptyExceedance();
  const target = recording.layout.objectives[index]?.target ?? null;
  const inScope = recording.targets.filter((_, position) => target === null || target === position);
  const tally = sumOf(inScope.map(({ response }) => response));
  const count = seen.count + pendingOf(question);
  const { indicator } = objective;
  const q = indicator.kind === 'quantile' ? indicator.q : indicator.kind === 'max' ? 1 : 0;
  if (q > 0 && q < 1) {
    const { valueMs, lowMs, highMs, needs } = summarizeQuantile(tally, count, q);
    return { value: valueMs, low: lowMs, high: highMs, needs };
  }
  const isKnown = tally.count > 0 && (q === 0 || tally.count === count);
  const extreme = q === 0 ? tally.minMs : tally.maxMs;
  return { value: isKnown ? extreme : null, low: null, high: null, needs: null };
}

/** Why a judged latency has no value to show. */
function missingValue({ objective: { indicator } }: Question, { value, needs }: Shown): Reason | null {
  if (value !== null || indicator.kind !== 'quantile') return null;
  if (needs === null) {
    const text = 'So many requests failed that this percentile has no finite value.';
    return { code: 'NO_FINITE_VALUE', text };
  }
  const text = `The count over the limit decides; to show the percentile itself, with its interval, n is too small (needs ${needs}).`;
  return { code: 'N_TOO_SMALL', text };
}

function meanOf(question: Question, span: JudgedSpan, status: Status): Content {
  const mean = meanOver(sourceOf(question), span, false);
  const shown = { value: mean?.mean ?? null, ...shownInterval(mean, question) };
  const reason = status === 'inconclusive' ? undecidedMean(mean, question, span) : null;
  const because = meanSentence(question.objective, shown, placeOf(span));
  return { ...shown, count: null, exceeded: null, reason, because, moreRequests: null };
}

/** No rate or time is negative, and no score is above 1. */
function shownInterval(mean: BatchMean | null, { objective }: Question): Pick<Finding, 'low' | 'high'> {
  if (mean === null) return { low: null, high: null };
  const { low, high } = meanInterval(mean, CONFIDENCE);
  const most = objective.indicator.kind === 'apdex' ? 1 : Infinity;
  return { low: low === null ? null : Math.max(0, low), high: high === null ? null : Math.min(most, high) };
}

function undecidedMean(mean: BatchMean | null, question: Question, span: JudgedSpan): Reason {
  if (countsIn(question, span).count === 0) {
    const what =
      question.objective.indicator.kind === 'mean' ? 'No request in its scope succeeded' : NOTHING_MEASURED;
    return { code: 'NO_DATA', text: `${what}, so nothing can be said.` };
  }
  if (mean === null || mean.batches < BATCHES_MIN) {
    const text = `The run is too short: a mean or a rate is judged from ${formatDurationMs(MEAN_MS_MIN)} on.`;
    return { code: 'RUN_TOO_SHORT', text };
  }
  const { exceeded } = countsIn(question, span);
  if (question.objective.indicator.kind === 'mean' && exceeded > 0) {
    const text = `${requests(exceeded)} failed or were never sent, and have no time; as long as their timeout, they could decide it either way.`;
    return { code: 'UNDECIDED', text };
  }
  const text = 'The limit lies inside the interval of what was measured; a longer run narrows it.';
  return { code: 'UNDECIDED', text };
}

/** Names the stage when there are several. */
function placeOf({ isWhole, ratePerSecond }: JudgedSpan): string {
  return isWhole || ratePerSecond === null ? '' : ` in the stage at ${formatRate(ratePerSecond)}`;
}
