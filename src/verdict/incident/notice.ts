/** Makes what a pager is told of an incident. */

import { formatDurationMs } from '../../core/units.ts';
import type { PageEvent, Severity, Subject } from '../canary/event.ts';
import type { CanaryRun, FailureKind } from '../canary/run.ts';
import type { Incident } from './incident.ts';

/** Who tells, and after which run. */
export interface Teller {
  readonly check: string;
  readonly run: CanaryRun;
  /** Time from one run to the next, as they really come. */
  readonly everyMs: number;
  readonly remindMs: number | null;
  /** What each event says besides. */
  readonly details: PageEvent['details'];
  readonly isDrill: boolean;
  readonly newId: () => string;
}

/** What an event says besides its incident. */
export interface Message {
  readonly subject: Subject;
  readonly kind?: FailureKind | null;
  readonly indicator?: string | null;
  readonly details: PageEvent['details'];
}

/** An incident as it stands after a run, and what is told of it. */
export interface Told<One extends Incident> {
  readonly incident: One | null;
  readonly events: readonly PageEvent[];
}

/** The key of all events of a check and subject; the service's is the check's own. */
export function dedupKeyOf(check: string, subject: Subject): string {
  return subject === 'service' ? `headroom/${check}` : `headroom/${check}/${subject}`;
}

/** A new incident. */
export function begun({ run, newId }: Teller, severity: Severity, summary: string): Incident {
  return { incidentId: newId(), severity, sinceMs: run.atMs, toldMs: run.atMs, summary };
}

/** One event. @param summary in place of the incident's */
export function eventOf(
  teller: Teller,
  action: PageEvent['action'],
  of: { readonly incident: Incident; readonly message: Message; readonly summary?: string },
): PageEvent {
  const { check, run, everyMs, details, isDrill } = teller;
  const { incident, message, summary = incident.summary } = of;
  return {
    action,
    subject: message.subject,
    severity: incident.severity,
    check,
    dedupKey: dedupKeyOf(check, message.subject),
    incidentId: incident.incidentId,
    sinceMs: incident.sinceMs,
    atMs: run.atMs,
    summary,
    kind: message.kind ?? null,
    indicator: message.indicator ?? null,
    details: [...message.details, ['since', isoOf(incident.sinceMs)], ...details],
    runId: run.runId,
    everyMs,
    isDrill,
  };
}

/** Opens it. */
export function triggered<One extends Incident>(teller: Teller, incident: One, message: Message): Told<One> {
  return { incident, events: [eventOf(teller, 'trigger', { incident, message })] };
}

/** Ends it. @param how why it is over, after the name of the check */
export function resolved<One extends Incident>(
  teller: Teller,
  incident: One,
  of: { readonly message: Message; readonly how: string },
): Told<One> {
  const summary = `${teller.check} ${of.how}, after ${ageOf(teller, incident)}`;
  return { incident: null, events: [eventOf(teller, 'resolve', { incident, message: of.message, summary })] };
}

/**
 * Leaves it open, and says so again when it is time: with the run that is next to it, for runs come some seconds early or
 * late, and one a little early would put it off by a whole place. Tickets wait where they are, and are not told of again.
 */
export function stillOpen<One extends Incident>(teller: Teller, incident: One, message: Message): Told<One> {
  const { run, remindMs, everyMs } = teller;
  const isDue = remindMs !== null && run.atMs - incident.toldMs >= remindMs - Math.min(everyMs, remindMs) / 2;
  if (!isDue || incident.severity === 'ticket') return { incident, events: [] };
  const summary = `${incident.summary} (for ${ageOf(teller, incident)})`;
  return {
    incident: { ...incident, toldMs: run.atMs },
    events: [eventOf(teller, 'remind', { incident, message, summary })],
  };
}

/** How long it is open. */
function ageOf({ run }: Teller, { sinceMs }: Incident): string {
  return formatDurationMs(run.atMs - sinceMs);
}

/** ISO 8601, UTC. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
