/** Whether values follow an exponential law, as the gaps of a Poisson stream do. */

import { polynomial } from './polynomial.ts';

/** Result of a test of fit. */
export interface Fit {
  /** Anderson and Darling's A^2: the smaller, the better the fit. */
  readonly statistic: number;
  /** Probability of so poor a fit, or a poorer one, among values that do follow the law. */
  readonly probability: number;
}

/** Marsaglia and Marsaglia (2004), `adinf`: one polynomial up to 2, one in a double exponent beyond. */
const LIMIT_LOW = [0.00168691, -0.011672, 0.0347962, -0.0649821, 0.247105, 2.00012];
const LIMIT_HIGH = [-0.0003146, 0.008056, -0.082433, 0.43424, -2.30695, 1.0776];

/** P(A^2 > statistic) when the law is known in full, in the limit of many values. */
function probabilityKnown(statistic: number): number {
  if (statistic <= 0) return 1;
  if (statistic >= 2) return -Math.expm1(-Math.exp(polynomial(LIMIT_HIGH, statistic)));
  return 1 - (Math.exp(-1.2337141 / statistic) / Math.sqrt(statistic)) * polynomial(LIMIT_LOW, statistic);
}

/** Where the last parabola of {@link probabilityEstimated} turns up again: a probability of 6e-7. */
const PARABOLA_END = 10.03;

/** P(A^2 > statistic) when the mean is the values' own: D'Agostino and Stephens (1986), 4.9.4, table 4.14. */
function probabilityEstimated(statistic: number, n: number): number {
  const x = Math.min(PARABOLA_END, statistic * (1 + 0.6 / n));
  if (x < 0.26) return -Math.expm1(polynomial([-110.3, 67.459, -12.2204], x));
  if (x < 0.51) return -Math.expm1(polynomial([-18.663, 20.218, -6.1327], x));
  if (x < 0.95) return Math.exp(polynomial([0.3, -3.353, 0.9209], x));
  return Math.exp(polynomial([0.15, -3.009, 0.731], x));
}

/** A^2 = -n - sum (2 i - 1) (ln F(x_i) + ln(1 - F(x_{n + 1 - i}))) / n with F(x) = 1 - exp(-x / mean). */
function statisticOf(values: readonly number[], mean: number): number {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  let sum = 0;
  for (const [index, value] of sorted.entries()) {
    const opposite = sorted[n - 1 - index] ?? Number.NaN;
    sum += (2 * index + 1) * (Math.log(-Math.expm1(-value / mean)) - opposite / mean);
  }
  return -n - sum / n;
}

/**
 * Anderson and Darling's test that independent values follow an exponential law; it watches both tails, where
 * other tests of fit are weak. With a given mean the probability is that of Marsaglia and Marsaglia,
 * "Evaluating the Anderson-Darling Distribution", Journal of Statistical Software 9 (2004); with the values' own
 * mean that of Stephens, "EDF statistics for goodness of fit", JASA 69 (1974), and D'Agostino and Stephens,
 * Goodness-of-Fit Techniques (1986). Both are right to about 0.01 from 10 values on, and better where small.
 *
 * @param values >= 0, at least one positive; a value of exactly 0 cannot come from the law and is rejected
 * @param mean of the law, > 0, in the unit of the values; without it that of the values is taken
 * @throws RangeError for no values, or a mean that is not positive
 * @public
 */
export function andersonDarlingExponential(values: readonly number[], mean?: number): Fit {
  const n = values.length;
  const scale = mean ?? values.reduce((sum, value) => sum + value, 0) / n;
  if (!(n > 0 && scale > 0)) throw new RangeError(`no exponential law of mean ${scale} for ${n} values`);
  const statistic = statisticOf(values, scale);
  const probability = mean === undefined ? probabilityEstimated(statistic, n) : probabilityKnown(statistic);
  return { statistic, probability };
}
