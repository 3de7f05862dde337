/** Searching integers for where a condition that never reverts begins to hold. */

/**
 * Smallest integer in [low, high] for which `holds`, by bisection; `high` when it holds for none below.
 *
 * @param holds false up to some integer and true from there on
 */
export function firstWhere(low: number, high: number, holds: (value: number) => boolean): number {
  let from = low;
  let to = high;
  while (from < to) {
    const middle = from + Math.floor((to - from) / 2);
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * Smallest integer >= low for which `holds`, by doubling and bisection; null when it holds nowhere up to `limit`.
 *
 * @param holds false up to some integer and true from there on
 */
export function firstFrom(low: number, limit: number, holds: (value: number) => boolean): number | null {
  let reach = Math.max(1, low);
  while (!holds(reach)) {
    if (reach >= limit) return null;
    reach = Math.min(limit, reach * 2);
  }
  return firstWhere(Math.max(low, Math.floor(reach / 2)), reach, holds);
}
