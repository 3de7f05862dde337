/** What reports add to core/units.ts: values that may be unknown, and intervals in the unit of their value. */

import { formatDurationMs, formatRate, formatRatio, shiftDecimal } from '../core/units.ts';
import type { ObjectiveResult } from '../result/document.ts';

/** Stands for a number that is not known. */
export const UNKNOWN = '–';

/** Stands for a bound that is not finite. */
export const UNBOUNDED = '…';

/** What a failed or dropped attempt takes, and so any quantile that falls among them. */
export const INFINITE = '∞';

/** Milliseconds per unit that {@link formatDurationMs} ends a text with below one minute. */
const MS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['ms', 1],
  ['s', 1000],
]);
const ONE_MINUTE_MS = 59_950;

export type Unit = ObjectiveResult['unit'];

/** A value with its 95 % interval; null is not known, as a bound: not finite. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A whole number with its thousands grouped: `12,345`. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 request`, `2 requests`; `many` where it does not end in an s alone. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : many}`;
}

/** Three significant digits without a unit: `0.335`. */
export function formatNumber(value: number): string {
  return shiftDecimal(Number(value.toPrecision(3)), 0);
}

/** A duration, or a dash. */
export function formatDuration(ms: number | null): string {
  return formatIn('ms', ms);
}

/** A value in its unit, or a dash: `212ms`, `0.42%`, `198/s`, `0.93`. */
export function formatIn(unit: Unit, value: number | null): string {
  if (value === null) return UNKNOWN;
  switch (unit) {
    case 'ms':
      return formatDurationMs(value);
    case 'ratio':
      return formatRatio(value);
    case 'per-second':
      return formatRate(value);
    case 'score':
      return formatNumber(value);
    case 'count':
      return value < 100 ? formatNumber(value) : formatCount(value);
  }
}

/** The bounds of an interval in the unit of its value, an unknown one as `…`; null when neither is known. */
export function formatBounds(unit: Unit, { value, low, high }: Estimate): [low: string, high: string] | null {
  if (low === null && high === null) return null;
  const bound = boundFormat(unit, value ?? low ?? high ?? 0);
  return [low === null ? UNBOUNDED : bound(low), high === null ? UNBOUNDED : bound(high)];
}

/** `212ms [198, 231]`. */
export function formatEstimate(unit: Unit, estimate: Estimate): string {
  const bounds = formatBounds(unit, estimate);
  const value = formatIn(unit, estimate.value);
  return bounds === null ? value : `${value} [${bounds.join(', ')}]`;
}

function boundFormat(unit: Unit, value: number): (bound: number) => string {
  if (unit !== 'ms') return (bound) => formatIn(unit, bound).replace(/(%|\/s)$/, '');
  if (value >= ONE_MINUTE_MS) return formatDurationMs;
  const factor = MS_PER_UNIT.get(formatDurationMs(value).replace(/^[-\d.]+/, '')) ?? 1;
  return (bound) => formatNumber(bound / factor);
}
