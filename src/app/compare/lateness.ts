/** What our own lateness may have added to a percentile. */

import type { Tally } from '../../record/tally.ts';
import { nearestRank } from '../../stats/quantile-interval.ts';

/** A quantile of our lateness, ms; 0 without any on record. @param q in (0, 1) */
export function lagAt(lag: Tally, q: number): number {
  return lag.count === 0 ? 0 : lag.atRank(nearestRank(lag.count, q));
}

/**
 * A percentile less our lateness at the same quantile: as much as that can have added, as if the latest were the slowest
 * too. Null stays null.
 *
 * @param ms a percentile of response times  @param lagMs as {@link lagAt}
 */
export function withoutLag(ms: number | null, lagMs: number): number | null {
  return ms === null || lagMs === 0 ? ms : Math.max(0.001, ms - lagMs);
}
