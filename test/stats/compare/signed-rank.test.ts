import { describe, expect, test } from 'vitest';
import { uniformAt } from '../../../src/core/random.ts';
import { pairedShift, walshRank } from '../../../src/stats/compare/signed-rank.ts';
import { normalQuantile } from '../../../src/stats/normal.ts';

describe('pairedShift', () => {
  // Hamilton's depression scale of nine patients before and after: Hollander and Wolfe, Nonparametric Statistical
  // Methods (1973), 3.1; R documents the same data under wilcox.test.
  const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
  const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
  const differences = after.map((value, index) => value - (before[index] ?? 0));

  test('has the estimate and the interval of the textbook', () => {
    const shift = pairedShift(differences, 0.95);
    expect(shift.value).toBeCloseTo(-0.46, 6);
    expect(shift.low).toBeCloseTo(-0.786, 6);
    expect(shift.high).toBeCloseTo(-0.01, 6);
  });

  test('turns round with the sides', () => {
    const shift = pairedShift(differences, 0.95);
    const turned = pairedShift(
      differences.map((value) => -value),
      0.95,
    );
    expect(turned.value).toBeCloseTo(-shift.value, 12);
    expect(turned.low).toBeCloseTo(-(shift.high ?? NaN), 12);
    expect(turned.high).toBeCloseTo(-(shift.low ?? NaN), 12);
  });

  test('has no bounds where the pairs are too few: six for 95 %, eight for 99 %', () => {
    const of = (size: number) => Array.from({ length: size }, (_, index) => index);
    expect(pairedShift(of(5), 0.95)).toEqual({ value: 2, low: null, high: null });
    expect(pairedShift(of(6), 0.95)).toEqual({ value: 2.5, low: 0, high: 5 });
    expect(pairedShift(of(7), 0.99)).toEqual({ value: 3, low: null, high: null });
    expect(pairedShift(of(8), 0.99)).toEqual({ value: 3.5, low: 0, high: 7 });
  });

  test.each([8, 20, 64])('covers the true centre as often as it says, for %s pairs', (size) => {
    const runs = 1000;
    let covered = 0;
    for (let seed = 0; seed < runs; seed += 1) {
      const draws = Array.from({ length: size }, (_, index) => 5 + normalQuantile(uniformAt(seed, 1, index)));
      const { low, high } = pairedShift(draws, 0.95);
      if ((low ?? -Infinity) <= 5 && (high ?? Infinity) >= 5) covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
    expect(covered / runs).toBeLessThan(0.98);
  });

  test('needs a pair', () => {
    expect(() => pairedShift([], 0.95)).toThrow(RangeError);
  });
});

describe('walshRank', () => {
  // R: qsignrank(0.025, n), and 1 where that is 0.
  test.each([
    [6, 1],
    [8, 4],
    [10, 9],
    [15, 26],
    [20, 53],
    [30, 138],
    [50, 435],
  ])('of %s pairs at 95 %% is that of the tables, %s', (n, rank) => {
    expect(walshRank(n, 0.95)).toBe(rank);
  });
});
