import { describe, expect, test } from 'vitest';
import { exponentialAt, STREAM } from '../../../src/core/random.ts';
import { andersonDarlingExponential } from '../../../src/stats/goodness/anderson-darling.ts';

const HUNDRED = Array.from({ length: 100 }, (_, index) => index + 1);
const QUANTILES = HUNDRED.map((i) => -Math.log(1 - (i - 0.5) / 100));
const TEN = [0.1, 0.4, 0.7, 1.2, 2.5, 0.05, 3.1, 0.9, 0.33, 1.6];

describe('andersonDarlingExponential', () => {
  // Computed with numpy from the definition.
  test.each([
    ['the quantiles of the law', QUANTILES, undefined, 0.011981586378297493],
    ['the quantiles of the law, mean given', QUANTILES, 1, 0.011495132744087755],
    ['ten values', TEN, undefined, 0.1586166915293301],
    ['ten values, mean 1', TEN, 1, 0.20810676935316685],
    ['ten values, mean 3', TEN, 3, 3.3470219544262534],
  ])('measures %s', (_name, values, mean, statistic) => {
    expect(andersonDarlingExponential(values, mean).statistic).toBeCloseTo(statistic, 12);
  });

  test('accepts the quantiles of the law and rejects gaps that hardly vary', () => {
    expect(andersonDarlingExponential(QUANTILES).probability).toBeGreaterThan(0.999);
    const even = andersonDarlingExponential(HUNDRED.map((i) => 0.99 + (0.02 * (i - 0.5)) / 100));
    expect(Math.abs(even.statistic - 45.29)).toBeLessThan(0.1);
    expect(even.probability).toBeLessThan(1e-6);
    expect(
      andersonDarlingExponential(
        HUNDRED.map((i) => 1 + i / 1e4),
        1,
      ).probability,
    ).toBeLessThan(1e-6);
  });

  test('rejects a value that the law cannot give', () => {
    expect(andersonDarlingExponential([0, 1, 2])).toEqual({
      statistic: Infinity,
      probability: expect.closeTo(0, 5),
    });
  });

  test.each([undefined, 1])('is right about as often as it says, with mean %s', (mean) => {
    const probabilities = Array.from({ length: 2000 }, (_, seed) => {
      const values = Array.from({ length: 40 }, (_unused, index) => exponentialAt(seed, STREAM.gap, index));
      return andersonDarlingExponential(values, mean).probability;
    });
    for (const level of [0.01, 0.05, 0.2, 0.5, 0.8]) {
      const share = probabilities.filter((probability) => probability <= level).length / 2000;
      expect(Math.abs(share - level)).toBeLessThan(0.01 + 3 * Math.sqrt((level * (1 - level)) / 2000));
    }
  });

  test('is defined for values and a positive mean only', () => {
    expect(() => andersonDarlingExponential([])).toThrow(RangeError);
    expect(() => andersonDarlingExponential([0, 0])).toThrow(RangeError);
    expect(() => andersonDarlingExponential([1], 0)).toThrow(RangeError);
  });
});
