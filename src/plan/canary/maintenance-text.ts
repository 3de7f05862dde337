/**
 * Times in which nobody is paged, as a plan writes them.
 *
 *     window = days from "-" to [ zone ]      "Sun 02:00-04:00 Europe/Berlin", "daily 23:30-00:15", "Mon-Fri 12:00-13:00"
 *            | time "/" ( time | duration )   "2026-12-01T22:00Z/2h", "2026-12-01T22:00Z/2026-12-02T01:00+01:00"
 *     days   = "daily" | day [ "-" day ] { "," day [ "-" day ] }
 *
 * Times of the day are those of the zone, UTC unless one is named; 24:00 may end a window.
 */
import { parseDuration, UnitError } from '../../core/units.ts';
import { suggestion } from '../position.ts';
import { instantOf } from './instant.ts';
import type { MaintenanceWindow } from './settings.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const NAMES = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const WEEKLY = /^([a-z][a-z,\s-]*?)\s+(\d\d?:\d\d)\s*-\s*(\d\d?:\d\d)(?:\s+(\S+))?$/i;
const HINT = 'write it as "Sun 02:00-04:00 Europe/Berlin", "daily 23:30-00:15" or "2026-12-01T22:00Z/2h"';
/** Longer than anybody maintains; a longer one is a slip that would silence the pager for good. */
const LONGEST_MS = 31 * 86_400_000;
const MINUTES_OF_A_DAY = 1440;
/** No window needs more, and a pattern may take its time over a text without end. */
const MAX_LENGTH = 200;

/** Reads one window. @throws UnitError with what is wrong and where */
export function parseMaintenance(written: string): MaintenanceWindow {
  const text = written.trim();
  if (text.length > MAX_LENGTH)
    fail('this is too long for a maintenance window', 'name one window in each text');
  const found = WEEKLY.exec(text);
  if (found === null) return text.includes('/') && /^\d/.test(text) ? once(text) : fail(text, HINT);
  const [, days = '', from = '', to = '', zone = 'UTC'] = found;
  const at = (piece: string, start = 0): number => text.indexOf(piece, start);
  const fromAt = at(from, days.length);
  const toAt = at(to, fromAt + from.length);
  const window = {
    days: daysOf(days),
    fromMinute: minuteOf(from, fromAt),
    toMinute: minuteOf(to, toAt),
    zone: zoneOf(zone, at(zone, toAt + to.length)),
  };
  if (window.fromMinute === MINUTES_OF_A_DAY) {
    fail(`"${from}" begins no window`, 'write 00:00, on the next day', fromAt);
  }
  if (window.fromMinute === window.toMinute) {
    fail('this window has no length', 'write 00:00-24:00 for a whole day', fromAt);
  }
  return { kind: 'weekly', text, ...window, toMinute: window.toMinute % MINUTES_OF_A_DAY };
}

function fail(what: string, hint: string, index = 0): never {
  const message = hint === HINT ? `"${what}" is no maintenance window` : what;
  throw new UnitError(message, { hint, index });
}

/** The days in order, each once; none for all of them. */
function daysOf(text: string): readonly number[] {
  if (/^(?:daily|every ?day)$/i.test(text.trim())) return [];
  const days = text.split(',').flatMap((part) => {
    const [first = '', last = first, ...more] = part.split('-').map((name) => name.trim());
    if (more.length > 0) fail(`"${part.trim()}" is no range of days`, 'write it as Mon-Fri');
    const from = dayOf(first, text);
    const length = (dayOf(last, text) - from + 7) % 7;
    return Array.from({ length: length + 1 }, (_, index) => (from + index) % 7);
  });
  return [...new Set(days)].sort((a, b) => a - b);
}

function dayOf(name: string, text: string): number {
  const lower = name.toLowerCase();
  const day = DAYS.findIndex((short, index) => lower === short || lower === NAMES[index]);
  if (day >= 0) return day;
  const hint = suggestion(name, DAYS, `the days are ${DAYS.join(', ')}, or daily`);
  return fail(`"${name}" is no day of the week`, hint, Math.max(0, text.indexOf(name)));
}

function minuteOf(text: string, index: number): number {
  const [hour, minute] = text.split(':').map(Number);
  if (hour !== undefined && minute !== undefined && minute < 60) {
    const sum = hour * 60 + minute;
    if (sum <= MINUTES_OF_A_DAY) return sum;
  }
  return fail(`"${text}" is no time of the day`, 'write it as 02:00, up to 24:00', index);
}

/** The zone as it was written, when it is one that the machine knows. */
function zoneOf(zone: string, index: number): string {
  if (/^[a-z]/i.test(zone) && isZone(zone)) return zone;
  const known = Intl.supportedValuesOf('timeZone');
  const hint = suggestion(zone, known, 'write a name of the IANA data base, such as Europe/Berlin, or UTC');
  return fail(`the time zone "${zone}" is not known`, hint, index);
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).format(0) !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function once(text: string): MaintenanceWindow {
  const slash = text.indexOf('/');
  const ending = text.slice(slash + 1).trim();
  const endAt = text.indexOf(ending, slash + 1);
  const fromMs = instantOf(text.slice(0, slash).trim(), 0);
  const isInstant = /^\d{4}-/.test(ending);
  const toMs = isInstant ? instantOf(ending, endAt) : fromMs + lengthOf(ending, endAt);
  if (toMs <= fromMs) fail('this window ends before it begins', 'let the later time stand last', endAt);
  if (toMs - fromMs > LONGEST_MS) {
    fail(
      'this window is longer than 31 days',
      'name several, or leave the canary out of cron meanwhile',
      endAt,
    );
  }
  return { kind: 'once', text, fromMs, toMs };
}

function lengthOf(text: string, index: number): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    throw new UnitError(error.message, { hint: error.hint, index: index + error.index });
  }
}
