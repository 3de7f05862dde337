/** What a finding shows: numbers, and sentences about them. */

import { formatDurationMs, formatRate } from '../../core/units.ts';
import { CONFIDENCE } from '../../record/summary.ts';
import { type BatchMean, meanInterval } from '../../stats/batches/batch-means.ts';
import type { Finding, Reason, Status } from '../finding.ts';
import { BATCHES_MIN } from './batches.ts';
import { formatCount, meanSentence, NOTHING_MEASURED, requests, shareSentence } from './because.ts';
import { claimOf, isObservedOnly, isShare } from './evidence.ts';
import type { Inflation } from './inflation.ts';
import { type JudgedSpan, spanMs } from './judged-spans.ts';
import { attemptsForMean, MEAN_MS_MIN, type MeanWeight, meanOver } from './mean-evidence.ts';
import { countsIn, failedIn, pendingIn, type Question, ruleOf, sourceOf, timeoutOf } from './question.ts';
import { type Shown, shownShare } from './shown.ts';
import { spellSentence, undecidedShare } from './undecided.ts';

/** What a finding says of its numbers. */
export type Content = Pick<
  Finding,
  'value' | 'low' | 'high' | 'count' | 'exceeded' | 'reason' | 'because' | 'moreRequests'
>;

/** The span that decided, and how its counts were weighed. */
export interface Deciding {
  readonly span: JudgedSpan;
  readonly inflation: Inflation;
  /** Level at which a span is a breach whatever else is judged. */
  readonly level: number;
}

const ONLY_RAMPS = 'The plan has only ramps, which are shown and not judged: add a stage of constant rate.';

/** The content of a finding without a judged span. */
export function noContent({ isTooShort, objective: { windowMs } }: Question): Content {
  const needs = `No stage of constant rate lasted ${formatDurationMs(windowMs ?? 0)}, the length that is asked about.`;
  const text = isTooShort ? needs : ONLY_RAMPS;
  return {
    value: null,
    low: null,
    high: null,
    count: null,
    exceeded: null,
    reason: { code: isTooShort ? 'RUN_TOO_SHORT' : 'ONLY_RAMPS', text },
    because: text,
    moreRequests: null,
  };
}

/** The content of a finding, of the span that decided it. */
export function contentOf(question: Question, deciding: Deciding, status: Status): Content {
  return (isShare(question.objective) ? shareOf : meanOf)(question, deciding, status);
}

function shareOf(question: Question, { span, inflation, level }: Deciding, status: Status): Content {
  const { objective } = question;
  const claim = claimOf(objective, { ...countsIn(question, span), ...pendingIn(question, span) });
  const shown = shownShare(question, span, inflation.value);
  const scene = {
    rule: ruleOf(question),
    inflation,
    countPerSecond: perSecond(claim.count, question, span),
    windowMs: objective.windowMs,
    level,
    spell: claim.bad > (1 - claim.q) * claim.count ? spellSentence(question, span) : null,
  };
  const undecided = status === 'inconclusive' ? undecidedShare(claim, scene) : null;
  const reason = undecided ?? (isObservedOnly(claim) ? OBSERVED : null) ?? missingValue(question, shown);
  return {
    value: shown.value,
    low: shown.low,
    high: shown.high,
    count: claim.count,
    exceeded: claim.bad,
    reason: reason === null ? null : { code: reason.code, text: reason.text },
    because: `${shareSentence(objective, claim, placeOf(question, span))}${aboutValue(question, shown)}`,
    moreRequests: undecided?.more ?? null,
  };
}

function perSecond(count: number, { clock }: Question, span: JudgedSpan): number {
  return (count / Math.max(1, spanMs(span, clock))) * 1000;
}

const OBSERVED: Reason = {
  code: 'OBSERVED',
  text: 'This is of this run only: no number of requests proves it of the next one.',
};

/** Response times of a part of the run are known roughly, which a number alone would not tell. */
function aboutValue({ objective: { indicator } }: Question, { value, isAbout }: Shown): string {
  if (!isAbout || value === null) return '';
  const name = indicator.kind === 'quantile' ? 'percentile' : `${indicator.kind}imum`;
  return ` The ${name} there is about ${formatDurationMs(value)}.`;
}

