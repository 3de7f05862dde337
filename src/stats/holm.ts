/** Several tests at once. */

import { isWithin } from './binomial.ts';

/**
 * Which of several hypotheses may be rejected so that the chance of even one wrong rejection stays within
 * alpha, by Holm's step-down procedure (1979): valid whatever the dependence, never weaker than Bonferroni's.
 *
 * @param probabilities p-values, one per hypothesis  @returns in the same order
 */
export function holmRejections(probabilities: readonly number[], alpha: number): boolean[] {
  const order = probabilities.map((p, index) => ({ p, index })).sort((x, y) => x.p - y.p);
  const rejected = probabilities.map(() => false);
  for (const [position, { p, index }] of order.entries()) {
    if (!isWithin(p, alpha / (order.length - position))) break;
    rejected[index] = true;
  }
  return rejected;
}
