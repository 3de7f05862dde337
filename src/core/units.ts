/**
 * Durations, rates, sizes and ratios: text to numbers, and numbers to text that people read. The one place
 * where a unit changes.
 */

import { scaleDecimal, shiftDecimal } from './decimal.ts';

export { scaleDecimal, shiftDecimal } from './decimal.ts';

/** A quantity that cannot be read: `message` says why, `hint` what to write instead, `index` where (from 0). */
export class UnitError extends RangeError {
  override readonly name = 'UnitError' as const;
  readonly hint: string;
  readonly index: number;

  constructor(message: string, options: { hint: string; index?: number }) {
    super(message);
    this.hint = options.hint;
    this.index = options.index ?? 0;
  }
}

interface Quantity {
  readonly noun: string;
  readonly hint: string;
}

const DURATION: Quantity = { noun: 'a duration', hint: 'write it as 300ms, 10s, 1m30s or 2h' };
const RATE: Quantity = {
  noun: 'a rate',
  hint: 'write it as 200/s, 6000/m or 1k/s: the total, not per worker',
};
const SIZE: Quantity = { noun: 'a size', hint: 'write it as 512, 10KB, 10KiB or 1.5MB' };
const RATIO: Quantity = { noun: 'a ratio', hint: 'write it as 1% or 0.01' };
const LATENCY: Quantity = { noun: 'a latency', hint: 'write it as 250ms, 0.5s, or a bare number of ms' };

const NUMBER = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/i;

/** Milliseconds per unit: a power of ten, which keeps decimals exact, times a whole factor. */
const TIME_UNITS: ReadonlyMap<string, readonly [exponent: number, factor: number]> = new Map([
  ['ns', [-6, 1]],
  ['us', [-3, 1]],
  ['µs', [-3, 1]],
  ['μs', [-3, 1]],
  ['ms', [0, 1]],
  ['s', [3, 1]],
  ['sec', [3, 1]],
  ['m', [3, 60]],
  ['min', [3, 60]],
  ['h', [3, 3600]],
  ['d', [3, 86_400]],
]);

const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['kib', 1024],
  ['mib', 1024 ** 2],
  ['gib', 1024 ** 3],
]);

function fail(
  text: string,
  quantity: Quantity,
  problem: { why: string; index?: number; hint?: string },
): never {
  throw new UnitError(`"${text}" is not ${quantity.noun}: ${problem.why}`, {
    hint: problem.hint ?? quantity.hint,
    index: problem.index ?? 0,
  });
}

/** Refuses what looks like a digit or a space and is none: no-break spaces, full-width digits. */
function refuseLookAlikes(text: string, quantity: Quantity): void {
  const found = /[^\x20-\x7eµμ]/u.exec(text);
  if (found === null) return;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const plain = text.normalize('NFKC').replaceAll(/[^\x21-\x7e]/g, '');
  const shown = text.replaceAll(/[\p{C}\p{Z}]/gu, ' ');
  fail(shown, quantity, {
    why: `it holds the character U+${code}, which is not plain ASCII`,
    index: found.index,
    hint: plain === '' ? quantity.hint : `type it as ${plain}`,
  });
}

/** The text without spaces around it, after the checks that every quantity shares. */
function checked(text: string, quantity: Quantity): string {
  refuseLookAlikes(text, quantity);
  const trimmed = text.trim();
  if (trimmed === '') fail('', quantity, { why: 'it is empty' });
  if (trimmed.startsWith('-')) fail(trimmed, quantity, { why: 'it is negative' });
  if (trimmed.startsWith('+')) fail(trimmed, quantity, { why: 'it begins with a sign' });
  if (trimmed.startsWith('${')) {
    const hint = 'references are read in URLs, headers, bodies and credentials; a flag can carry this value';
    fail(trimmed, quantity, { why: 'a reference cannot stand here', hint });
  }
  return trimmed;
}

function finite(value: number, text: string, quantity: Quantity): number {
  return Number.isFinite(value) ? value : fail(text, quantity, { why: 'it is too large' });
}

/** The number at the start of `rest`, as text; the rest of the quantity follows it. */
function leadingNumber(rest: string, text: string, quantity: Quantity): string {
  const found = NUMBER.exec(rest)?.[0];
  if (found !== undefined) return found;
  const index = text.length - rest.length;
  return fail(text, quantity, { why: `a number is missing at "${rest.slice(0, 12)}"`, index });
}

