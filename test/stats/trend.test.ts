import { describe, expect, test } from 'vitest';
import { STREAM, uniformAt } from '../../src/core/random.ts';
import { mannKendall, theilSenSlope } from '../../src/stats/trend.ts';

// From the definitions with numpy; slopes with scipy.stats.theilslopes 1.17.
const FIGURES: readonly (readonly [number[], number, number, number, number])[] = [
  [[1, 2, 3, 4, 5], 10, 2.2045407685048604, 0.02748633611151033, 1],
  [[3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5], 16, 1.188332399294654, 0.23470247795516075, 0.25],
  [[12, 11, 11, 9, 8, 8, 8, 6, 5, 5, 4, 2], -61, -4.170288281141495, 3.042145654733875e-5, -6 / 7],
  [[10, 20, 15, 25, 22, 30, 28, 35, 33, 40], 37, 3.219937887599697, 0.0012821837418053048, 2.75],
];

describe('a trend', () => {
  test.each(FIGURES)('of %j', (values, s, z, probability, slope) => {
    const trend = mannKendall(values);
    expect(trend.s).toBe(s);
    expect(trend.z).toBeCloseTo(z, 12);
    expect(trend.probability / probability).toBeCloseTo(1, 10);
    expect(theilSenSlope(values)).toBeCloseTo(slope, 12);
  });

  test.each([[[]], [[7]], [[7, 7, 7, 7]], [[1, 2, 2, 1]]])('is none in %j', (values) => {
    expect(mannKendall(values)).toEqual({ s: 0, z: 0, probability: 1 });
  });

  test('is found at 5 % in about 5 % of series that have none', () => {
    const found = Array.from({ length: 1000 }, (_, seed) =>
      mannKendall(Array.from({ length: 30 }, (_unused, index) => uniformAt(seed, STREAM.gap, index))),
    ).filter(({ probability }) => probability <= 0.05).length;
    expect(found).toBeGreaterThan(25);
    expect(found).toBeLessThan(75);
  });
});

describe('theilSenSlope', () => {
  test('is not moved by a few wild values', () => {
    const values = Array.from({ length: 40 }, (_, index) => (index % 5 === 0 ? 1e6 : 3 * index));
    expect(theilSenSlope(values)).toBeCloseTo(3, 10);
  });

  test('needs two values', () => {
    expect(theilSenSlope([4])).toBeNull();
    expect(theilSenSlope([4, 1])).toBe(-3);
  });
});
