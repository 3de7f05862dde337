/** What the warm-up shows: it is not judged like the rest, but a breach in it is one. */

import type { Objective } from '../plan/plan.ts';
import { isWithin } from '../stats/binomial.ts';
import { ALPHA, claimOf, isShare, weighClaim } from './objective/evidence.ts';
import type { Measured } from './objectives.ts';

/**
 * The objectives and promises that the warm-up breached; means and rates are not looked at.
 *
 * @param isOwn take our own lag and stalls off every response time
 */
export function warmupBreaches({ plan, recording }: Measured, isOwn = false): Objective[] {
  return [...plan.objectives, ...plan.agreement].filter((objective, index) => {
    const seen = recording.warmupExceedances[index];
    if (seen === undefined || !isShare(objective)) return false;
    const exceeded = isOwn ? seen.exceededOwn : seen.exceeded;
    const evidence = weighClaim(claimOf(objective, { ...seen, exceeded, pending: 0 }));
    return isWithin(evidence.breachProbability, ALPHA);
  });
}
