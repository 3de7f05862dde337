/** How many requests a server takes, by its own counters: of a page of metrics, or of a load report. */

import { readLoadReport } from '../../observe/orca/load-report.ts';
import { parsePrometheus } from '../../observe/prometheus/parse-prometheus.ts';
import type { MetricSample } from '../../observe/prometheus/sample.ts';

/** Requests since the start of a server. */
export interface RequestCount {
  /** Two counts are compared only where it is the same. */
  readonly from: string;
  readonly total: number;
  /** Of them answered with 5xx; null when the counter does not say. */
  readonly failed: number | null;
  /** When it was read, ms. */
  readonly atMs: number;
}

/** Requests per second. */
export interface RequestRate {
  readonly perSecond: number;
  /** Null: not told. */
  readonly failedPerSecond: number | null;
}

/**
 * Counters of requests served, the most usual first: client_golang's example and most libraries; Spring's and
 * OpenTelemetry's histograms. What counts reads of the page of metrics itself is none of them.
 */
const COUNTERS: readonly string[] = [
  'http_requests_total',
  'http_server_requests_total',
  'http_requests',
  'http_server_requests_seconds_count',
  'http_server_request_duration_seconds_count',
  'http_request_duration_seconds_count',
  'http_request_duration_ms_count',
  'caddy_http_requests_total',
  'traefik_service_requests_total',
  'nginx_http_requests_total',
  'haproxy_frontend_http_requests_total',
];

const STATUS_LABELS = ['code', 'status', 'status_code', 'http_response_status_code', 'http_status_code'];

/** The requests that a page counts; null when it counts none by a known name. The page must be one that can be read. */
export function countRequests(page: string, atMs: number): RequestCount | null {
  const wanted = new Set(COUNTERS);
  const samples = parsePrometheus(page, (name) => wanted.has(name)).flatMap((family) => family.samples);
  const from = COUNTERS.find((name) => samples.some((sample) => sample.name === name));
  if (from === undefined) return null;
  const own = samples.filter(({ name, value }) => name === from && Number.isFinite(value));
  const isTold = own.some((sample) => statusOf(sample) !== null);
  const failed = own.filter((sample) => statusOf(sample)?.startsWith('5') === true);
  return { from, total: sumOf(own), failed: isTold ? sumOf(failed) : null, atMs };
}

function statusOf({ labels }: MetricSample): string | null {
  for (const label of STATUS_LABELS) {
    const value = labels.get(label);
    if (value !== undefined) return value;
  }
  return null;
}

function sumOf(samples: readonly MetricSample[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}

/** The rate between two counts; null when they are not of one counter, or the server began anew in between. */
export function rateBetween(before: RequestCount | null, after: RequestCount | null): RequestRate | null {
  if (before === null || after === null || before.from !== after.from) return null;
  const seconds = (after.atMs - before.atMs) / 1000;
  if (seconds <= 0 || after.total < before.total) return null;
  const failed = before.failed === null || after.failed === null ? null : after.failed - before.failed;
  return {
    perSecond: (after.total - before.total) / seconds,
    failedPerSecond: failed === null || failed < 0 ? null : failed / seconds,
  };
}

/** What a load report says of the rate (ORCA's rps_fractional and eps); null when it does not. The report must be readable. */
export function rateOfReport(header: string): RequestRate | null {
  const perSecond = numberIn(header, 'rps_fractional', 'rpsFractional');
  return perSecond === null ? null : { perSecond, failedPerSecond: numberIn(header, 'eps', 'eps') };
}

function numberIn(header: string, name: string, camel: string): number | null {
  const text = header.trim();
  const value = /^BIN\s/.test(text)
    ? readLoadReport(text.slice(3).trim()).get(name)
    : Number(new RegExp(`(?:^|[\\s,{"])(?:${name}|${camel})"?\\s*[:=]\\s*"?([\\d.eE+-]+)`).exec(text)?.[1]);
  return value === undefined || !Number.isFinite(value) ? null : value;
}
