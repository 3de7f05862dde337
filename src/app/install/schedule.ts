/** Times between runs, as cron and systemd write them. */

import { UsageError } from '../../core/errors.ts';
import { formatDurationMs } from '../../core/units.ts';

const MINUTE_MS = 60_000;

/** Starts evenly spaced: `every` parts of a whole such as the hour; null where they do not fill it. */
function parts(every: number, whole: number): number | null {
  return Number.isInteger(every) && every >= 1 && whole % every === 0 ? every : null;
}

/**
 * The five fields of a crontab.
 *
 * @throws UsageError for what cron cannot say: less than a minute, minutes that do not fill an hour, hours that do not
 *   fill a day
 */
export function cronSchedule(everyMs: number): string {
  const minutes = everyMs / MINUTE_MS;
  if (minutes === 1) return '* * * * *';
  if (minutes < 60 && parts(minutes, 60) !== null) return `*/${minutes} * * * *`;
  const hours = minutes / 60;
  if (hours === 1) return '0 * * * *';
  if (hours === 24) return '0 0 * * *';
  if (parts(hours, 24) !== null) return `0 */${hours} * * *`;
  throw new UsageError(`cron cannot start something every ${formatDurationMs(everyMs)}`, {
    hint: 'it knows whole minutes that fill an hour, and hours that fill a day; systemd takes any time',
  });
}

/** `OnCalendar=` where the starts fill a minute, an hour or a day; else a timer from one start to the next. */
export function timerLines(everyMs: number): string[] {
  const calendar = calendarOf(everyMs);
  if (calendar !== null) return [`OnCalendar=${calendar}`, 'Persistent=true'];
  return ['OnActiveSec=1s', `OnUnitActiveSec=${everyMs / 1000}s`];
}

/** True when a calendar can say it: starts are then at fixed times, whatever put off the one before. */
export function isOfCalendar(everyMs: number): boolean {
  return calendarOf(everyMs) !== null;
}

function calendarOf(everyMs: number): string | null {
  const seconds = everyMs / 1000;
  if (seconds < 60) return parts(seconds, 60) === null ? null : `*:*:0/${seconds}`;
  const minutes = seconds / 60;
  if (minutes < 60) return parts(minutes, 60) === null ? null : `*:0/${minutes}`;
  const hours = minutes / 60;
  if (hours === 24) return '00:00';
  return parts(hours, 24) === null ? null : `0/${hours}:00`;
}
