/** Whether the means of two samples differ, by Student's t. */

import { studentCdf } from '../student.ts';

/** A sample by its size, mean and spread. */
export interface Sample {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squared distances from the mean. */
  readonly squares: number;
}

/** The sample of some values. @returns mean 0 for none */
export function sampleOf(values: readonly number[]): Sample {
  const count = values.length;
  const mean = count === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / count;
  return { count, mean, squares: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}

/**
 * Two-sided probability of means so far apart, were there no difference: Student's two-sample test with pooled
 * variance (Snedecor and Cochran, Statistical Methods, 6.9). 1 where the samples have fewer than three values
 * together; 0 for samples without any spread whose means differ.
 *
 * @param alike how many neighbouring values weigh as one independent one, >= 1
 */
export function tTest(first: Sample, second: Sample, alike = 1): number {
  const freedom = first.count + second.count - 2;
  const apart = Math.abs(first.mean - second.mean);
  if (freedom < 1 || first.count === 0 || second.count === 0 || apart === 0) return 1;
  const variance = (first.squares + second.squares) / freedom;
  const error = Math.sqrt(alike * variance * (1 / first.count + 1 / second.count));
  return Math.min(1, 2 * studentCdf(-apart / error, Math.max(1, freedom / alike)));
}
