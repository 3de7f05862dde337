/** The regularised incomplete beta function and its inverse: the root of every exact interval and test here. */

import { logBinomialTerm } from './gamma.ts';

/** Shape of a beta distribution; both > 0. */
export interface BetaShape {
  readonly a: number;
  readonly b: number;
}

/** A point of [0, 1] with its distance to 1, which floating point cannot recover from x when x is near 1. */
export interface UnitPoint {
  readonly x: number;
  readonly complement: number;
}

/** Both tails with their logarithms: a tail too small for a double still has a finite logarithm. */
export interface Tails {
  readonly lower: number;
  readonly upper: number;
  readonly logLower: number;
  readonly logUpper: number;
}

/** A continued fraction needs about sqrt(a + b) terms near the mean: this suffices for 1e12. */
const MAX_TERMS = 10_000_000;

/** Stands in for a denominator of zero in Lentz's method. */
const TINY = 1e-300;

/** Relative size of a last term that changes nothing. */
const SETTLED = 3e-16;

/**
 * The incomplete beta function over x^a (1 - x)^b / B(a, b), for x at most about the mean: Didonato and Morris,
 * "Algorithm 708" (1992), equation 9, the even part of DLMF 8.17.22, whose terms are positive there, by the
 * modified Lentz method (Thompson and Barnett, 1986).
 */
function continuedFraction({ a, b }: BetaShape, { x, complement }: UnitPoint): number {
  const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  const offset = a * complement - b * x + 1;
  let result = away((a * offset) / (a + 1));
  let c = result;
  let d = 0;
  for (let m = 1; m <= MAX_TERMS; m += 1) {
    const step = (m * (b - m) * x) / (a + 2 * m - 1);
    const numerator = (((a + m - 1) * (a + b + m - 1)) / (a + 2 * m - 1)) * step * x;
    const denominator = m + step + ((a + m) * (offset + m * (1 + complement))) / (a + 2 * m + 1);
    d = 1 / away(denominator + numerator * d);
    c = away(denominator + numerator / c);
    const change = d * c;
    result *= change;
    if (Math.abs(change - 1) <= SETTLED) return 1 / result;
  }
  throw new RangeError(`incomplete beta does not converge for a=${a}, b=${b}, x=${x}`);
}

/** Logarithm of x^a (1 - x)^b / B(a, b). */
function logFront({ a, b }: BetaShape, { x, complement }: UnitPoint): number {
  return Math.log(a) + Math.log(b / (a + b)) + logBinomialTerm({ a, b, p: x, complement });
}

function tailsFrom(logTail: number): readonly [tail: number, rest: number, logRest: number] {
  const tail = Math.min(1, Math.exp(logTail));
  return [tail, 1 - tail, Math.log1p(-tail)];
}

/**
 * Regularised incomplete beta function I_x(a, b), DLMF 8.17, and its complement. The smaller tail is computed
 * directly, so both keep their relative precision; n = a + b may reach 1e12.
 *
 * @param point x in [0, 1]; pass the complement too where 1 - x would round
 */
export function incompleteBeta(shape: BetaShape, point: UnitPoint): Tails {
  const { a, b } = shape;
  const { x, complement } = point;
  if (!(a > 0 && b > 0 && x >= 0 && complement >= 0)) {
    throw new RangeError(`incomplete beta is not defined for a=${a}, b=${b}, x=${x}`);
  }
  if (x === 0) return { lower: 0, upper: 1, logLower: -Infinity, logUpper: 0 };
  if (complement === 0) return { lower: 1, upper: 0, logLower: 0, logUpper: -Infinity };
  const front = logFront(shape, point);
  if (x < (a + 1) / (a + b + 2)) {
    const logLower = front + Math.log(continuedFraction(shape, point));
    const [lower, upper, logUpper] = tailsFrom(logLower);
    return { lower, upper, logLower, logUpper };
  }
  const logUpper = front + Math.log(continuedFraction({ a: b, b: a }, { x: complement, complement: x }));
  const [upper, lower, logLower] = tailsFrom(logUpper);
  return { lower, upper, logLower, logUpper };
}

/** The point with a given logit, log(x / (1 - x)): both halves keep their precision. */
function pointAt(logit: number): UnitPoint {
  return { x: 1 / (1 + Math.exp(-logit)), complement: 1 / (1 + Math.exp(logit)) };
}

/** Largest logit whose exponential is finite. */
const LOGIT_MAX = 700;

/** More steps than Newton (about 8) or bisection down to a double (about 60) ever needs. */
const MAX_STEPS = 200;

/**
 * Inverse of I_x(a, b) in x: the p-quantile of the beta distribution, relative error below 1e-12. Newton's
 * method on the logarithm of the smaller tail over the logit of x, kept inside a shrinking bracket.
 *
 * @param p in [0, 1]
 */
export function betaQuantile(shape: BetaShape, p: number): UnitPoint {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability is in [0, 1], not ${p}`);
  if (p === 0) return { x: 0, complement: 1 };
  if (p === 1) return { x: 1, complement: 0 };
  const isLower = p <= 0.5;
  const goal = isLower ? Math.log(p) : Math.log1p(-p);
  let low = -LOGIT_MAX;
  let high = LOGIT_MAX;
  let logit = Math.log(shape.a) - Math.log(shape.b);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const point = pointAt(logit);
    const tails = incompleteBeta(shape, point);
    const tail = isLower ? tails.logLower : tails.logUpper;
    const excess = isLower ? tail - goal : goal - tail;
    if (excess > 0) high = logit;
    else low = logit;
    let next = logit - excess / Math.exp(logFront(shape, point) - tail);
    if (!(next > low && next < high)) next = (low + high) / 2;
    const moved = Math.abs(next - logit);
    logit = next;
    if (moved <= 1e-15 * Math.max(1, Math.abs(logit))) break;
  }
  return pointAt(logit);
}
