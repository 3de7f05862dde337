/** Whether a run is worse than its baseline: said beside its verdict, and a reason to keep it out of the baseline. */

import { MAYBE_REGRESSED, REGRESSED } from '../../history/promotion.ts';
import type { Reason, ResultDocument } from '../../result/document.ts';
import type { ComparisonFinding } from '../../verdict/compare/report.ts';
import type { World } from '../world.ts';
import type { Past } from './past.ts';

/** So many times the smallest effect that matters. */
const FAR = 4;

type Place = Pick<World, 'newId' | 'version' | 'nodeVersion'>;

/**
 * The result with its baseline, with a note where that got worse itself, and with the note REGRESSED where it is shown to be worse by what matters, judged as
 * `headroom compare` judges stored runs, or MAYBE_REGRESSED where that stays open and looks bad. The verdict stays as it is: an objective relative to the baseline makes a fail.
 */
export async function heldAgainst(
  result: ResultDocument,
  { baseline, results, creep }: Omit<Past, 'plan'>,
  world: Place,
): Promise<ResultDocument> {
  if (baseline === null) return result;
  const held = { ...result, baseline, notes: [...(creep === null ? [] : [creep]), ...result.notes] };
  // A run that failed, or that was stopped, is no part of a baseline anyway.
  if (result.verdict.status === 'fail' || result.stopped !== null) return held;
  const note = await regressionOf(held, results, world);
  return note === null ? held : { ...held, notes: [note, ...held.notes] };
}

async function regressionOf(
  result: ResultDocument,
  results: readonly ResultDocument[],
  world: Place,
): Promise<Reason | null> {
  const { compareStored } = await import('../compare/stored.ts');
  const label = result.baseline?.label ?? '';
  const sources = {
    baseline: { kind: 'history' as const, label, documents: results },
    candidate: { kind: 'history' as const, label: 'this run', documents: [result] },
  };
  const { comparison } = compareStored(sources, world, { force: true, repeat: result.repeat });
  const findings = comparison?.findings ?? [];
  const worse = findings.find(({ status }) => status === 'fail') ?? findings.find(isFarOff);
  if (worse === undefined) return null;
  const text = `Against ${label}: ${worse.text} It stays out of the baseline; headroom baseline set puts it there.`;
  return { code: worse.status === 'fail' ? REGRESSED : MAYBE_REGRESSED, text };
}

/** Open, as short runs leave it, and yet seen to be worse by several times what matters: no example of how things are. */
function isFarOff({ indicator, status, effect, minimumEffect }: ComparisonFinding): boolean {
  if (status !== 'inconclusive' || effect.value === null) return false;
  const change = indicator === 'errors' ? effect.value : effect.value - 1;
  return change > FAR * minimumEffect;
}
