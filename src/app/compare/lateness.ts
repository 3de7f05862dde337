/** What our own lateness may have added to a percentile. */

import type { Tally } from '../../record/tally.ts';
import { nearestRank } from '../../stats/quantile-interval.ts';

/**
 * A percentile less our lateness at the same quantile: as much as that can have added, as if the latest were the slowest
 * too. Null stays null; without any lateness on record the percentile is as it was.
 *
 * @param ms a percentile of response times  @param lag how late we sent  @param q in (0, 1)
 */
export function withoutLag(ms: number | null, lag: Tally, q: number): number | null {
  if (ms === null || lag.count === 0) return ms;
  return Math.max(0.001, ms - lag.atRank(nearestRank(lag.count, q)));
}
