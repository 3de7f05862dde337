/** Single values far from their neighbours, which say nothing of the level of a series. */

import { median } from '../trend.ts';

/** Neighbours looked at on either side. */
const REACH = 5;

/** Farther from the median of its neighbourhood than so many standard deviations, a value is brought nearer. */
const DEVIATIONS = 4;

/** Median absolute deviation of normal values -> their standard deviation: 1 / 0.6745. */
const NORMAL = 1.4826;

/**
 * The series with every value that is far from its neighbourhood brought to the edge of it (Hampel's identifier, with
 * the median and the median absolute deviation of the eleven values around it). A step stays: on either side of it half
 * of the neighbours are on the same level. Where most of the neighbours are equal, as error ratios of 0 are, nothing is
 * known of how far is far, and the value stays.
 */
export function withoutOutliers(values: readonly number[]): number[] {
  return values.map((value, index) => {
    const around = values.slice(Math.max(0, index - REACH), index + REACH + 1);
    const middle = median(around);
    const edge = DEVIATIONS * NORMAL * median(around.map((each) => Math.abs(each - middle)));
    return edge === 0 ? value : Math.min(middle + edge, Math.max(middle - edge, value));
  });
}
