/** Which runs take from the error budget. */

import { atLeast } from '../../stats/binomial.ts';
import type { CanaryRun, ObjectiveTally } from '../canary/run.ts';
import { ALPHA } from '../objective/evidence.ts';
import { allowedBy } from './promised.ts';

/** A service that keeps its objectives must spend next to nothing, also where 99.9 % of the runs are promised. */
const SPENT_ALPHA = 0.001;

/**
 * True for a bad run that a service exactly at its limits would show in one run of a thousand at most. The test of a run
 * errs in one of twenty there, which is fifty times what a promise of 99.9 % allows: a few requests too many are for
 * k of n and for the pool, which count them by the requests. A run that nothing answered counts, as does one that is bad
 * for what is about no share of its requests.
 */
export function spendsBudget({ outcome, sent, failed, tallies }: CanaryRun): boolean {
  if (outcome !== 'bad') return false;
  const chance = Math.min(1, ...tallies.filter(({ bad }) => bad > 0).map(chanceAtLimit));
  return failed >= sent || chance > ALPHA || chance <= SPENT_ALPHA;
}

/** Of so many bad requests or more in a run where just the share is bad that may be; 0 where none may. */
function chanceAtLimit({ text, count, bad }: ObjectiveTally): number {
  const allowed = allowedBy(text);
  return allowed === null ? 0 : atLeast(bad, { n: count, p: allowed });
}
