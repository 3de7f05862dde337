/**
 * Anderson-Darling's test that values follow an exponential law of unknown mean. M. A. Stephens, "EDF statistics
 * for goodness of fit and some comparisons", JASA 69 (1974) 730-737, case of an estimated scale.
 */

import { andersonDarlingExponential as exponentialFit } from '../../src/stats/goodness/anderson-darling.ts';

/** A^2 of the values against an exponential law with their own mean; n >= 1, values > 0. */
export function andersonDarlingExponential(values: readonly number[]): number {
  return exponentialFit(values).statistic;
}

/** The value that A^2 of n truly exponential values exceeds with probability 1 %. */
export function onePercentCriticalValue(n: number): number {
  return 1.957 / (1 + 0.6 / n);
}