/**
 * Go-style duration, such as `300ms`, `1.5s`, `1m30s`, `10 min`, `2h`, `30d`.
 *
 * @returns milliseconds, >= 0
 * @throws UnitError when there is no unit (a lone 0 needs none), an unknown one, or too large a value
 */
export function parseDuration(text: string): number {
  const trimmed = checked(text, DURATION);
  if (Number(trimmed) === 0) return 0;
  let rest = trimmed;
  let total = 0;
  while (rest !== '') {
    const number = leadingNumber(rest, trimmed, DURATION);
    const unit = /^ ?([a-zµμ]*) */i.exec(rest.slice(number.length)) ?? [''];
    const [exponent, factor] = timeUnit(unit[1] ?? '', {
      trimmed,
      number,
      index: trimmed.length - rest.length,
    });
    total += scaleDecimal(number, exponent) * factor;
    rest = rest.slice(number.length + unit[0].length);
  }
  return finite(total, trimmed, DURATION);
}

function timeUnit(
  unit: string,
  at: { readonly trimmed: string; readonly number: string; readonly index: number },
): readonly [exponent: number, factor: number] {
  const known = TIME_UNITS.get(unit);
  if (known !== undefined) return known;
  const index = at.index + at.number.length;
  if (unit !== '') {
    return fail(at.trimmed, DURATION, { why: `the unit "${unit}" is unknown`, index });
  }
  const hint = `say which unit: ${at.number}s or ${at.number}ms`;
  return fail(at.trimmed, DURATION, { why: 'it has no unit', index, hint });
}

/**
 * Arrival rate, such as `200/s`, `6000/m`, `1k`, `1k/s`, `10/ms`, `50/1s`, `30rps`, or a bare number per second.
 *
 * @returns total per second, >= 0
 */
export function parseRate(text: string): number {
  const trimmed = checked(text, RATE);
  const number = leadingNumber(trimmed, trimmed, RATE);
  const suffix = /^ ?([kKM]?)(?: ?(?:rps|\/ ?([\d.]*) ?([a-zµμ]+)))?$/.exec(trimmed.slice(number.length));
  if (suffix === null) {
    return fail(trimmed, RATE, {
      why: `"${trimmed.slice(number.length)}" is no unit of it`,
      index: number.length,
    });
  }
  const [, multiple = '', count = '', unit = 's'] = suffix;
  const [exponent, factor] = TIME_UNITS.get(unit) ?? [Number.NaN, 1];
  if (Number.isNaN(exponent)) {
    return fail(trimmed, RATE, {
      why: `the time unit "${unit}" is unknown`,
      index: trimmed.lastIndexOf(unit),
    });
  }
  const periods = count === '' ? 1 : Number(count);
  if (!(periods > 0))
    return fail(trimmed, RATE, { why: 'its period must be more than 0', index: number.length });
  const power = multiple === 'M' ? 6 : multiple === '' ? 0 : 3;
  return finite(scaleDecimal(number, power + 3 - exponent) / (factor * periods), trimmed, RATE);
}

/**
 * Size, such as `512`, `10KB` (10,000), `10KiB` (10,240), `1.5MB`.
 *
 * @returns whole bytes, >= 0
 */
export function parseSize(text: string): number {
  const trimmed = checked(text, SIZE);
  const number = leadingNumber(trimmed, trimmed, SIZE);
  const unit = trimmed.slice(number.length).trim();
  const factor = SIZE_UNITS.get(unit.toLowerCase());
  if (factor === undefined) {
    return fail(trimmed, SIZE, { why: `the unit "${unit}" is unknown`, index: number.length });
  }
  return Math.round(finite(Number(number) * factor, trimmed, SIZE));
}

/**
 * Share, such as `1%` or `0.01`.
 *
 * @returns 0..1
 * @throws UnitError beyond 1, since a bare 5 is more often meant as 5 %
 */
export function parseRatio(text: string): number {
  const trimmed = checked(text, RATIO);
  const number = leadingNumber(trimmed, trimmed, RATIO);
  const unit = trimmed.slice(number.length).trim();
  if (unit !== '' && unit !== '%') {
    return fail(trimmed, RATIO, { why: `the unit "${unit}" is unknown`, index: number.length });
  }
  const ratio = finite(scaleDecimal(number, unit === '%' ? -2 : 0), trimmed, RATIO);
  if (ratio <= 1) return ratio;
  const hint = unit === '%' ? 'a share is at most 100%' : `write ${number}% if per cent is meant`;
  return fail(trimmed, RATIO, { why: 'it is beyond 1, which is 100%', hint });
}

