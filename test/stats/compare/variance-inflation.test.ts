import { expect, test } from 'vitest';
import { uniformAt } from '../../../src/core/random.ts';
import { varianceInflation } from '../../../src/stats/compare/variance-inflation.ts';
import { normalQuantile } from '../../../src/stats/normal.ts';

/** Each value is `memory` of the one before, and chance. */
function series(seed: number, count: number, memory: number): number[] {
  let value = 0;
  return Array.from({ length: count }, (_, index) => {
    value = memory * value + normalQuantile(uniformAt(seed, 1, index));
    return value;
  });
}

test.each([
  [0, 1],
  [0.5, 3],
  [0.7, 5.67],
])('of long series with a memory of %f it is (1 + r) / (1 - r), %f', (memory, expected) => {
  const found = varianceInflation([series(1, 20_000, memory), series(2, 20_000, memory)]);
  expect(Math.abs(found / expected - 1)).toBeLessThan(0.06);
});

test('of a short series it is right in the middle, though its autocorrelation seems smaller', () => {
  const found = Array.from({ length: 400 }, (_, seed) => varianceInflation([series(seed, 10, 0.5)])).sort(
    (a, b) => a - b,
  );
  expect(found[200]).toBeGreaterThan(2);
  expect(found[200]).toBeLessThan(4);
});

test('a disturbance of one series is no memory', () => {
  const disturbed = [1, 1.1, 9, 9.2, 8.8, 1, 1.1, 0.9];
  const calm = [1, 1.1, 0.9, 1.1, 1, 0.9, 1.1, 0.9];
  expect(varianceInflation([disturbed])).toBeGreaterThan(3);
  expect(varianceInflation([disturbed, calm])).toBe(1);
});

test('a level of its own for each series is no memory', () => {
  const lifted = series(2, 2000, 0).map((value) => value + 100);
  expect(varianceInflation([series(1, 2000, 0), lifted])).toBeLessThan(1.1);
});

test('it is 1 for what alternates, never differs, or is too short to tell', () => {
  expect(varianceInflation([[1, 2, 1, 2, 1, 2, 1, 2]])).toBe(1);
  expect(varianceInflation([[3, 3, 3, 3, 3, 3, 3, 3]])).toBe(1);
  expect(varianceInflation([[1, 2, 3, 4, 5]])).toBe(1);
  expect(varianceInflation([[]])).toBe(1);
});

test('what does nothing but rise hardly forgets: 19 at most', () => {
  expect(varianceInflation([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]])).toBeCloseTo(19, 9);
});
