import { describe, expect, test } from 'vitest';
import { targetPicker } from '../../../src/load/loop/arrivals.ts';
import { planFor } from '../../support/traffic.ts';

const pickerOf = (weights: readonly number[], seed = 1) =>
  targetPicker(planFor('http://127.0.0.1/', { targets: weights.map((weight) => ({ weight })), seed }));

function shares(weights: readonly number[], count: number): number[] {
  const pick = pickerOf(weights);
  const seen = weights.map(() => 0);
  for (let index = 0; index < count; index += 1) {
    const target = pick(index);
    seen[target] = (seen[target] ?? 0) + 1;
  }
  return seen.map((number) => number / count);
}

describe('the target of an arrival', () => {
  test('is the only one there is', () => {
    const pick = pickerOf([3]);
    expect([0, 1, 2, 1e9].map(pick)).toEqual([0, 0, 0, 0]);
  });

  test.each([
    { weights: [1, 1] },
    { weights: [9, 1] },
    { weights: [1, 2, 3, 4] },
    { weights: [0.001, 0.999] },
    { weights: [1e-9, 1, 1e-9] },
  ])('is chosen in proportion to the weights $weights', ({ weights }) => {
    const count = 40_000;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    shares(weights, count).forEach((share, target) => {
      const wanted = (weights[target] ?? 0) / total;
      // Five standard deviations of a binomial share.
      expect(Math.abs(share - wanted)).toBeLessThanOrEqual(
        5 * Math.sqrt((wanted * (1 - wanted)) / count) + 1e-4,
      );
    });
  });

  test('depends on seed and index alone, so that every segment and every repetition agrees', () => {
    const indexes = Array.from({ length: 1000 }, (_, index) => index);
    const whole = indexes.map(pickerOf([1, 2, 3], 5));
    expect(indexes.map(pickerOf([1, 2, 3], 5))).toEqual(whole);
    const backwards = indexes
      .toReversed()
      .map(pickerOf([1, 2, 3], 5))
      .toReversed();
    expect(backwards).toEqual(whole);
    expect(indexes.map(pickerOf([1, 2, 3], 6))).not.toEqual(whole);
  });

  test('is always one of the targets', () => {
    const pick = pickerOf(Array<number>(7).fill(1 / 3));
    for (let index = 0; index < 20_000; index += 1) {
      const target = pick(index);
      expect(Number.isInteger(target) && target >= 0 && target < 7).toBe(true);
    }
  });
});
