/** The agreement must be looser than the objectives: what is promised to clients is kept with room to spare. */

import { formatObjective } from './objective.ts';
import type { Objective } from './plan.ts';

function isSameIndicator(a: Objective, b: Objective): boolean {
  return a.target === b.target && JSON.stringify(a.indicator) === JSON.stringify(b.indicator);
}

function isUpper({ op }: Objective): boolean {
  return op === '<' || op === '<=';
}

function isTighter(promise: Objective, objective: Objective): boolean {
  return isUpper(promise) ? promise.limit < objective.limit : promise.limit > objective.limit;
}

/** What is wrong when a promise is tighter than an objective for the same indicator and target; null when it is not. */
export function looserFault(
  promise: Objective,
  objectives: readonly Objective[],
): { readonly message: string; readonly hint: string } | null {
  const tighter = objectives.find(
    (objective) =>
      isSameIndicator(promise, objective) &&
      isUpper(promise) === isUpper(objective) &&
      isTighter(promise, objective),
  );
  if (tighter === undefined) return null;
  const message = `the agreement is tighter than the objective "${formatObjective(tighter)}"`;
  return { message, hint: 'an agreement is the looser promise: swap the two limits' };
}
