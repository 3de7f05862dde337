/** Where a sink is: to be reached, and to be shown. */

import { UsageError } from '../../core/errors.ts';
import { redactUrl, safeText } from '../../core/text.ts';
import { isSocketPath } from '../../plan/emit/socket-path.ts';
import type { Secrets } from '../../plan/plan.ts';
import { expand } from '../../plan/request/expansion.ts';
import type { Place } from '../courier/place.ts';

/**
 * The URL of a sink as it may be shown: as the plan has it, with its references, without user, password, query and
 * fragment.
 */
export function shownAddress(url: string): string {
  return safeText(
    redactUrl(url)
      .replace(/^((?:[a-z][a-z\d+.-]*:)?(?:\/\/)?)[^/?#]*@/i, '$1')
      .replace(/^((?:\$\{[^}]*\}|[^?#])*).*$/s, '$1'),
  );
}

/**
 * The place of `udp://host:port`, `tcp://host:port` or `unix:///path`, with the values of its references.
 *
 * @throws UsageError when it is none
 */
export function placeOf(url: string, secrets: Secrets): Place {
  const value = expand(url, secrets).trim();
  const path = /^unix:\/\/(\/.+)$/s.exec(value)?.[1];
  if (path !== undefined && isSocketPath(path)) return { kind: 'unix', path };
  const [, kind, ipv6, host = ipv6, port] =
    /^(udp|tcp):\/\/(?:\[([\da-f:.]+)\]|([^/?#:@[\]\s]+)):(\d{1,5})\/?$/i.exec(value) ?? [];
  const number = Number(port);
  if (host === undefined || !(number >= 1 && number <= 65_535)) throw noAddress(url);
  return { kind: kind?.toLowerCase() === 'tcp' ? 'tcp' : 'udp', host, port: number };
}

/** Host and port where a page is to be; port 0: any. @throws UsageError when it is none */
export function listenPlace(listen: string): { readonly host: string; readonly port: number } {
  const [, ipv6, host = ipv6 ?? '127.0.0.1', port] =
    /^(?:\[([\da-f:.]+)\]:|([^/?#:@[\]\s]+):|:)?(\d{1,5})$/i.exec(listen) ?? [];
  if (port === undefined || Number(port) > 65_535) throw noAddress(listen);
  return { host, port: Number(port) };
}

/** An absolute http or https URL with the values of its references. @throws UsageError when it is none */
export function pushUrl(url: string, secrets: Secrets): URL {
  const value = expand(url, secrets).trim();
  const parsed = URL.canParse(value) ? new URL(value) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw noAddress(url);
  return parsed;
}

function noAddress(url: string): UsageError {
  return new UsageError(`emit: ${shownAddress(url)} is no address of such a sink`, {
    hint: 'write udp://host:port, tcp://host:port, unix:///path of 107 bytes at most, http://host:port/path, or host:port for prometheus',
  });
}
