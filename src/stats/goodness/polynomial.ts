/** Polynomials, in which approximations of laws are published. */

/** The value at x, by Horner's rule. @param coefficients from the highest power down; none give 0 */
export function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
