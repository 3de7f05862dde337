/** Student's t distribution, by the incomplete beta function (DLMF 8.17; Numerical Recipes, 3rd edition, 6.14.3). */

import { betaQuantile, incompleteBeta } from './beta.ts';

/** P(T <= t). @param df degrees of freedom, > 0  @param t may be infinite */
export function studentCdf(t: number, df: number): number {
  if (t === 0) return 0.5;
  if (!Number.isFinite(t)) return t > 0 ? 1 : 0;
  const square = t * t;
  const point = { x: df / (df + square), complement: square / (df + square) };
  const tail = incompleteBeta({ a: df / 2, b: 0.5 }, point).lower / 2;
  return t > 0 ? 1 - tail : tail;
}

/**
 * Value that T stays below with probability p.
 *
 * @param p in (0, 1)  @param df degrees of freedom, > 0  @throws RangeError for p outside (0, 1)
 */
export function studentQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a t quantile needs a probability in (0, 1), not ${p}`);
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  const { x, complement } = betaQuantile({ a: df / 2, b: 0.5 }, 2 * tail);
  const size = Math.sqrt(df * (complement / x));
  return p < 0.5 ? -size : size;
}
