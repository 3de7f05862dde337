import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toStep } from '../../src/core/quantum.ts';

const anyMs = fc.double({ min: 0, max: 3_600_000, noNaN: true });

test('a step is at most 31 ns away', () => {
  fc.assert(
    fc.property(anyMs, (ms) => {
      expect(Math.abs(toStep(ms) - ms)).toBeLessThanOrEqual(0.000_031);
      expect(toStep(toStep(ms))).toBe(toStep(ms));
    }),
  );
});

test('sums of steps are the same in any order, to the last bit', () => {
  const sum = (values: readonly number[]): number => values.reduce((total, ms) => total + toStep(ms), 0);
  fc.assert(
    fc.property(fc.array(anyMs, { maxLength: 200 }), (values) => {
      expect(sum(values.toSorted((a, b) => a - b))).toBe(sum(values));
      expect(sum(values.toReversed())).toBe(sum(values));
    }),
  );
});

test('what is no number stays none', () => {
  expect([toStep(NaN), toStep(Infinity), toStep(-Infinity)]).toEqual([NaN, Infinity, -Infinity]);
});
