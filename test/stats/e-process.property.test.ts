import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logEvidenceBreached, logEvidenceHeld } from '../../src/stats/e-process.ts';
import { breachProbability, heldProbability } from '../../src/stats/exceedance-test.ts';

const asked = fc.record({
  q: fc.constantFrom(0.5, 0.9, 0.99, 0.999),
  inflation: fc.constantFrom(1, 1, 2.5, 30),
});
const seen = fc
  .record({ count: fc.integer({ min: 1, max: 200_000 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ count, share }) => ({ count, exceeded: Math.floor(count * share ** 4) }));

/** Room for rounding where two figures may be equal. */
const ROUNDING = 1e-9;

describe('the evidence of an e-process', () => {
  test('for the claim never grows with an exceedance, and that against it never shrinks', () => {
    fc.assert(
      fc.property(asked, seen, (claim, counts) => {
        const more = { ...counts, exceeded: Math.min(counts.count, counts.exceeded + 1) };
        const held = logEvidenceHeld({ ...claim, ...counts });
        const breached = logEvidenceBreached({ ...claim, ...counts });
        const slack = ROUNDING * (1 + Math.abs(held) + Math.abs(breached));
        expect(logEvidenceHeld({ ...claim, ...more })).toBeLessThanOrEqual(held + slack);
        expect(logEvidenceBreached({ ...claim, ...more })).toBeGreaterThanOrEqual(breached - slack);
      }),
      { numRuns: 300 },
    );
  });

  test('is never enough on both sides, and never enough where one look by the exact rule would not do', () => {
    fc.assert(
      fc.property(asked, seen, (claim, counts) => {
        const all = { ...claim, ...counts, alpha: 0.05 };
        const isHeld = logEvidenceHeld(all) >= Math.log(20);
        const isBreached = logEvidenceBreached(all) >= Math.log(20);
        expect(isHeld && isBreached).toBe(false);
        expect(isHeld && heldProbability(all) > 0.05).toBe(false);
        expect(isBreached && breachProbability(all) > 0.05).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('mixes to 1: the whole of both sides is the likelihood integrated over all p', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }), (exceeded, rest) => {
        // (1 - q) held + q breached = 1 / ((n + 1) C(n, t) p^t q^(n - t)) at q 1/2.
        const count = exceeded + rest;
        const both = { exceeded, count, q: 0.5 };
        const sum = (Math.exp(logEvidenceHeld(both)) + Math.exp(logEvidenceBreached(both))) / 2;
        let log = Math.log1p(count) - count * Math.LN2;
        for (let i = 1; i <= exceeded; i += 1) log += Math.log((rest + i) / i);
        expect(Math.log(sum) + log).toBeCloseTo(0, 8);
      }),
      { numRuns: 200 },
    );
  });
});
