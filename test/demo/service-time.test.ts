import { describe, expect, test } from 'vitest';
import { DISTRIBUTIONS, drawService, seededUniform } from '../../src/demo/service-time.ts';

function sample(count: number, draw: () => number): { mean: number; squaredVariation: number } {
  const values = Array.from({ length: count }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  return { mean, squaredVariation: variance / mean ** 2 };
}

describe('drawService', () => {
  test.each([
    ['exponential', 1],
    ['deterministic', 0],
    ['lognormal', Math.E - 1],
    ['uniform', 1 / 12],
  ] as const)('%s has mean 1 and squared coefficient of variation %f', (distribution, expected) => {
    const uniform = seededUniform(7, 3);
    const { mean, squaredVariation } = sample(200_000, () => drawService(distribution, uniform));
    expect(mean).toBeGreaterThan(0.99);
    expect(mean).toBeLessThan(1.01);
    expect(Math.abs(squaredVariation - expected)).toBeLessThan(0.1);
  });

  test('no service time is negative', () => {
    const uniform = seededUniform(1, 1);
    for (const distribution of DISTRIBUTIONS) {
      for (let count = 0; count < 1000; count += 1) {
        expect(drawService(distribution, uniform)).toBeGreaterThanOrEqual(0);
      }
    }
  });
});

describe('seededUniform', () => {
  const first = (seed: number, stream: number): number[] => {
    const uniform = seededUniform(seed, stream);
    return Array.from({ length: 5 }, uniform);
  };

  test('the same seed and stream repeat', () => {
    expect(first(42, 1)).toEqual(first(42, 1));
  });

  test.each([
    ['another seed', 43, 1],
    ['another stream', 42, 2],
  ])('%s gives other numbers from the first on', (_, seed, stream) => {
    const own = first(42, 1);
    for (const [index, value] of first(seed, stream).entries()) expect(value).not.toBe(own[index]);
  });

  test('numbers lie in [0, 1) and fill ten bins evenly', () => {
    const uniform = seededUniform(5, 5);
    const bins = Array.from({ length: 10 }, () => 0);
    for (let count = 0; count < 100_000; count += 1) {
      const bin = Math.floor(uniform() * 10);
      bins[bin] = (bins[bin] ?? Number.NaN) + 1;
    }
    // Standard deviation of a bin: 95.
    for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});
