/**
 * Times that are summed, in steps that a sum keeps exactly: then what a sum is does not depend on the order, and parts
 * of a run from any thread or machine add up to the whole to the last bit.
 */

/**
 * Steps per millisecond: 2^14, so that a step is 61 ns and every sum below 2^(53 - 14) ms, 17 years of time spent, is
 * exact (IEEE 754 doubles hold 53 bits). Beyond that the last bits depend on the order again.
 */
const STEPS_PER_MS = 16_384;

/** The nearest step to a time. @param ms any; NaN and infinities stay what they are */
export function toStep(ms: number): number {
  return Math.round(ms * STEPS_PER_MS) / STEPS_PER_MS;
}
