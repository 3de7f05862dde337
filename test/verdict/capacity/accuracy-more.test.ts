import { describe, expect, test } from 'vitest';
import { mm1, mmc } from '../../support/simulator/servers.ts';
import { truth } from '../../support/simulator/truth.ts';
import { seeds, tally } from './searches.ts';

const TIMEOUT_MS = 600_000;

/** Ten simulated minutes. */
const BUDGET_MS = 600_000;

const MM1 = truth.mm1({ serviceMs: 10, limitMs: 250, q: 0.99 });
const MM8 = truth.mmc({ workers: 8, serviceMs: 20, limitMs: 250, q: 0.99 });

/** Without a budget; of one worker only on demand, since accuracy.test.ts searches another quantile of it. */
const WITHOUT_BUDGET = [
  { name: 'eight workers', server: mmc(8, 20), perSecond: MM8 },
  ...(seeds(0) > 0 ? [{ name: 'one worker', server: mm1(10), perSecond: MM1 }] : []),
];

test('the truths are those of the formulas', () => {
  expect(MM1).toBeCloseTo(81.579, 3);
  expect(MM8).toBeCloseTo(380.237, 3);
});

describe.each(WITHOUT_BUDGET)('the bracket of $name', ({ server, perSecond }) => {
  test(
    'contains the truth, and is at most 10 % wide',
    () => {
      const searches = seeds(8);
      const found = tally({ server }, perSecond, searches);
      expect(found.right).toBeGreaterThanOrEqual(0.95 * searches);
      expect(found.narrow).toBeGreaterThanOrEqual(0.9 * searches);
      expect(found.boastful).toBeLessThanOrEqual(0.05 * searches);
    },
    TIMEOUT_MS,
  );
});

describe('the bracket of ten minutes', () => {
  test(
    'of one worker is as right, and wider',
    () => {
      const searches = seeds(30);
      const found = tally({ server: mm1(10), budgetMs: BUDGET_MS }, MM1, searches);
      expect(found.right).toBeGreaterThanOrEqual(0.95 * searches);
      expect(found.bounded).toBeGreaterThanOrEqual(0.7 * searches);
      expect(found.boastful).toBeLessThanOrEqual(0.05 * searches);
      expect(found.minutes).toBeLessThanOrEqual(10);
    },
    TIMEOUT_MS,
  );

  test(
    'of eight workers is as right, and wider',
    () => {
      const searches = seeds(10);
      const found = tally({ server: mmc(8, 20), budgetMs: BUDGET_MS }, MM8, searches);
      expect(found.right).toBeGreaterThanOrEqual(0.95 * searches);
      expect(found.bounded).toBeGreaterThanOrEqual(0.9 * searches);
      expect(found.boastful).toBeLessThanOrEqual(0.05 * searches);
      expect(found.minutes).toBeLessThanOrEqual(10);
    },
    TIMEOUT_MS,
  );
});