/** Why a judged latency has no value to show. */
function missingValue(
  { objective: { indicator } }: Question,
  { value, needs, isLost }: Shown,
): Reason | null {
  if (value !== null || indicator.kind !== 'quantile') return null;
  if (isLost) {
    const text =
      'The count over the limit decides; response times of one target are not kept for parts of a run.';
    return { code: 'NOT_KEPT', text };
  }
  if (needs === null) {
    const text = 'So many requests failed that this percentile has no finite value.';
    return { code: 'NO_FINITE_VALUE', text };
  }
  const text = `The count over the limit decides; to show the percentile itself, with its interval, n is too small (needs ${needs}).`;
  return { code: 'N_TOO_SMALL', text };
}

function meanOf(question: Question, { span }: Deciding, status: Status): Content {
  const mean = meanOver(sourceOf(question), span, false);
  const shown = { value: mean?.mean ?? null, ...shownInterval(mean, question) };
  const undecided = status === 'inconclusive' ? undecidedMean(mean, question, span) : null;
  const because =
    status === 'fail' && mean === null
      ? `None of ${requests(failedIn(question, span))}${placeOf(question, span)} succeeded, so none has a time that counts.`
      : meanSentence(question.objective, shown, placeOf(question, span));
  const reason = undecided === null ? null : { code: undecided.code, text: undecided.text };
  return { ...shown, count: null, exceeded: null, reason, because, moreRequests: undecided?.more ?? null };
}

/** No rate or time is negative, and no score is above 1. */
function shownInterval(mean: BatchMean | null, { objective }: Question): Pick<Finding, 'low' | 'high'> {
  if (mean === null) return { low: null, high: null };
  const { low, high } = meanInterval(mean, CONFIDENCE);
  const most = objective.indicator.kind === 'apdex' ? 1 : Infinity;
  return { low: low === null ? null : Math.max(0, low), high: high === null ? null : Math.min(most, high) };
}

function undecidedMean(
  mean: BatchMean | null,
  question: Question,
  span: JudgedSpan,
): Reason & { readonly more: number | null } {
  const { objective } = question;
  const { count, exceeded } = countsIn(question, span);
  const isOfTimes = objective.indicator.kind === 'mean';
  if (count === 0) {
    const what = isOfTimes ? 'No request in its scope succeeded' : NOTHING_MEASURED;
    return { code: 'NO_DATA', text: `${what}, so nothing can be said.`, more: null };
  }
  if (mean === null || mean.batches < BATCHES_MIN) {
    const text = `The run is too short: a mean or a rate is judged from ${formatDurationMs(MEAN_MS_MIN)} on.`;
    return { code: 'RUN_TOO_SHORT', text, more: null };
  }
  if (isOfTimes && exceeded > 0) {
    const text = `${requests(exceeded)} failed or were never sent, and have no time; as long as their timeout, they could decide it either way.`;
    return { code: 'UNDECIDED', text, more: null };
  }
  const { pending } = pendingIn(question, span);
  const weight: MeanWeight = { rule: ruleOf(question), pending, count, timeoutMs: timeoutOf(question) };
  const more = objective.windowMs === null ? attemptsForMean(mean, objective, weight) : null;
  const open = 'The limit lies inside the interval of what was measured; a longer run narrows it.';
  if (more === null || more === 0) return { code: 'UNDECIDED', text: open, more: null };
  const time = formatDurationMs((more / perSecond(count, question, span)) * 1000);
  const text = `${open} About ${formatCount(more)} more requests (${time} at this rate) would settle it.`;
  return { code: 'UNDECIDED', text, more };
}

/** Names the stage when there are several, and the time when windows of it are judged. */
function placeOf({ clock }: Question, { isWhole, ratePerSecond, stage, from, to }: JudgedSpan): string {
  const isOnly = stage === undefined ? isWhole : stage.isWhole;
  const inStage = isOnly || ratePerSecond === null ? '' : ` in the stage at ${formatRate(ratePerSecond)}`;
  if (stage === undefined) return inStage;
  const [start, end] = [from, to].map((window) => formatDurationMs(window * clock.windowMs));
  return from === 0 ? `${inStage} in the first ${end}` : `${inStage} from ${start} to ${end}`;
}
