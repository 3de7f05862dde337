import { describe, expect, test } from 'vitest';
import { mm1 } from '../../support/simulator/servers.ts';
import { truth } from '../../support/simulator/truth.ts';
import { tally } from './searches.ts';

/** On a machine that runs other tests beside. */
const TIMEOUT_MS = 600_000;

/**
 * M/M/1 of 10 ms: the response time is exponential, so that the share beyond a limit is known at every rate. Of the p90
 * it takes fewer requests to see than of the p99, and the queue, its bursts and the search are the same.
 */
describe('the bracket of a queue whose capacity is known', () => {
  test(
    'without a budget contains the truth in at least 95 % of 100 searches, and is at most 10 % wide',
    () => {
      const perSecond = truth.mm1({ serviceMs: 10, limitMs: 150, q: 0.9 });
      expect(perSecond).toBeCloseTo(84.649, 3);
      const found = tally({ server: mm1(10), objectives: ['p90 < 150ms'] }, perSecond, 100);
      expect(found.right).toBeGreaterThanOrEqual(95);
      expect(found.narrow).toBeGreaterThanOrEqual(95);
      expect(found.boastful).toBeLessThanOrEqual(5);
    },
    TIMEOUT_MS,
  );
});
