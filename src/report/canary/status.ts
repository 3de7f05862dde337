/** Every check that was seen on a machine: where it stands, and what is open. */

import { formatDurationMs } from '../../core/units.ts';
import type { CheckState, OpenIncident } from '../../verdict/canary/report.ts';
import { plural } from '../format.ts';
import { whenText } from '../history/moment.ts';
import type { ReportOptions } from '../options.ts';
import { hanging, INDENT, textOf } from '../terminal/layout.ts';
import { createInk, type Ink } from '../terminal-ink.ts';
import { longTime, shownTime } from './headline.ts';

/** What is kept of the checks of a machine. */
export interface CanaryStatusReport {
  readonly schema: 'headroom.canary-status/1';
  readonly checks: readonly CheckStatus[];
  /** The folder that was looked in. */
  readonly folder: string;
}

/** One check. Times are ISO 8601, UTC. */
export interface CheckStatus {
  readonly check: string;
  /** As its last run left it, `unknown` where runs that are due do not come; null when it cannot be read. */
  readonly state: CheckState | null;
  readonly since: string | null;
  readonly lastRun: string;
  /** Time from one run to the next, ms; null: not known. */
  readonly everyMs: number | null;
  /** Time since the last run, ms, where several were due since; else null. */
  readonly overdueMs: number | null;
  /** What the last run showed; null when it has gone for its age. */
  readonly lastText: string | null;
  readonly lastOk: string | null;
  readonly incidents: readonly OpenIncident[];
  /** Events that wait for a channel. */
  readonly waiting: number;
}

/** The report as people read it; ends with a newline. */
export function renderCanaryStatus({ checks, folder }: CanaryStatusReport, options: ReportOptions): string {
  const ink = createInk(options);
  if (checks.length === 0) {
    return textOf(hanging(ink, '', ink.plain(`No canary has run yet: nothing is kept in ${folder}.`)));
  }
  return textOf(checks.flatMap((check, index) => [...(index === 0 ? [] : ['']), ...checkLines(check, ink)]));
}

function checkLines(status: CheckStatus, ink: Ink): string[] {
  const { check, state, since, lastRun, lastText, lastOk, incidents, waiting } = status;
  const word = state ?? 'unknown';
  const head = `${ink.strong(ink.plain(check))}  ${paintOf(word, ink)(word)}  `;
  const ok = lastOk === null ? 'never ok' : `last ok ${whenText(lastOk)}`;
  const facts = [
    ...(since === null ? [] : [`since ${shownTime(since)}`]),
    `last run ${whenText(lastRun)}`,
    ok,
    ...(waiting === 0 ? [] : [`${plural(waiting, 'event')} still to be told`]),
  ];
  const margin = ' '.repeat(INDENT);
  return [
    ...hanging(ink, head, ink.plain(facts.join(' · '))),
    ...overdueLines(status, ink),
    ...(lastText === null ? [] : hanging(ink, margin, ink.plain(lastText)).map((line) => ink.faint(line))),
    ...incidents.flatMap(({ subject, severity, since: from, summary }) =>
      hanging(
        ink,
        `${margin}${ink.bad(ink.plain('✗'))} ${subject}  `,
        ink.plain(`${summary} (${severity}, since ${shownTime(from)})`),
      ),
    ),
  ];
}

/** A cron that has stopped looks like a service that is well. */
function overdueLines({ everyMs, overdueMs, incidents }: CheckStatus, ink: Ink): string[] {
  if (everyMs === null || overdueMs === null) return [];
  const orphan =
    incidents.length === 0
      ? ''
      : ', and what is open stays open at the pagers; if the check is no more: headroom canary forget';
  const text = `no run for ${longTime(overdueMs)}, though one is due every ${formatDurationMs(everyMs)}: how the service is now is not known${orphan}`;
  return hanging(ink, `${' '.repeat(INDENT)}${ink.unsure(ink.plain('!'))} `, ink.plain(text));
}

function paintOf(state: CheckState, ink: Ink): (text: string) => string {
  if (state === 'ok') return ink.good;
  return state === 'firing' || state === 'recovering' ? ink.bad : ink.unsure;
}
