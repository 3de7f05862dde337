/** Whether a moment lies in a time in which nobody is to be paged. */

import type { MaintenanceWindow } from '../../plan/canary/settings.ts';

/**
 * True within any of the windows; they hold their beginning, not their end. Weekly ones go by the clock on the wall of
 * their zone: an hour that a change to summer time leaves out never comes, and one that comes twice counts twice.
 *
 * @param wallMs Unix time, ms  @throws RangeError for a zone that this Node does not know
 */
export function isMaintenance(windows: readonly MaintenanceWindow[], wallMs: number): boolean {
  return windows.some((window) => {
    if (window.kind === 'once') return wallMs >= window.fromMs && wallMs < window.toMs;
    return isWithin(window, localTime(window.zone, wallMs));
  });
}

type Weekly = Extract<MaintenanceWindow, { kind: 'weekly' }>;

interface LocalTime {
  /** 0: Sunday. */
  readonly day: number;
  readonly minute: number;
}

function isWithin({ days, fromMinute, toMinute }: Weekly, { day, minute }: LocalTime): boolean {
  const begins = (on: number): boolean => days.length === 0 || days.includes(on);
  if (toMinute > fromMinute) return begins(day) && minute >= fromMinute && minute < toMinute;
  const yesterday = (day + 6) % 7;
  return (begins(day) && minute >= fromMinute) || (begins(yesterday) && minute < toMinute);
}

const DAYS: readonly string[] = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Each takes a while to make, and a lint asks for a whole week. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(zone, format);
  return format;
}

function localTime(zone: string, wallMs: number): LocalTime {
  const format = formatOf(zone);
  const parts = new Map(format.formatToParts(wallMs).map(({ type, value }) => [type, value]));
  const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
  return { day: DAYS.indexOf(parts.get('weekday') ?? ''), minute };
}
