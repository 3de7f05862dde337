/** Reads the figures of test/reference. */

import { readFileSync } from 'node:fs';

/** The content of one file of figures; the caller says its shape. */
export function reference<Shape>(name: string): Shape {
  return JSON.parse(readFileSync(new URL(`../reference/${name}`, import.meta.url), 'utf8')) as Shape;
}

/** |actual / expected - 1|; where the figure is too small for a double, the absolute difference. */
export function relativeError(actual: number, expected: number): number {
  if (actual === expected) return 0;
  if (Math.abs(expected) < 1e-300) return Math.abs(actual - expected);
  return Math.abs(actual - expected) / Math.abs(expected);
}
