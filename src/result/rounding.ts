/** Numbers as the document holds them: no more digits than were measured, and null for what is not known. */

import type { DistributionSummary } from '../record/summary.ts';
import type { Distribution } from './document.ts';

/** The number, or null when it is not known or not finite. */
export function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

/** Milliseconds to the microsecond. */
export function roundMs(ms: number | null): number | null {
  const known = finite(ms);
  return known === null ? null : Math.round(known * 1e3) / 1e3;
}

/** A rate or a mean number to six decimals. */
export function roundRate(rate: number | null): number | null {
  const known = finite(rate);
  return known === null ? null : Math.round(known * 1e6) / 1e6;
}

/** A distribution, its times rounded to the microsecond. */
export function roundDistribution(summary: DistributionSummary): Distribution {
  return {
    count: summary.count,
    minMs: roundMs(summary.minMs),
    meanMs: roundMs(summary.meanMs),
    maxMs: roundMs(summary.maxMs),
    overflow: summary.overflow,
    quantiles: Object.fromEntries(
      Object.entries(summary.quantiles).map(([name, { valueMs, lowMs, highMs, needs }]) => [
        name,
        { valueMs: roundMs(valueMs), lowMs: roundMs(lowMs), highMs: roundMs(highMs), needs },
      ]),
    ),
  };
}
