import { describe, expect, test } from 'vitest';
import { type KneeShape, kneedle, knees } from '../../../src/stats/models/knee.ts';
import { reference } from '../reference.ts';

const { bumpy } = reference<{ bumpy: number[] }>('knee.json');

function indices(values: readonly number[]): number[] {
  return values.map((_, index) => index);
}

describe('kneedle', () => {
  // The published series of kneed (Python), which follows the paper.
  test.each([
    ['concave', 'increasing', [0, 60, 80, 85, 90, 95, 96, 97, 98, 99], 2],
    ['convex', 'increasing', [1, 2, 3, 4, 5, 10, 15, 20, 40, 100], 7],
    ['convex', 'decreasing', [100, 40, 20, 15, 10, 5, 4, 3, 2, 1], 2],
    ['concave', 'decreasing', [99, 98, 97, 96, 95, 90, 85, 80, 60, 0], 7],
    ['convex', 'decreasing', bumpy, 26],
  ] as const)('finds the knee of a %s %s series', (curve, direction, y, knee) => {
    expect(kneedle(indices(y), y, { curve, direction })).toBe(knee);
  });

  test("finds the knee of the paper's second figure", () => {
    const x = Array.from({ length: 10 }, (_, index) => index / 9);
    const y = x.map((at) => 5 - 1 / (at + 0.1));
    const knee = kneedle(x, y, { curve: 'concave', direction: 'increasing' }) ?? Number.NaN;
    expect(knee).toBeCloseTo(0.2222, 4);
    expect(5 - 1 / (knee + 0.1)).toBeCloseTo(1.8966, 4);
  });

  test.each([
    ['flat', [3, 3, 3, 3, 3, 3]],
    ['straight', [0, 1, 2, 3, 4, 5]],
    ['two points', [0, 1]],
    ['bent the other way', [0, 1, 4, 9, 16, 25]],
  ])('finds none in a curve that is %s', (_name, y) => {
    expect(kneedle(indices(y), y, { curve: 'concave', direction: 'increasing' })).toBeNull();
  });

  test('mirrors uneven distances too', () => {
    const x = [0, 1, 2, 4, 8, 16, 32];
    const y = [0, 20, 30, 34, 36, 38, 40];
    expect(kneedle(x, y, { curve: 'concave', direction: 'increasing' })).toBe(4);
    const mirrored = x.map((at) => 32 - at).toReversed();
    expect(kneedle(mirrored, y.toReversed(), { curve: 'concave', direction: 'decreasing' })).toBe(28);
  });

  // The largest distance from the diagonal is where 1 - rho = sqrt(1 - end): 0.553 to 0.9.
  test.each([
    [0.8, 0.563],
    [0.9, 0.676],
    [0.95, 0.76],
    [0.98, 0.882],
    [0.99, 0.891],
  ])('moves with the range: the response of M/M/1 up to %s bends at %s', (end, bend) => {
    const x = Array.from({ length: 200 }, (_, index) => (index / 199) * end);
    const y = x.map((rho) => 1 / (1 - rho));
    const knee = kneedle(x, y, { curve: 'convex', direction: 'increasing' }) ?? Number.NaN;
    expect(Math.abs(knee - (1 - Math.sqrt(1 - end)))).toBeLessThan(0.01);
    expect(Math.abs(knee - bend)).toBeLessThan(0.03);
  });
});

describe('knees', () => {
  const shape: KneeShape = { curve: 'convex', direction: 'decreasing' };

  test('of a bumpy series are several', () => {
    expect(knees(indices(bumpy), bumpy, shape)).toEqual([26, 31, 41, 46, 53]);
  });

  test('are fewer where more flatness is asked for', () => {
    expect(knees(indices(bumpy), bumpy, { ...shape, sensitivity: 3 }).length).toBeLessThan(5);
  });
});
