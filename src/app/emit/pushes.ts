/** What each kind of receiver is pushed, and how it says no. */

import type { PostResponse } from '../../notify/channel.ts';
import { WaitingIntervals } from '../../telemetry/accumulate.ts';
import type { Interval, RunIdentity } from '../../telemetry/interval.ts';
import { OTLP_HEADERS, otlpMetrics, TEMPORALITY } from '../../telemetry/otlp/metrics.ts';
import { CONTENT_TYPES, metricsPage } from '../../telemetry/prometheus/page.ts';
import { REMOTE_WRITE_HEADERS, writeRequest } from '../../telemetry/remote-write/write-request.ts';
import type { Push, PushPlace } from './push-sink.ts';

/** What changes from push to push. */
export type PushContent = Pick<PushPlace, 'onInterval' | 'next' | 'onLost' | 'isPassing' | 'complaint'>;

/** Where to, and with what in every request; references expanded. */
export interface PushTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The metrics page for a Pushgateway: a group for each machine, so that groups do not pile up, unless the URL names one.
 */
export function pushgatewayContent(
  { url, headers }: PushTarget,
  identity: RunIdentity,
  hostname: string,
): PushContent {
  const own = { ...headers, 'content-type': CONTENT_TYPES.text };
  const address = groupUrl(url, hostname);
  return cumulativeContent((cumulative) => ({
    // POST would leave series that this run does not have.
    method: 'PUT',
    url: address,
    headers: own,
    body: metricsPage(cumulative, identity),
  }));
}

/** Prometheus' remote write. The label `instance`, unless a tag says otherwise, keeps the series of machines apart. */
export function remoteWriteContent(
  { url, headers }: PushTarget,
  identity: RunIdentity,
  hostname: string,
): PushContent {
  const own = { ...headers, ...REMOTE_WRITE_HEADERS };
  const onHost = { ...identity, tags: [`instance:${hostname}`, ...identity.tags] };
  return cumulativeContent((cumulative) => ({
    method: 'POST',
    url: url.href,
    headers: own,
    body: writeRequest(cumulative, onHost),
  }));
}

/** OTLP over HTTP in JSON; with `delta` what a receiver did not take is told it again, together with what came since. */
export function otlpContent(
  { url, headers }: PushTarget,
  identity: RunIdentity,
  temporality: keyof typeof TEMPORALITY,
): PushContent {
  const own = { ...headers, ...OTLP_HEADERS };
  const options = { temporality: TEMPORALITY[temporality] };
  const pushOf = (interval: Interval): Push => ({
    method: 'POST',
    url: url.href,
    headers: own,
    body: otlpMetrics(interval, identity, options),
  });
  const content = temporality === 'delta' ? deltaContent(pushOf) : cumulativeContent(pushOf);
  return { ...content, isPassing: isOtlpPassing, complaint: rejected };
}

/** Too much at once, or a fault of the receiver (Prometheus remote write 1.0, "Retries & Backoff"). */
function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}

/** The answers after which a client may send again (OTLP, "Retryable Response Codes"). */
function isOtlpPassing(status: number): boolean {
  return [429, 502, 503, 504].includes(status);
}

function cumulativeContent(pushOf: (cumulative: Interval) => Push): PushContent {
  let newest: Interval | null = null;
  return {
    onInterval: (_, cumulative) => {
      newest = cumulative;
    },
    next: () => (newest === null ? null : pushOf(newest)),
    onLost: () => undefined,
    isPassing,
  };
}

function deltaContent(pushOf: (recent: Interval) => Push): PushContent {
  const waiting = new WaitingIntervals();
  let underWay: Interval | null = null;
  return {
    onInterval: (recent) => waiting.add(recent),
    next: () => {
      underWay = waiting.take();
      return underWay === null ? null : pushOf(underWay);
    },
    onLost: () => {
      if (underWay !== null) waiting.add(underWay);
    },
    isPassing,
  };
}

/** `<base>/metrics/job/headroom/instance/<host>`; a name that is not plain goes in base64 (Pushgateway, README, "URL"). */
function groupUrl(url: URL, hostname: string): string {
  if (/\/metrics\/job(?:@base64)?\/./.test(url.pathname)) return url.href;
  const isPlain = /^[\w~-][\w.~-]*$/.test(hostname);
  const encoded = hostname === '' ? '=' : Buffer.from(hostname, 'utf8').toString('base64url');
  const instance = isPlain ? `instance/${hostname}` : `instance@base64/${encoded}`;
  const group = new URL(url);
  group.pathname = `${url.pathname.replace(/\/+$/, '')}/metrics/job/headroom/${instance}`;
  return group.href;
}

/** What a receiver of OTLP did not take of a push that it took (`partialSuccess`, opentelemetry.io, "OTLP/HTTP response"). */
function rejected({ body, isCut }: PostResponse): string | null {
  if (isCut || !body.includes('partialSuccess')) return null;
  const partial = fieldOf(parsed(body), 'partialSuccess');
  const count = Number(fieldOf(partial, 'rejectedDataPoints') ?? 0);
  if (!(count > 0)) return null;
  const why = fieldOf(partial, 'errorMessage');
  return `it rejected ${count} data points${typeof why === 'string' && why !== '' ? `: ${why}` : ''}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
