/** Intervals for a proportion: k of n. */

import { betaQuantile } from './beta.ts';
import { normalQuantile } from './normal.ts';

/** Bounds of a proportion, 0..1. */
export interface ProportionInterval {
  readonly low: number;
  readonly high: number;
}

/** How often something happened: `hits` of `count`, integers with 0 <= hits <= count. */
export interface Share {
  readonly hits: number;
  readonly count: number;
}

/**
 * Wilson's score interval, for display: close to the nominal confidence at any k and n, never outside [0, 1].
 * Wilson, "Probable Inference" (1927); Brown, Cai and DasGupta (2001). [0, 1] when count is 0.
 */
export function wilson({ hits, count }: Share, confidence: number): ProportionInterval {
  if (count === 0) return { low: 0, high: 1 };
  const z = normalQuantile(0.5 + confidence / 2);
  const ratio = hits / count;
  const spread = (z * z) / count;
  const centre = (ratio + spread / 2) / (1 + spread);
  const variance = (ratio * (1 - ratio)) / count + spread / (4 * count);
  const half = (z * Math.sqrt(variance)) / (1 + spread);
  return {
    low: hits === 0 ? 0 : Math.max(0, centre - half),
    high: hits === count ? 1 : Math.min(1, centre + half),
  };
}

/**
 * Clopper and Pearson's exact interval (1934), for decisions: never below its confidence, at the price of width.
 * A one-sided bound at confidence c is a bound of the interval at 2c - 1. [0, 1] when count is 0.
 */
export function clopperPearson({ hits, count }: Share, confidence: number): ProportionInterval {
  const side = (1 - confidence) / 2;
  const { x: low } = hits === 0 ? { x: 0 } : betaQuantile({ a: hits, b: count - hits + 1 }, side);
  const { x: high } = hits === count ? { x: 1 } : betaQuantile({ a: hits + 1, b: count - hits }, 1 - side);
  return { low, high };
}
