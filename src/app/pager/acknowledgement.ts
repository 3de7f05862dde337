/** Who is asked whether the pager was heard. */

import type { Clock } from '../../core/clock.ts';
import { UsageError } from '../../core/errors.ts';
import { redactUrl, safeText } from '../../core/text.ts';
import { ask } from './ask.ts';

/**
 * When an incident was acknowledged, on a clock, ms; null: not yet. Never rejects: what does not answer has not.
 *
 * @param over its end is the end of the question, which is not waited for
 */
export type Acknowledged = (over?: AbortSignal) => Promise<number | null>;

/**
 * Asks a URL, with `?dedup_key=` added: 200 is yes, anything else not yet.
 *
 * @throws UsageError when it is no http or https URL
 */
export function acknowledgedAt(url: string, dedupKey: string, clock: Pick<Clock, 'nowMs'>): Acknowledged {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError(`--ack-url is no http URL: ${safeText(redactUrl(url))}`, {
      hint: 'it is asked once a second, with ?dedup_key=...: 200 acknowledges, 204 or 404 is not yet',
    });
  }
  const place = new URL(url);
  place.searchParams.set('dedup_key', dedupKey);
  return (over) =>
    ask({ method: 'GET', url: place, ...(over === undefined ? {} : { signal: over }) }).then(
      ({ status }) => (status === 200 ? clock.nowMs() : null),
      () => null,
    );
}

/** Asks once, before anything is broken: what answers yes to everybody would be heard as a sound. @throws UsageError when it does */
export async function refuseEarly(acknowledged: Acknowledged): Promise<void> {
  if ((await acknowledged()) === null) return;
  throw new UsageError('--ack-url says that somebody acknowledged, before anything was broken', {
    hint: 'let it answer 200 only while the alert of this dedup_key is acknowledged, and 204 or 404 before and after',
  });
}
