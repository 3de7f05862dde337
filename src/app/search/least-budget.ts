/** Refuses a time for a search in which not even its first trial would find room. */

import { UsageError } from '../../core/errors.ts';
import { formatDurationMs } from '../../core/units.ts';
import type { Search } from '../../verdict/search.ts';

/** What passes between the start of a search and its first order, at most, ms. */
const START_MS = 100;

/** A day: no first trial takes as long. */
const LONGEST_SECONDS = 86_400;

/**
 * @param searchWith the search that will be made, with another budget; it is asked for its first trial alone
 * @throws UsageError when the budget is too small for that, with the least one in whole seconds
 */
export function checkBudget(budgetMs: number | null, searchWith: (budgetMs: number) => Search): void {
  const isEnough = (ms: number): boolean => searchWith(ms).next(START_MS) !== null;
  if (budgetMs === null || isEnough(budgetMs)) return;
  // By halves: what is enough stays enough when it grows.
  let [less, least] = [Math.floor(budgetMs / 1000), LONGEST_SECONDS];
  while (least - less > 1) {
    const seconds = Math.floor((less + least) / 2);
    if (isEnough(seconds * 1000)) least = seconds;
    else less = seconds;
  }
  // Hours are told in whole minutes.
  const told = least < 3600 ? least : Math.ceil(least / 60) * 60;
  throw new UsageError(
    `${formatDurationMs(budgetMs)} is too little time for what is asked: nothing would be sent`,
    {
      hint: `allow at least --max-duration ${formatDurationMs(told * 1000)}`,
    },
  );
}
