/** What a message says, before a channel gives it its form. */

import { formatDurationMs } from '../core/units.ts';
import type { PageEvent } from '../verdict/canary/event.ts';

/** One thing to say. Foreign texts in it are not escaped yet. */
export interface Message {
  /** Who and what, in one line. */
  readonly headline: string;
  /** Since when, by which indicator, the numbers. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly tone: 'page' | 'ticket' | 'over';
}

const LATEST_MS = 8_640_000_000_000_000;

/** ISO 8601 in UTC, to the second or finer; `unknown` for what is no time. */
export function momentOf(ms: number): string {
  return stampOf(ms) ?? 'unknown';
}

/** As {@link momentOf}; undefined, which JSON leaves out, for what is no time. */
export function stampOf(ms: number): string | undefined {
  if (!Number.isFinite(ms) || Math.abs(ms) > LATEST_MS) return undefined;
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** What stands in front of everything that nobody needs to act on: `[TEST] `, `[DRILL] ` or nothing. */
export function markOf({ subject, isDrill }: Pick<PageEvent, 'subject' | 'isDrill'>): string {
  if (subject === 'test') return '[TEST] ';
  return isDrill ? '[DRILL] ' : '';
}

/** The summary with its mark, for channels that show the state themselves. */
export function titleOf(event: PageEvent): string {
  return markOf(event) + event.summary;
}

/** The message of an event. */
export function messageOf(event: PageEvent): Message {
  const { action, severity, check, kind, indicator, details, runId, sinceMs } = event;
  const over = action === 'resolve';
  return {
    headline: `${markOf(event)}${stateOf(event)}: ${event.summary}`,
    facts: eachOnce([
      ['check', check],
      ['since', momentOf(sinceMs)],
      ...(over ? [fact('lasted', lastedOf(event))] : []),
      ...(kind === null ? [] : [fact('kind', kind)]),
      ...(indicator === null ? [] : [fact('indicator', indicator)]),
      ...details,
      ['severity', severity],
      ...(runId === null ? [] : [fact('run', runId)]),
    ]),
    tone: over ? 'over' : severity,
  };
}

/** Details may repeat what every message says: the first of a name stays. */
function eachOnce(facts: Message['facts']): Message['facts'] {
  return facts.filter(([name], index) => facts.findIndex(([other]) => other === name) === index);
}

function fact(name: string, value: string): readonly [string, string] {
  return [name, value];
}

function stateOf(event: PageEvent): string {
  switch (event.action) {
    case 'trigger':
      return event.severity === 'page' ? 'PAGE' : 'TICKET';
    case 'remind':
      return `STILL FIRING after ${lastedOf(event)}`;
    case 'resolve':
      return `RESOLVED after ${lastedOf(event)}`;
  }
}

/** A clock that was set back makes no time negative. */
function lastedOf({ sinceMs, atMs }: PageEvent): string {
  return formatDurationMs(Math.max(0, atMs - sinceMs));
}
