import { describe, expect, test } from 'vitest';
import { checkBudget } from '../../../src/app/search/least-budget.ts';
import { UsageError } from '../../../src/core/errors.ts';
import { parseDuration } from '../../../src/core/units.ts';
import { CapacitySearch } from '../../../src/verdict/capacity/capacity-search.ts';
import { LaunchSearch } from '../../../src/verdict/launch/launch-search.ts';
import type { Search } from '../../../src/verdict/search.ts';
import { planWith } from '../sample-plan.ts';

const QUESTION = { peakPerSecond: 60, marginRatio: 0.3, zones: 1, lose: 0, users: null };
const ASKING = { soakMs: null, bracket: true, maxPerSecond: null };

const SEARCHES: readonly (readonly [name: string, searchWith: (budgetMs: number) => Search])[] = [
  [
    'a capacity search',
    (budgetMs) => new CapacitySearch(planWith({}), { startPerSecond: 30, maxPerSecond: null, budgetMs }),
  ],
  [
    'a launch question',
    (budgetMs) => new LaunchSearch(planWith({}), QUESTION, { ...ASKING, surgeMs: null, budgetMs }),
  ],
  [
    'a launch question with a surge',
    (budgetMs) => new LaunchSearch(planWith({}), QUESTION, { ...ASKING, surgeMs: 10_000, budgetMs }),
  ],
];

/** What is refused for a budget of so many ms, and the budget that the hint names, ms. */
function refused(
  budgetMs: number,
  searchWith: (budgetMs: number) => Search,
): [message: string, leastMs: number] {
  try {
    checkBudget(budgetMs, searchWith);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const least = /--max-duration (.*)$/.exec(error.hint ?? '')?.[1] ?? '';
    return [error.message, parseDuration(least)];
  }
  throw new Error('it was accepted');
}

describe.each(SEARCHES)('the time for %s', (_, searchWith) => {
  test('is refused when it has no room for a trial, with the least that has', () => {
    const [message, leastMs] = refused(1500, searchWith);
    expect(message).toBe('1.5s is too little time for what is asked: nothing would be sent');
    expect(leastMs).toBeGreaterThan(10_000);
    expect(() => checkBudget(leastMs, searchWith)).not.toThrow();
    expect(searchWith(leastMs).next(100)).not.toBeNull();
    expect(refused(leastMs - 1000, searchWith)[1]).toBe(leastMs);
  });
});

test('without a bound on the time nothing is refused', () => {
  expect(() =>
    checkBudget(null, () => {
      throw new Error('it was asked');
    }),
  ).not.toThrow();
});
