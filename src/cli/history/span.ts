/** `--since` and `--until`: a stretch of the history. */

import type { ListWish } from '../../app/history/list.ts';
import { UsageError } from '../../core/errors.ts';
import { parseDay, parseLength, parseMoment } from '../../core/moment.ts';
import type { Session } from '../session.ts';

const DAY_MS = 86_400_000;

/** Moments are compared as texts, of years with four digits: beyond these there are no runs anyway. */
const FIRST_MS = 0;
const LAST_MS = Date.UTC(9999, 11, 31);

/** The stretch that the flags ask for; a day is meant with its end. @throws UsageError for what is no time, and where none is left */
export function spanOf({
  flags,
  world,
}: Pick<Session, 'flags' | 'world'>): Pick<ListWish, 'since' | 'until'> {
  const nowMs = world.clock.wallMs();
  const at = (flag: 'since' | 'until', dayMs: number): number | null => {
    const text = flags.text(flag)?.trim();
    return text === undefined ? null : momentOf(text, { flag, nowMs, dayMs });
  };
  const [sinceMs, untilMs] = [at('since', 0), at('until', DAY_MS)];
  if (sinceMs !== null && untilMs !== null && sinceMs >= untilMs) {
    throw new UsageError('--since is not before --until: no run lies between', {
      hint: 'such as --since 2026-11-01 --until 2026-11-07',
    });
  }
  const iso = (ms: number): string => new Date(Math.max(FIRST_MS, Math.min(ms, LAST_MS))).toISOString();
  return {
    ...(sinceMs === null ? {} : { since: iso(sinceMs) }),
    ...(untilMs === null ? {} : { until: iso(untilMs) }),
  };
}

interface At {
  readonly flag: string;
  readonly nowMs: number;
  /** Added to a whole day. */
  readonly dayMs: number;
}

function momentOf(text: string, { flag, nowMs, dayMs }: At): number {
  const found = [parseDay(text) + dayMs, parseMoment(text), nowMs - parseLength(text)];
  const ms = found.find((each) => Number.isFinite(new Date(each).getTime()));
  if (ms !== undefined) return ms;
  throw new UsageError(`--${flag}: "${text}" is no time`, {
    hint: 'write a day such as 2026-11-01, a time such as 2026-11-01T08:00:00Z, or how long ago, such as 30d',
  });
}
