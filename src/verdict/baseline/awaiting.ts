/** Objectives relative to a baseline: what is said of those whose baseline is not known, and of limits that came from one. */

import type { Objective, Plan } from '../../plan/plan.ts';
import { distanceText, isAwaiting } from '../../plan/question/baseline-limit.ts';
import type { Finding } from '../finding.ts';
import { formatValue, unitOf } from '../objective/because.ts';

/** Reason code of an objective whose baseline is not known. */
export const NO_BASELINE = 'NO_BASELINE';

const TEXT =
  'There is no baseline yet to hold it against: passing runs of this plan on this kind of machine become one, this run the first if all else passes; headroom baseline set chooses one.';

/** The plan with the objectives that can be judged: those whose limits are known. */
export function judgeablePlan(plan: Plan): Plan {
  return { ...plan, objectives: plan.objectives.filter((objective) => !isAwaiting(objective)) };
}

/** All findings in the order of the objectives asked. @param findings of those whose limits are known, in order */
export function withAwaiting(findings: readonly Finding[], asked: readonly Objective[]): Finding[] {
  let next = 0;
  return asked.flatMap((objective) => {
    if (isAwaiting(objective)) return [awaitingFinding(objective)];
    const finding = findings[next];
    next += 1;
    return finding === undefined ? [] : [finding];
  });
}

/** Why the baseline of an objective is not known, with what to do. Names of files and machines in it are safe to show. */
export function whyAwaiting({ baseline }: Pick<Objective, 'baseline'>): string {
  return baseline?.unknown ?? TEXT;
}

function awaitingFinding(objective: Objective): Finding {
  const { text, target, indicator, position } = objective;
  const why = whyAwaiting(objective);
  return {
    text,
    target,
    status: 'inconclusive',
    value: null,
    low: null,
    high: null,
    limit: null,
    unit: unitOf(indicator),
    count: null,
    exceeded: null,
    inflation: 1,
    reason: { code: NO_BASELINE, text: why },
    because: why,
    moreRequests: null,
    line: position?.line ?? null,
    column: position?.column ?? null,
  };
}

/** Where a limit came from, as a sentence with a blank before it; '' for a fixed one. */
export function originSentence({ indicator, limit, baseline }: Objective): string {
  if (baseline?.from === undefined) return '';
  const { value, runs } = baseline.from;
  const unit = unitOf(indicator);
  const of = runs === 1 ? '1 run' : `median of ${runs} runs`;
  const origin = `${formatValue(value, unit)} (${of}) ${distanceText(indicator, baseline)}`;
  return ` The limit ${formatValue(limit, unit)} is the baseline's ${origin}.`;
}
