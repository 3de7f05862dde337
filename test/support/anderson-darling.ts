/**
 * Anderson-Darling's test that values follow an exponential law of unknown mean. M. A. Stephens, "EDF statistics
 * for goodness of fit and some comparisons", JASA 69 (1974) 730-737, case of an estimated scale.
 */

/** A^2 of the values against an exponential law with their own mean; n >= 1, values > 0. */
export function andersonDarlingExponential(values: readonly number[]): number {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sorted = values.toSorted((a, b) => a - b);
  let sum = 0;
  for (const [index, value] of sorted.entries()) {
    const opposite = sorted[n - 1 - index] ?? NaN;
    // ln F(x) + ln(1 - F(y)) with F(x) = 1 - exp(-x / mean).
    sum += (2 * index + 1) * (Math.log(-Math.expm1(-value / mean)) - opposite / mean);
  }
  return -n - sum / n;
}

/** The value that A^2 of n truly exponential values exceeds with probability 1 %. */
export function onePercentCriticalValue(n: number): number {
  return 1.957 / (1 + 0.6 / n);
}
