/** What an objective promises of many requests. */

import { parseObjective } from '../../plan/objective.ts';
import type { Indicator } from '../../plan/plan.ts';
import { claimOf, isShare } from '../objective/evidence.ts';

/** A share q of requests must not be bad. */
export interface Promised {
  readonly text: string;
  readonly q: number;
  readonly indicator: Indicator;
}

/** Null for what is no share that more requests could tell better. */
export function promisedBy(text: string): Promised | null {
  try {
    const objective = parseObjective(text);
    if (!isShare(objective)) return null;
    const { q } = claimOf(objective, { count: 0, exceeded: 0, pending: 0 });
    return q > 0 && q < 1 ? { text, q, indicator: objective.indicator } : null;
  } catch {
    return null;
  }
}

/** Share of requests that an objective allows to be bad; null where it is about no share. */
export function allowedBy(text: string): number | null {
  const promised = promisedBy(text);
  return promised === null ? null : 1 - promised.q;
}
