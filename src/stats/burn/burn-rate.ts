/**
 * How fast an error budget goes: Google's Site Reliability Workbook, chapter 5, "Alerting on SLOs" (multiwindow,
 * multi-burn-rate alerts). A burn rate of 1 spends the budget of the period just at its end.
 */

import { clopperPearson, type Share } from '../proportion.ts';

/** Two windows that must both burn: the long one for certainty, the short one so that it ends soon. Times in ms. */
export interface WindowPair {
  readonly longMs: number;
  readonly shortMs: number;
  /** Burn rate from which it tells. */
  readonly factor: number;
  /** True: somebody is woken; false: it can wait for the morning. */
  readonly isUrgent: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Windows, and the share of the whole period's budget that is gone when the long one has burnt at its factor. */
const PAIRS = [
  { longMs: HOUR_MS, shortMs: 5 * MINUTE_MS, budgetPercent: 2, isUrgent: true },
  { longMs: 6 * HOUR_MS, shortMs: 30 * MINUTE_MS, budgetPercent: 5, isUrgent: true },
  { longMs: DAY_MS, shortMs: 2 * HOUR_MS, budgetPercent: 10, isUrgent: false },
  { longMs: 3 * DAY_MS, shortMs: 6 * HOUR_MS, budgetPercent: 10, isUrgent: false },
] as const;

/**
 * The four pairs, fastest first: the first, second and fourth are table 5-8 of the workbook, the third that of its
 * authors' example rules (google/prometheus-slo-burn-example). factor = budget share x period / long window: over 30
 * days 14.4, 6, 3 and 1.
 */
export function windowPairs(periodMs: number): readonly WindowPair[] {
  return PAIRS.map(({ budgetPercent, ...pair }) => ({
    ...pair,
    // Whole numbers first: so the factors of whole days come out exactly.
    factor: (budgetPercent * periodMs) / (100 * pair.longMs),
  }));
}

/** Burn rate of a share of bad events: its multiple of the share that is allowed. */
export function burnOf(badRatio: number, sloRatio: number): number {
  // Fifteen digits take the rounding of 1 - 0.999 away.
  return Number((badRatio / budgetOf(sloRatio)).toPrecision(15));
}

/** Share of events that may be bad: 1 - sloRatio, without the rounding of the subtraction. */
export function budgetOf(sloRatio: number): number {
  return Number((1 - sloRatio).toPrecision(12));
}

/** Lower 95 % bound, one-sided, of the burn rate behind so many bad events; 0 when none is bad or none was seen. */
export function lowerBurn(share: Share, sloRatio: number): number {
  return clopperPearson(share, 2 * CONFIDENCE - 1).low / budgetOf(sloRatio);
}

const CONFIDENCE = 0.95;

/** Time until a pair tells when the share `badRatio` of events is bad from some moment on, ms: (1 - SLO) / e x long x factor. */
export function detectionMs({ longMs, factor }: WindowPair, badRatio: number, sloRatio: number): number {
  return (budgetOf(sloRatio) / badRatio) * longMs * factor;
}

/** Share of a period's budget that is left after `badRatio` of its events were bad: 1 - burn rate; may be negative. */
export function budgetLeft(badRatio: number, sloRatio: number): number {
  return 1 - burnOf(badRatio, sloRatio);
}

/** Time until what is left of a budget is spent at a burn rate, ms; null when nothing burns. 0: it is spent. */
export function exhaustionMs(leftRatio: number, burn: number, periodMs: number): number | null {
  return burn > 0 ? (Math.max(0, leftRatio) * periodMs) / burn : null;
}
