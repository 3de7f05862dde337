/** OTLP/HTTP's JSON of a stretch: proto3's mapping, with 64-bit integers as text and enums as numbers. */

import type { Tally } from '../../record/tally.ts';
import type { Interval, RunIdentity, TargetInterval } from '../interval.ts';
import { tagPair } from '../tags.ts';
import { unixNs } from '../unix-time.ts';
import { exponentialPoint } from './exponential.ts';

/** What a request is sent with. */
export const OTLP_HEADERS: Readonly<Record<string, string>> = { 'content-type': 'application/json' };

/** `AggregationTemporality`: a stretch since the one before, or since the start of the run. */
export const TEMPORALITY = { delta: 1, cumulative: 2 } as const;

/** How a stretch is told. */
export interface OtlpOptions {
  /** Of {@link TEMPORALITY}: that of the stretch itself. */
  readonly temporality: 1 | 2;
}

type Attributes = readonly {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
}[];

/** The fields that all points of a stretch share. */
interface Moment {
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
}

/**
 * An `ExportMetricsServiceRequest`: `http.client.request.duration` in seconds by the semantic conventions, successes and
 * failed answers apart (`error.type`), and our own counts. What was not seen has no point, and a metric without points is
 * not there.
 */
export function otlpMetrics(interval: Interval, identity: RunIdentity, options: OtlpOptions): string {
  const moment: Moment = {
    startTimeUnixNano: String(unixNs(interval.fromMs)),
    timeUnixNano: String(unixNs(interval.toMs)),
  };
  const metrics = [durations(interval, moment, options), ...sums(interval, moment, options)].filter(
    ({ points }) => points.length > 0,
  );
  return JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: resourceOf(identity) },
        scopeMetrics: [
          {
            scope: { name: 'headroom', version: identity.version },
            metrics: metrics.map(({ metric }) => metric),
          },
        ],
      },
    ],
  });
}

interface Metric {
  readonly metric: Readonly<Record<string, unknown>>;
  readonly points: readonly unknown[];
}

function durations(interval: Interval, moment: Moment, { temporality }: OtlpOptions): Metric {
  const points = interval.targets.flatMap((target) => [
    ...durationPoints(target.response, moment, serverOf(target)),
    ...durationPoints(target.responseFailed, moment, [...serverOf(target), text('error.type', '_OTHER')]),
  ]);
  return exponential('http.client.request.duration', points, {
    temporality,
    description: 'Duration of HTTP client requests, from their intended start.',
  });
}

function durationPoints(tally: Tally, moment: Moment, attributes: Attributes): unknown[] {
  return tally.count === 0 ? [] : [{ ...moment, attributes, ...exponentialPoint(tally) }];
}

function exponential(
  name: string,
  points: readonly unknown[],
  about: { readonly temporality: 1 | 2; readonly description: string },
): Metric {
  const { temporality, description } = about;
  const exponentialHistogram = { aggregationTemporality: temporality, dataPoints: points };
  return { metric: { name, description, unit: 's', exponentialHistogram }, points };
}

function sums(interval: Interval, moment: Moment, { temporality }: OtlpOptions): Metric[] {
  const each = (part: (target: TargetInterval) => readonly unknown[]): unknown[] =>
    interval.targets.flatMap(part);
  const point = (value: number, attributes: Attributes): unknown => ({
    ...moment,
    attributes,
    asInt: String(value),
  });
  const sum = (name: string, description: string, points: readonly unknown[]): Metric => ({
    metric: {
      name,
      description,
      unit: '{request}',
      sum: { aggregationTemporality: temporality, isMonotonic: true, dataPoints: points },
    },
    points,
  });
  return [
    sum(
      'headroom.requests.sent',
      'Requests sent.',
      each((target) => [point(target.sent, serverOf(target))]),
    ),
    sum(
      'headroom.requests.dropped',
      'Requests never sent, as there was no slot in time.',
      each((target) => [point(target.dropped, serverOf(target))]),
    ),
    sum(
      'headroom.requests.broken',
      'Requests to which no whole answer came.',
      each((target) => [point(target.broken, serverOf(target))]),
    ),
    sum(
      'headroom.responses',
      'Whole answers by status.',
      each((target) => statusPoints(target, point)),
    ),
    sum(
      'headroom.failures',
      'Failed requests by cause.',
      each((target) => causePoints(target, point)),
    ),
    inFlight(interval, moment),
    exponential('headroom.send_lag', durationPoints(interval.lag, moment, []), {
      temporality,
      description: 'How late the generator itself took requests up.',
    }),
  ];
}

type Point = (value: number, attributes: Attributes) => unknown;

function statusPoints(target: TargetInterval, point: Point): unknown[] {
  return [...target.statuses].map(([status, count]) =>
    point(count, [...serverOf(target), whole('http.response.status_code', status)]),
  );
}

function causePoints(target: TargetInterval, point: Point): unknown[] {
  return [...target.causes].map(([cause, count]) =>
    point(count, [...serverOf(target), text('error.type', cause)]),
  );
}

function inFlight(interval: Interval, { timeUnixNano }: Moment): Metric {
  const points = [{ timeUnixNano, asInt: String(interval.inFlight) }];
  const about = { name: 'headroom.requests.in_flight', description: 'Requests sent and not ended yet.' };
  return { metric: { ...about, unit: '{request}', gauge: { dataPoints: points } }, points };
}

/** The methods that the semantic conventions know; any other one is `_OTHER` there. */
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

function serverOf({ name, method, scheme, host, port }: TargetInterval): Attributes {
  return [
    text('http.request.method', METHODS.has(method) ? method : '_OTHER'),
    text('server.address', host),
    whole('server.port', port),
    text('url.scheme', scheme),
    text('user_agent.synthetic.type', 'test'),
    text('headroom.target', name),
  ];
}

function resourceOf({ runId, version, tags }: RunIdentity): Attributes {
  const pairs = new Map([
    ['service.name', 'headroom'],
    ['service.version', version],
    ['service.instance.id', runId],
    ...tags.map(tagPair),
  ]);
  return [...pairs].map(([key, value]) => text(key, value));
}

function text(key: string, value: string): Attributes[number] {
  return { key, value: { stringValue: value } };
}

function whole(key: string, value: number): Attributes[number] {
  return { key, value: { intValue: String(value) } };
}
