/** Whether a run is worse than its baseline: said beside its verdict, and a reason to keep it out of the baseline. */

import { MAYBE_REGRESSED, REGRESSED } from '../../history/promotion.ts';
import type { Reason, ResultDocument } from '../../result/document.ts';
import type { ComparisonFinding } from '../../verdict/compare/report.ts';
import type { Past } from './past.ts';

/** So many times the smallest effect that matters. */
const FAR = 4;

/**
 * The result with its baseline, with a note where that got worse itself, and with the note REGRESSED where it is shown to
 * be worse by what matters, judged as `headroom compare` judges stored runs; MAYBE_REGRESSED where that stays open and
 * looks bad, or would be shown had our own conduct not cast doubt on it. The verdict stays as it is: an objective relative
 * to the baseline makes a fail.
 */
export async function heldAgainst(
  result: ResultDocument,
  { baseline, results, creep }: Omit<Past, 'plan'>,
): Promise<ResultDocument> {
  if (baseline === null) return result;
  const held = { ...result, baseline, notes: [...(creep === null ? [] : [creep]), ...result.notes] };
  // A run that failed, or that was stopped, is no part of a baseline anyway.
  if (result.verdict.status === 'fail' || result.stopped !== null) return held;
  const note = await regressionOf(held, results);
  return note === null ? held : { ...held, notes: [note, ...held.notes] };
}

async function regressionOf(
  result: ResultDocument,
  results: readonly ResultDocument[],
): Promise<Reason | null> {
  const { judgeStored } = await import('../compare/stored.ts');
  const label = result.baseline?.label ?? '';
  const { findings, seen } = judgeStored({
    baseline: { kind: 'history', label, documents: results },
    candidate: { kind: 'history', label: 'this run', documents: [result] },
  });
  const note = (code: string, what: string): Reason => ({
    code,
    text: `Against ${label}: ${what} It stays out of the baseline; headroom baseline set puts it there.`,
  });
  const shown = findings.find(({ status }) => status === 'fail');
  if (shown !== undefined) return note(REGRESSED, shown.text);
  // Of what a doubt took away its finding tells the doubt alone.
  const taken = findings.flatMap(({ text }, index) => {
    const was = seen[index];
    return was?.status === 'fail' ? [`${was.text} ${text}`] : [];
  });
  const open = taken[0] ?? findings.find(isFarOff)?.text;
  return open === undefined ? null : note(MAYBE_REGRESSED, open);
}

/** Open, as short runs leave it, and yet seen to be worse by several times what matters: no example of how things are. */
function isFarOff({ indicator, status, effect, minimumEffect }: ComparisonFinding): boolean {
  if (status !== 'inconclusive' || effect.value === null) return false;
  const change = indicator === 'errors' ? effect.value : effect.value - 1;
  return change > FAR * minimumEffect;
}
