/** Moments of wall-clock time, and how far they are away, from text. */

import { parseDuration, UnitError } from './units.ts';

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[Tt ]([01]\d|2[0-3]):\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * A moment as RFC 3339 writes it, such as `2026-11-28T20:00:00Z`, or in seconds of Unix time.
 *
 * @returns Unix time, ms; NaN for anything else, and for days that there are not
 */
export function parseMoment(text: string): number {
  if (/^\d{9,11}(\.\d{1,6})?$/.test(text)) return Number(text) * 1000;
  const [, day] = RFC_3339.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return NaN;
  return Date.parse(text.toUpperCase().replace(' ', 'T'));
}

/** Midnight UTC of a day such as `2026-11-28`. @returns Unix time, ms; NaN for anything else */
export function parseDay(text: string): number {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && isDay(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
}

/** How long something is, as {@link parseDuration} reads it, ms; NaN for anything else, so that it may be one of several readings. */
export function parseLength(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof UnitError) return NaN;
    throw error;
  }
}

/** A day that its month has: `Date` makes 2 March of 30 February. */
function isDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(day);
}
