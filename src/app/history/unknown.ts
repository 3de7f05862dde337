/** Why a history does not tell what an objective is to be held against. */

import { safeText } from '../../core/text.ts';
import type { Kin } from '../../history/store.ts';
import type { Objective } from '../../plan/plan.ts';
import { summarizeQuantile } from '../../record/summary.ts';
import { Tally } from '../../record/tally.ts';
import type { ResultDocument } from '../../result/document.ts';

const NEXT =
  'passing runs of this plan on this kind of machine become one, this run the first if all else passes';

/** Of a baseline whose runs do not tell an indicator: how many requests they lack, or what else can be done. @param results at least one */
export function untoldBy({ indicator }: Objective, results: readonly ResultDocument[]): string {
  const runs = results.length === 1 ? 'The one run' : `None of the ${results.length} runs`;
  const tells = results.length === 1 ? 'does not tell it' : 'tells it';
  if (indicator.kind !== 'quantile') return `${runs} of the baseline ${tells}: write a fixed limit.`;
  const needed = summarizeQuantile(new Tally(), 0, indicator.q).needs ?? 0;
  const most = Math.max(...results.map(({ totals }) => totals.responseAll.count));
  const why =
    most < needed
      ? `this percentile needs ${needed} requests in a run, and ${most} were the most; make the runs longer`
      : 'the percentile falls among requests that failed, or its target has too few';
  return `${runs} of the baseline ${tells}: ${why}.`;
}

/** Of a plan without a baseline that has kin: what its runs were made of, or on. */
export function withoutBaseline({ differs, run }: Kin): string {
  const { planFile, generatorText } = run;
  return differs === 'machine'
    ? `There is no baseline yet on this kind of machine; earlier runs of this plan were on another (${safeText(generatorText)}): ${NEXT}.`
    : `There is no baseline yet for this plan; earlier runs of ${planFile === null ? 'its file' : safeText(planFile)} had other targets, another load or other objectives: ${NEXT}.`;
}
