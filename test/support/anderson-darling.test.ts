import { describe, expect, test } from 'vitest';
import { andersonDarlingExponential, onePercentCriticalValue } from './anderson-darling.ts';

const HUNDRED = Array.from({ length: 100 }, (_, index) => index + 1);

describe('andersonDarlingExponential', () => {
  test('is near 0 for the very quantiles of an exponential law', () => {
    const quantiles = HUNDRED.map((i) => -Math.log(1 - (i - 0.5) / 100));
    expect(andersonDarlingExponential(quantiles)).toBeCloseTo(0.0119816, 7);
  });

  test('is far beyond the critical value for gaps that hardly vary', () => {
    const gaps = HUNDRED.map((i) => 0.99 + (0.02 * (i - 0.5)) / 100);
    expect(Math.abs(andersonDarlingExponential(gaps) - 45.29)).toBeLessThan(0.1);
    expect(andersonDarlingExponential(gaps)).toBeGreaterThan(20 * onePercentCriticalValue(100));
  });
});
