/** The normal distribution: its tail and its quantile. */

/** Coefficients of a rational approximation, highest power first. */
interface Rational {
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

/** Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution" (1988), PPND16. */
const CENTRE: Rational = {
  numerator: [
    2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
    13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
  ],
  denominator: [
    5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
    5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1,
  ],
};

const SHOULDER: Rational = {
  numerator: [
    7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
    3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
  ],
  denominator: [
    1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
    0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1,
  ],
};

const TAIL: Rational = {
  numerator: [
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
    0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
  ],
  denominator: [
    2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
    0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1,
  ],
};

function evaluate({ numerator, denominator }: Rational, x: number): number {
  const horner = (sum: number, coefficient: number): number => sum * x + coefficient;
  return numerator.reduce(horner, 0) / denominator.reduce(horner, 0);
}

/**
 * Quantile of the standard normal distribution, relative error about 1e-16.
 *
 * @param p in (0, 1)  @throws RangeError outside
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a normal quantile needs a probability in (0, 1), not ${p}`);
  const offset = p - 0.5;
  if (Math.abs(offset) <= 0.425) return offset * evaluate(CENTRE, 0.180625 - offset * offset);
  const r = Math.sqrt(-Math.log(offset < 0 ? p : 1 - p));
  const size = r <= 5 ? evaluate(SHOULDER, r - 1.6) : evaluate(TAIL, r - 5);
  return offset < 0 ? -size : size;
}

/** From here on the continued fraction converges fast, and the series would lose the tail's digits. */
const TAIL_FROM = 2;

/** Enough terms for double precision from {@link TAIL_FROM} on; farther out fewer would do. */
const TAIL_TERMS = 120;

/**
 * P(Z > z) of the standard normal distribution, relative error below 1e-13: near 0 by the series of Marsaglia,
 * "Evaluating the Normal Distribution", Journal of Statistical Software 11 (2004), in the tail by Laplace's
 * continued fraction (DLMF 7.9).
 *
 * @param z may be infinite
 */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  const density = Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z >= TAIL_FROM) {
    let fraction = z;
    for (let term = TAIL_TERMS; term >= 1; term -= 1) fraction = z + term / fraction;
    return density / fraction;
  }
  let sum = 0;
  let term = z;
  for (let odd = 3; sum + term !== sum; odd += 2) {
    sum += term;
    term *= (z * z) / odd;
  }
  return 0.5 - density * sum;
}
