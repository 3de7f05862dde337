/** Whether a run may stand for how things usually are. */

import type { ResultDocument } from '../result/document.ts';
import { NO_BASELINE } from '../verdict/baseline/awaiting.ts';

/** Above this share of failures a run that was judged by nothing else is no example, 0..1. */
const MAX_ERROR_RATIO = 0.01;

/** Code of the note that says how a run is worse than its baseline. */
export const REGRESSED = 'REGRESSED';
/** Code of the note that says how a run is likely to be. */
export const MAYBE_REGRESSED = 'MAYBE_REGRESSED';

/** Says what got worse than a baseline; null when nothing is known to have. */
export type Regression = (result: ResultDocument) => string | null;

/**
 * What the result itself says: its note, or a comparison that is part of it. An objective that fails against a baseline
 * fails the run anyway.
 */
export const comparedRegression: Regression = ({ comparison, notes }) => {
  const worse =
    notes.find(({ code }) => code === REGRESSED || code === MAYBE_REGRESSED) ??
    comparison?.findings.find(({ status }) => status === 'fail');
  return worse === undefined ? null : `it regressed: ${worse.text}`;
};

/**
 * Why a run is no part of a baseline; null when it may be. A run that passes may, and one that is open for want of a
 * baseline alone: otherwise none could ever begin.
 *
 * @param regression told of whatever passes otherwise
 */
export function unfitFor(result: ResultDocument, regression: Regression = comparedRegression): string | null {
  const { command, stopped, verdict } = result;
  if (command !== 'run') return `it is of headroom ${command}`;
  if (stopped !== null) return 'it was stopped before its end';
  if (verdict.status === 'fail') return 'it failed';
  return openness(result) ?? regression(result);
}

function openness({ verdict, objectives, totals, validity }: ResultDocument): string | null {
  if (verdict.status === 'pass') return null;
  const judged = objectives.filter(({ reason }) => reason?.code !== NO_BASELINE);
  if (judged.length === objectives.length || judged.some(({ status }) => status !== 'pass')) {
    return 'it is inconclusive';
  }
  const blocking = validity.checks.find(
    ({ status, blocks }) => status === 'fail' && blocks !== 'nothing' && blocks !== 'fail',
  );
  if (blocking !== undefined) return `it cannot be trusted: ${blocking.text}`;
  const { value } = totals.errorRatio;
  if (judged.length > 0) return null;
  return value !== null && value <= MAX_ERROR_RATIO ? null : 'more than 1% of its requests failed';
}