/** Latency, such as `250ms` or `0.5s`; a bare number is ms. @returns milliseconds, >= 0 */
export function parseLatency(text: string): number {
  const trimmed = checked(text, LATENCY);
  if (NUMBER.exec(trimmed)?.[0] === trimmed) return finite(Number(trimmed), trimmed, LATENCY);
  return parseDuration(trimmed);
}

/** Text that {@link parseDuration} reads back as exactly `ms`. */
export function exactDuration(ms: number): string {
  return ms >= 1000 && ms % 1000 === 0 ? `${shiftDecimal(ms, -3)}s` : `${shiftDecimal(ms, 0)}ms`;
}

/** Text that {@link parseRate} reads back as exactly `perSecond`. */
export function exactRate(perSecond: number): string {
  return `${shiftDecimal(perSecond, 0)}/s`;
}

/** Text that {@link parseRatio} reads back as exactly `ratio`. */
export function exactRatio(ratio: number): string {
  return `${shiftDecimal(ratio, 2)}%`;
}

function threeDigits(value: number): number {
  const rounded = Number(value.toPrecision(3));
  // The largest doubles round to infinity.
  return Number.isFinite(rounded) ? rounded : value;
}

/** What stands for a number that is not known or not finite; null for an ordinary one. */
function unusual(value: number): string | null {
  if (Number.isNaN(value)) return 'n/a';
  return Number.isFinite(value) ? null : value > 0 ? 'inf' : '-inf';
}

function pair(total: number, per: number, units: readonly [string, string]): string {
  const rest = total % per;
  return `${Math.floor(total / per)}${units[0]}${rest === 0 ? '' : `${rest}${units[1]}`}`;
}

/** Duration for people: `870us`, `12.3ms`, `1.5s`, `2m5s`, `1h30m`; `n/a` for NaN, `inf` for Infinity. */
export function formatDurationMs(ms: number): string {
  const odd = unusual(ms);
  if (odd !== null) return odd;
  if (ms < 0) return `-${formatDurationMs(-ms)}`;
  const rounded = threeDigits(ms);
  if (rounded === 0) return '0ms';
  if (rounded < 1e-3) return `${shiftDecimal(rounded, 6)}ns`;
  if (rounded < 1) return `${shiftDecimal(rounded, 3)}us`;
  if (rounded < 1e3) return `${shiftDecimal(rounded, 0)}ms`;
  if (rounded < 60_000) return `${shiftDecimal(rounded, -3)}s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.round(seconds / 60);
  if (seconds < 3600) return pair(seconds, 60, ['m', 's']);
  return minutes < 1440 ? pair(minutes, 60, ['h', 'm']) : pair(Math.round(minutes / 60), 24, ['d', 'h']);
}

/** Rate for people: `0.5/s`, `12.3/s`, `12,346/s`. */
export function formatRate(perSecond: number): string {
  const odd = unusual(perSecond);
  if (odd !== null) return odd;
  if (Math.abs(perSecond) < 100) return `${shiftDecimal(threeDigits(perSecond), 0)}/s`;
  return `${shiftDecimal(Math.round(perSecond), 0).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')}/s`;
}

/** Size for people, in powers of 1000: `512B`, `1.5KB`, `10MB`. */
export function formatBytes(bytes: number): string {
  const rounded = threeDigits(bytes);
  const size = Math.abs(rounded);
  const step = [1e3, 1e6, 1e9, 1e12].filter((limit) => size >= limit).length;
  return unusual(bytes) ?? `${shiftDecimal(rounded, -3 * step)}${['B', 'KB', 'MB', 'GB', 'TB'][step]}`;
}

/** Ratio as per cent: `1%`, `0.12%`. What is not quite everything never rounds to `100%`. */
export function formatRatio(ratio: number): string {
  const odd = unusual(ratio);
  if (odd !== null) return odd;
  const percent = shiftDecimal(threeDigits(ratio), 2);
  if (ratio >= 1 || Number(percent) < 100) return `${percent}%`;
  const missing = shiftDecimal(Number((1 - ratio).toPrecision(2)), 2);
  return `${(100 - Number(missing)).toFixed(missing.length - 2)}%`;
}
