import { describe, expect, test } from 'vitest';
import { changePoints } from '../../../src/stats/changes/change-points.ts';
import { bestSplit } from '../../../src/stats/changes/energy.ts';
import { sampleOf, tTest } from '../../../src/stats/changes/t-test.ts';

/**
 * Series, parameters and expected places of the tests of Apache Otava (tests/analysis_test.py, tests/series_test.py,
 * tests/change_point_divisive_test.py, 2026), a descendant of Hunter; energies were computed with its own calculator.
 */
const HALVED = [
  1.02, 0.95, 0.99, 1.0, 1.12, 1.0, 1.01, 0.98, 1.01, 0.96, 0.5, 0.51, 0.48, 0.48, 0.55, 0.5, 0.49, 0.51, 0.5,
  0.49,
];
const SERIES_1 = [1.02, 0.95, 0.99, 1.0, 1.12, 0.9, 0.5, 0.51, 0.48, 0.48, 0.55];
const SERIES_2 = [2.02, 2.03, 2.01, 2.04, 1.82, 1.85, 1.79, 1.81, 1.8, 1.76, 1.78];
const TWO_STEPS = [0.3, 2.4, 1.5, -0.9, -0.5, 99.7, 98.3, 99.1, 149, 149.7, 149.5, 149.1, 148.8, 150];

const places = (...args: Parameters<typeof changePoints>): number[] =>
  changePoints(...args).map(({ index }) => index);

describe('the best split of a series', () => {
  test.each([
    [HALVED, 10, 4.682222],
    [TWO_STEPS, 5, 761.28214],
  ])('has the published energy', (values, index, energy) => {
    const split = bestSplit(values, { from: 0, to: values.length });
    expect(split?.index).toBe(index);
    expect(split?.energy).toBeCloseTo(energy, 5);
  });

  test('of two equal values has no energy, and one value has no split', () => {
    expect(bestSplit([3, 3], { from: 0, to: 2 })).toEqual({ index: 1, energy: 0 });
    expect(bestSplit([3], { from: 0, to: 1 })).toBeNull();
    expect(bestSplit([], { from: 0, to: 0 })).toBeNull();
  });
});

describe("Student's t", () => {
  test('finds no difference where there is none, and one where the level fell', () => {
    const level = [1.0, 1.02, 1.05, 0.95, 0.98];
    expect(tTest(sampleOf(level), sampleOf(level))).toBe(1);
    const fallen = tTest(sampleOf(level), sampleOf([0.8, 0.82, 0.85, 0.79, 0.77]));
    expect(fallen).toBeGreaterThan(0);
    expect(fallen).toBeLessThan(0.001);
  });

  test('needs three values, and takes values without spread at their word', () => {
    expect(tTest(sampleOf([1]), sampleOf([2]))).toBe(1);
    expect(tTest(sampleOf([1, 1]), sampleOf([2]))).toBe(0);
    expect(tTest(sampleOf([]), sampleOf([1, 2, 3]))).toBe(1);
  });
});

describe('the changes of a series', () => {
  test('are where it halved', () => {
    const [change, ...more] = changePoints(HALVED, { window: 10, probability: 1e-4 });
    expect(more).toEqual([]);
    expect(change?.index).toBe(10);
    expect(change?.before.mean).toBeCloseTo(1.004, 6);
    expect(change?.after.mean).toBeCloseTo(0.501, 6);
    expect(change?.magnitude).toBeCloseTo(1.004 / 0.501 - 1, 6);
    expect(change?.probability).toBeLessThan(1e-15);
  });

  test('are those of each published series, and only the large one where small ones do not count', () => {
    const [change] = changePoints(SERIES_1);
    expect(places(SERIES_1)).toEqual([6]);
    expect(change?.before.mean).toBeCloseTo(0.9967, 4);
    expect(change?.after.mean).toBeCloseTo(0.504, 4);
    expect(places(SERIES_2)).toEqual([4]);
    expect(places(SERIES_1, { magnitude: 0.2 })).toEqual([6]);
    expect(places(SERIES_2, { magnitude: 0.2 })).toEqual([]);
  });

  test('are both steps, also where windows overlap and find one of them twice', () => {
    expect(places(TWO_STEPS)).toEqual([5, 8]);
    for (const window of [6, 8, 10, 12, 14, 20]) expect(places(TWO_STEPS, { window })).toEqual([5, 8]);
  });

  test('are none in a level series, a short one, or an empty one', () => {
    expect(places([1, 1, 1, 1, 1, 1, 1, 1])).toEqual([]);
    expect(places([1, 2])).toEqual([]);
    expect(places([])).toEqual([]);
  });

  test('are found late in a long series, and found the same each time', () => {
    const long = Array.from(
      { length: 160 },
      (_, index) => 100 + ((index * 37) % 11) + (index < 130 ? 0 : 25),
    );
    expect(places(long)).toEqual([130]);
    expect(changePoints(long)).toEqual(changePoints(long));
  });
});
