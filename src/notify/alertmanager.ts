/** Prometheus Alertmanager, API v2: `POST /api/v2/alerts`, to each of its peers and not through a balancer. */

import type { PageEvent, Severity } from '../verdict/canary/event.ts';
import { type Means, requestOf, sendOnce } from './answer.ts';
import type { Attempted, Channel } from './channel.ts';
import { oneLine } from './text.ts';
import { messageOf, momentOf, titleOf } from './wording.ts';

/** The peers of a cluster. */
export interface AlertmanagerSettings {
  readonly name: string;
  readonly least: Severity;
  /** Each as far as `/api/v2/alerts`, which may be left out. */
  readonly urls: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const PATH = '/api/v2/alerts';

/** An alert stands for so many periods without a word: two runs may be missing. */
const PERIODS = 3;

/** However short the period, a run that is held up by what it looks at and by other channels takes longer, ms. */
const LEAST_MS = 60_000;

/**
 * A channel whose alerts end by themselves unless they are renewed: a firing one stands for three periods from now and a minute
 * at least, one that is over ended when it did. Labels are its identity, and say nothing that was measured. Accepted when one peer took
 * it: peers tell each other, and what is renewed reaches one that was down.
 */
export function alertmanager(settings: AlertmanagerSettings, means: Means): Channel {
  const tell = async (event: PageEvent, withinMs?: number): Promise<Attempted> => {
    const send = (url: string): Promise<Attempted> =>
      sendOnce(means, () => {
        const body = JSON.stringify([alertOf(event, settings.labels, means.wallMs())]);
        return requestOf({ url: endpointOf(url), body, withinMs });
      });
    return together(await Promise.all(settings.urls.map(send)));
  };
  return { name: settings.name, kind: 'alertmanager', least: settings.least, tell, renew: tell, beat: null };
}

function endpointOf(url: string): string {
  const found = new URL(url);
  const path = found.pathname.replace(/\/+$/, '');
  found.pathname = path.endsWith(PATH) ? path : path + PATH;
  return found.href;
}

function alertOf(event: PageEvent, labels: AlertmanagerSettings['labels'], wallMs: number): unknown {
  const { sinceMs, atMs, everyMs, action } = event;
  // A clock that was set back must not make it end before it starts, which is refused.
  const startMs = notAfter(sinceMs, wallMs);
  const endMs =
    action === 'resolve' ? notAfter(atMs, wallMs) : wallMs + Math.max(LEAST_MS, PERIODS * everyMs);
  const { facts } = messageOf(event);
  return {
    labels: labelsOf(event, labels),
    annotations: {
      summary: oneLine(titleOf(event)),
      description: facts.map(([name, value]) => `${oneLine(name)}: ${oneLine(value)}`).join('\n'),
    },
    startsAt: momentOf(startMs),
    endsAt: momentOf(Math.max(startMs, endMs)),
  };
}

/** A time that was, `wallMs` for one that is still to come or none. */
function notAfter(ms: number, wallMs: number): number {
  return ms <= wallMs ? ms : wallMs;
}

function labelsOf(
  event: PageEvent,
  chosen: AlertmanagerSettings['labels'],
): Readonly<Record<string, string>> {
  const { check, subject, severity, isDrill } = event;
  const named = Object.entries(chosen).map(([name, value]) => [labelName(name), oneLine(value)]);
  return {
    ...Object.fromEntries(named),
    alertname: 'HeadroomCanary',
    check: oneLine(check),
    subject,
    severity,
    ...(subject === 'test' ? { test: labelOfTest(event) } : {}),
    ...(isDrill ? { drill: 'true' } : {}),
  };
}

/** Each test is an alert of its own; the end of its key tells one from the other. */
function labelOfTest({ dedupKey }: PageEvent): string {
  return oneLine(dedupKey.slice(dedupKey.lastIndexOf('/') + 1));
}

/** As the data model of Prometheus wants it: `[a-zA-Z_][a-zA-Z0-9_]*`. */
function labelName(name: string): string {
  return name.replaceAll(/\W/g, '_').replace(/^(?=\d|$)/, '_');
}

/** What became of it at all peers: the one that took it decides, then the one that must be tried again. */
function together(attempts: readonly Attempted[]): Attempted {
  const text = attempts.map((attempt, index) => `${placeOf(index, attempts)}${attempt.text}`).join('; ');
  if (attempts.some(({ status }) => status === 'accepted')) return { status: 'accepted', text };
  const late = attempts.filter((attempt) => attempt.status === 'later');
  if (late.length > 0) {
    const waits = late.flatMap(({ afterMs }) => (afterMs === null ? [] : [afterMs]));
    return { status: 'later', text, afterMs: waits.length === 0 ? null : Math.max(...waits) };
  }
  return { status: 'refused', text: attempts.length === 0 ? 'it has no peers' : text };
}

function placeOf(index: number, { length }: readonly Attempted[]): string {
  return length === 1 ? '' : `peer ${index + 1} of ${length}: `;
}
