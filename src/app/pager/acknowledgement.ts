/** Who is asked whether the pager was heard. */

import { UsageError } from '../../core/errors.ts';
import { redactUrl, safeText } from '../../core/text.ts';
import { ask } from './ask.ts';

/** Whether an incident is acknowledged by now. Never rejects: what does not answer has not acknowledged. */
export type Acknowledged = () => Promise<boolean>;

/**
 * Asks a URL, with `?dedup_key=` added: 200 is yes, anything else not yet.
 *
 * @throws UsageError when it is no http or https URL
 */
export function acknowledgedAt(url: string, dedupKey: string): Acknowledged {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError(`--ack-url is no http URL: ${safeText(redactUrl(url))}`, {
      hint: 'it is asked once a second, with ?dedup_key=...: 200 acknowledges, 204 or 404 is not yet',
    });
  }
  const place = new URL(url);
  place.searchParams.set('dedup_key', dedupKey);
  return () =>
    ask({ method: 'GET', url: place }).then(
      ({ status }) => status === 200,
      () => false,
    );
}
