/** A webhook of one's own: an event as JSON, signed, and known by an idempotency key. */

import { createHash, createHmac } from 'node:crypto';
import type { PageEvent, Severity } from '../verdict/canary/event.ts';
import { type Means, requestOf, sendOnce } from './answer.ts';
import type { Channel } from './channel.ts';
import { fit } from './text.ts';
import { momentOf, titleOf } from './wording.ts';

/** A receiver. */
export interface WebhookSettings {
  readonly name: string;
  readonly least: Severity;
  readonly url: string;
  /** Null: nothing is signed. */
  readonly secret: string | null;
  /** Sent along; none of them takes the place of what identifies and signs the event. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const MAX_TEXT = 2000;
const MAX_DETAILS = 100;

/**
 * A channel that posts {@link eventText}. With a secret, `X-Headroom-Signature: t=SECONDS,v1=HEX` holds the HMAC-SHA256
 * of `SECONDS.BODY`: receivers compute it again over the bytes they got and refuse an old time. `Idempotency-Key` is the
 * same for all attempts at one event.
 */
export function webhook(settings: WebhookSettings, means: Means): Channel {
  const { name, least, url, secret, headers } = settings;
  return {
    name,
    kind: 'webhook',
    least,
    tell: (event, withinMs) =>
      sendOnce(means, () => {
        const body = eventText(event);
        const signed = secret === null ? {} : signatureOf(body, secret, means.wallMs());
        const own = { 'idempotency-key': eventKey(event), ...signed };
        return requestOf({ url, body, headers: { ...Object.fromEntries(headers), ...own }, withinMs });
      }),
    renew: null,
    beat: null,
  };
}

function signatureOf(body: string, secret: string, wallMs: number): Readonly<Record<string, string>> {
  const seconds = Math.floor(wallMs / 1000);
  const hex = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return { 'x-headroom-signature': `t=${seconds},v1=${hex}` };
}

/** Identifies an event: the same for each attempt, another for the next event of its incident. */
function eventKey({ dedupKey, incidentId, action, atMs }: PageEvent): string {
  return createHash('sha256')
    .update(JSON.stringify([dedupKey, incidentId, action, atMs]))
    .digest('hex')
    .slice(0, 32);
}

/** An event as JSON, schema `headroom.event/1`: the same bytes for the same event. Times are ISO 8601, UTC. */
export function eventText(event: PageEvent): string {
  const { action, subject, severity, check, dedupKey, incidentId, sinceMs, atMs } = event;
  return JSON.stringify({
    schema: 'headroom.event/1',
    id: eventKey(event),
    action,
    subject,
    severity,
    check: fit(check, MAX_TEXT),
    dedupKey,
    incidentId,
    since: momentOf(sinceMs),
    at: momentOf(atMs),
    lastedMs: Math.max(0, atMs - sinceMs),
    summary: fit(titleOf(event), MAX_TEXT),
    kind: event.kind,
    indicator: event.indicator === null ? null : fit(event.indicator, MAX_TEXT),
    details: event.details
      .slice(0, MAX_DETAILS)
      .map(([name, value]) => ({ name: fit(name, MAX_TEXT), value: fit(value, MAX_TEXT) })),
    runId: event.runId,
    everyMs: event.everyMs,
    isDrill: event.isDrill,
  });
}
