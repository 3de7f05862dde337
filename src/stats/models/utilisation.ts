/**
 * How busy a server must be for a light probe to see it so slow. With many workers the answer hardly depends on the
 * load until little of it is left: what comes out is a hint, and best given as an interval over worker counts.
 */

import { mmcMeanMs } from './queue.ts';

/**
 * Utilisation of one server from how much slower than idle it answers: Pollaczek and Khinchine's formula solved for
 * it, which is 1 - S / R for an exponential service time, or one shared equally.
 *
 * @param inflation mean response time over mean service time, R / S; up to 1 means idle
 * @param variation squared coefficient of variation of the service time: 0 constant, 1 exponential
 * @returns 0..1
 * @public
 */
export function utilisationSeen(inflation: number, variation = 1): number {
  const excess = 2 * Math.max(0, inflation - 1);
  return excess / (excess + 1 + variation);
}

/** Halvings that leave an error below 1e-15. */
const HALVINGS = 50;

/**
 * Utilisation of M/M/c from how much slower than idle it answers, by bisection of its mean response time.
 *
 * @param inflation mean response time over mean service time, R / S; up to 1 means idle
 * @param servers integer >= 1  @returns 0..1
 * @public
 */
export function utilisationOfMany(inflation: number, servers: number): number {
  let low = 0;
  let high = 1;
  for (let count = 0; count < HALVINGS; count += 1) {
    const middle = (low + high) / 2;
    const seen = mmcMeanMs({ servers, serviceMs: 1, ratePerSecond: 1000 * servers * middle });
    if (seen < inflation) low = middle;
    else high = middle;
  }
  return inflation <= 1 ? 0 : (low + high) / 2;
}
