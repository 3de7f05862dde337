/** PagerDuty, Events API v2. Limits: developer.pagerduty.com, "Send an Alert Event". */

import { createHash } from 'node:crypto';
import type { PageEvent, Severity } from '../verdict/canary/event.ts';
import { judged, type Means, requestOf, sendOnce } from './answer.ts';
import type { Attempted, Channel, PostRequest, PostResponse } from './channel.ts';
import { fit, lengthOf, oneLine } from './text.ts';
import { momentOf, stampOf, titleOf } from './wording.ts';

/** A service of PagerDuty. */
export interface PagerDutySettings {
  readonly name: string;
  readonly least: Severity;
  readonly routingKey: string;
  /** Null: the one of the United States. */
  readonly url: string | null;
}

const DEFAULT_URL = 'https://events.pagerduty.com/v2/enqueue';
const MAX_SUMMARY = 1024;
const MAX_KEY = 255;
const MAX_BYTES = 512_000;
const MAX_TEXT = 1024;

/** Who is limited is asked to stay away for minutes, ms. */
const LIMIT_MS = 60_000;
const LEVEL = { page: 'critical', ticket: 'warning' } as const;

/** A channel that opens an alert by its key and closes it by the same; a reminder is a trigger that finds it open. */
export function pagerduty(settings: PagerDutySettings, means: Means): Channel {
  return {
    name: settings.name,
    kind: 'pagerduty',
    least: settings.least,
    tell: (event, withinMs) => sendOnce(means, () => request(event, settings, withinMs), judgedHere),
    renew: null,
    beat: null,
  };
}

function request(event: PageEvent, settings: PagerDutySettings, withinMs: number | undefined): PostRequest {
  const whole = bodyOf(event, settings, detailsOf(event));
  const body =
    Buffer.byteLength(whole) <= MAX_BYTES
      ? whole
      : bodyOf(event, settings, { note: 'the details are left out: they are longer than PagerDuty takes' });
  return requestOf({ url: settings.url ?? DEFAULT_URL, body, withinMs });
}

function bodyOf(
  event: PageEvent,
  { routingKey }: PagerDutySettings,
  details: Readonly<Record<string, string>>,
): string {
  const { action, check, subject, kind, severity, atMs } = event;
  return JSON.stringify({
    routing_key: routingKey,
    event_action: action === 'resolve' ? 'resolve' : 'trigger',
    dedup_key: keyWithin(event.dedupKey),
    client: 'headroom',
    payload: {
      summary: fit(titleOf(event), MAX_SUMMARY) || 'headroom',
      // Without a source an event is not valid.
      source: fit(check, MAX_TEXT) || 'headroom',
      severity: LEVEL[severity],
      timestamp: stampOf(atMs),
      component: fit(check, MAX_TEXT),
      group: 'headroom',
      class: kind ?? subject,
      custom_details: details,
    },
  });
}

/** The key as it is, or its beginning and a digest: cut, two long ones could become one. */
function keyWithin(key: string): string {
  if (lengthOf(key) <= MAX_KEY && oneLine(key) === key) return key;
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `${fit(key, MAX_KEY - digest.length - 1)}#${digest}`;
}

function detailsOf(event: PageEvent): Readonly<Record<string, string>> {
  const { incidentId, sinceMs, runId, indicator, isDrill } = event;
  const own: readonly (readonly [string, string | null])[] = [
    ['since', momentOf(sinceMs)],
    ['indicator', indicator],
    ['incident', incidentId],
    ['run', runId],
    ['drill', isDrill ? 'yes' : null],
  ];
  const said = own.flatMap(([name, value]) => (value === null ? [] : [[name, oneLine(value)]]));
  return Object.fromEntries([...event.details.map((pair) => pair.map(oneLine)), ...said]);
}

function judgedHere(response: PostResponse, means: Means): Attempted {
  const attempted = judged(response, means);
  if (attempted.status !== 'later' || response.status !== 429) return attempted;
  return { ...attempted, afterMs: attempted.afterMs ?? LIMIT_MS };
}
