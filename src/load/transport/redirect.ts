/** Following a redirect without handing our credentials to a stranger. */

import type { Route } from '../dial/route.ts';
import { TRACE_HEADERS } from '../trace/request-trace.ts';
import type { IncomingResponse } from './response.ts';
import type { Exchange } from './transport.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Headers that may cross to another origin; every other configured one stays behind. Ids of a trace are no secret, and
 * without them the request could not be found where it went: our own cross as well, being added to every hop.
 */
const PORTABLE: ReadonlySet<string> = new Set(['user-agent', 'x-headroom-run', ...TRACE_HEADERS]);

/** A next hop, or why there is none. */
export type NextHop =
  | {
      readonly kind: 'follow';
      readonly origin: string;
      readonly method: string;
      readonly request: Exchange['request'];
    }
  | { readonly kind: 'refuse'; readonly detail: string }
  | { readonly kind: 'none' };

/**
 * What a response's redirect asks for: RFC 9110 section 15.4. Only http and https, never from https down to
 * http, never with credentials in the URL. 303, and 301 or 302 after POST, become GET without a body.
 *
 * @param location value of the Location header, or null  @param left redirects that may still be followed
 */
export function nextHop(exchange: Exchange, location: string | null, left: number): NextHop {
  const { status } = exchange.attempt;
  if (!REDIRECTS.has(status) || location === null) return { kind: 'none' };
  if (left <= 0) return { kind: 'refuse', detail: 'more redirects than allowed' };
  const from = new URL(exchange.request.path, exchange.route.origin);
  if (!URL.canParse(location, from.href))
    return { kind: 'refuse', detail: `redirect to no URL: ${location.slice(0, 100)}` };
  const to = new URL(location, from.href);
  const problem = refusal(from, to);
  if (problem !== null) return { kind: 'refuse', detail: problem };
  const toGet = status === 303 || ((status === 301 || status === 302) && exchange.method === 'POST');
  return {
    kind: 'follow',
    origin: to.origin,
    method: toGet && exchange.method !== 'HEAD' ? 'GET' : exchange.method,
    request: {
      path: `${to.pathname}${to.search}`,
      headers: carried(exchange.request.headers, to.origin === from.origin, toGet),
      body: toGet ? null : exchange.request.body,
    },
  };
}

/**
 * Turns an exchange whose response redirects it to its next hop. One that may not be followed is marked
 * `redirect-limit`.
 *
 * @returns whether the exchange is to be sent again
 */
export function turnTo(
  exchange: Exchange,
  response: IncomingResponse,
  limits: { readonly redirects: number; readonly routeFor: (origin: string) => Route },
): boolean {
  const { attempt } = exchange;
  if (attempt.status < 300 || attempt.status > 399) return false;
  const hop = nextHop(exchange, response.header('location'), limits.redirects - attempt.redirects);
  if (hop.kind === 'none') return false;
  if (hop.kind === 'refuse') {
    attempt.cause = 'redirect-limit';
    attempt.detail = hop.detail;
    return false;
  }
  attempt.redirects += 1;
  attempt.cause = null;
  attempt.detail = null;
  exchange.route = limits.routeFor(hop.origin);
  exchange.method = hop.method;
  exchange.request = hop.request;
  return true;
}

function refusal(from: URL, to: URL): string | null {
  if (to.protocol !== 'http:' && to.protocol !== 'https:') return `redirect to ${to.protocol} refused`;
  if (from.protocol === 'https:' && to.protocol === 'http:')
    return 'redirect from https down to http refused';
  if (to.username !== '' || to.password !== '') return 'redirect to a URL with credentials refused';
  return null;
}

function carried(headers: readonly string[], sameOrigin: boolean, dropBody: boolean): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = (headers[index] ?? '').toLowerCase();
    const portable = sameOrigin || PORTABLE.has(name) || name.startsWith('accept');
    if (portable && !(dropBody && name.startsWith('content-')))
      kept.push(headers[index] ?? '', headers[index + 1] ?? '');
  }
  return kept;
}
