import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countToPass, decide } from '../../src/stats/exceedance-test.ts';

const claim = fc.record({
  q: fc.constantFrom(0.5, 0.9, 0.95, 0.99, 0.999),
  alpha: fc.constantFrom(0.01, 0.05, 0.1),
  inflation: fc.constantFrom(1, 1, 2.5, 30),
});
const counts = fc
  .record({ count: fc.integer({ min: 0, max: 200_000 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ count, share }) => ({ count, exceeded: Math.floor(count * share ** 4) }));

const RANK = { pass: 0, inconclusive: 1, fail: 2 } as const;

describe('the exact rule', () => {
  test('never judges better for one more exceedance', () => {
    fc.assert(
      fc.property(claim, counts, (asked, seen) => {
        const before = decide({ ...asked, ...seen });
        const turned = decide({ ...asked, ...seen, exceeded: Math.min(seen.count, seen.exceeded + 1) });
        expect(RANK[turned]).toBeGreaterThanOrEqual(RANK[before]);
      }),
      { numRuns: 300 },
    );
  });

  test('never judges better for one more attempt that exceeds', () => {
    fc.assert(
      fc.property(claim, counts, ({ q, alpha }, seen) => {
        const before = decide({ q, alpha, ...seen });
        const after = decide({ q, alpha, exceeded: seen.exceeded + 1, count: seen.count + 1 });
        expect(RANK[after]).toBeGreaterThanOrEqual(RANK[before]);
      }),
      { numRuns: 300 },
    );
  });

  test('passes from the count that planning names, and not before', () => {
    fc.assert(
      fc.property(claim, fc.integer({ min: 0, max: 40 }), ({ q, alpha }, exceeded) => {
        const count = countToPass(exceeded, { q, alpha }) ?? Number.NaN;
        expect(decide({ exceeded, count, q, alpha })).toBe('pass');
        expect(decide({ exceeded, count: count - 1, q, alpha })).not.toBe('pass');
      }),
      { numRuns: 60 },
    );
  });
});
