/** A stretch as Prometheus names things: counters, gauges and classic histograms, for the page and for remote write. */

import { highestUs, type Tally } from '../../record/tally.ts';
import type { Interval, RunIdentity, TargetInterval } from '../interval.ts';
import { tagPair } from '../tags.ts';

/** Labels, sorted by name. */
export type Labels = readonly (readonly [name: string, value: string])[];

/** One number. */
export interface Sample {
  /** After the family's name: `_total`, `_bucket`, `_sum`, `_count` or nothing. */
  readonly suffix: string;
  readonly labels: Labels;
  readonly value: number;
}

/** All numbers of one name. */
export interface Family {
  /** Without `_total`. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Upper bounds in seconds: those that OpenTelemetry advises for requests, and some on both sides. */
const BOUNDS: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 1.5,
  2.5, 5, 7.5, 10, 30, 60,
];

/** The families of a stretch; each one has a sample. The identity's tags are on every sample, its run on one alone. */
export function familiesOf(interval: Interval, identity: RunIdentity): readonly Family[] {
  const label = labeller(identity);
  const each = (part: (target: TargetInterval) => readonly Sample[]): Sample[] =>
    interval.targets.flatMap(part);
  const families: readonly Family[] = [
    ...counterFamilies(each, label),
    {
      name: 'headroom_response_duration_seconds',
      kind: 'histogram',
      help: 'Response time from the intended start of answered requests, by whether they met their expectation',
      samples: each(({ name, response, responseFailed }) => [
        ...histogram(response, (own) => label({ target: name, result: 'success', ...own })),
        ...histogram(responseFailed, (own) => label({ target: name, result: 'failed', ...own })),
      ]),
    },
    {
      name: 'headroom_send_lag_seconds',
      kind: 'histogram',
      help: 'How late the generator itself took requests up',
      samples: histogram(interval.lag, label),
    },
    {
      name: 'headroom_in_flight',
      kind: 'gauge',
      help: 'Requests sent and not ended yet',
      samples: [{ suffix: '', labels: label({}), value: interval.inFlight }],
    },
    {
      name: 'headroom_run_info',
      kind: 'gauge',
      help: 'The run that measures, and the version of headroom',
      samples: [
        { suffix: '', labels: label({ run_id: identity.runId, version: identity.version }), value: 1 },
      ],
    },
  ];
  return families.filter(({ samples }) => samples.length > 0);
}

/** Own labels together with what every sample has. */
type Labeller = (own: Readonly<Record<string, string>>) => Labels;

function labeller(identity: RunIdentity): Labeller {
  const common = identity.tags.map(tagPair).map(([key, value]) => [labelName(key), value] as const);
  return (own) =>
    [...new Map([...common, ...Object.entries(own)])]
      // An empty label is none.
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A tag's key as a label; two underscores at the begin, `le` and `quantile` have a meaning of their own. */
function labelName(key: string): string {
  const plain = key
    .replaceAll(/\W/g, '_')
    .replace(/^(?=\d)/, '_')
    .replace(/^_+(?=_)/, '');
  return plain === 'le' || plain === 'quantile' || plain === '' ? `tag_${plain}` : plain;
}

type Each = (part: (target: TargetInterval) => readonly Sample[]) => Sample[];

function counterFamilies(each: Each, label: Labeller): readonly Family[] {
  const count = (value: number, own: Readonly<Record<string, string>>): Sample => ({
    suffix: '_total',
    labels: label(own),
    value,
  });
  const counter = (
    name: string,
    help: string,
    part: (target: TargetInterval) => readonly Sample[],
  ): Family => ({
    name,
    kind: 'counter',
    help,
    samples: each(part),
  });
  return [
    counter('headroom_sent', 'Requests sent', ({ name, sent }) => [count(sent, { target: name })]),
    counter('headroom_dropped', 'Requests never sent, as there was no slot in time', ({ name, dropped }) => [
      count(dropped, { target: name }),
    ]),
    counter(
      'headroom_requests',
      'Requests that ended, by status of the answer; none: no whole one came',
      (target) => [
        ...[...target.statuses].map(([status, value]) =>
          count(value, { target: target.name, status: String(status) }),
        ),
        count(target.broken, { target: target.name, status: 'none' }),
      ],
    ),
    counter('headroom_failures', 'Failed requests by cause', ({ name, causes }) =>
      [...causes].map(([cause, value]) => count(value, { target: name, cause })),
    ),
  ];
}

/** Buckets, sum and count. A value counts under a bound when its bucket does as a whole: never as faster than it was. */
function histogram(tally: Tally, label: Labeller): Sample[] {
  const under = countsUnder(tally);
  const buckets = BOUNDS.map(
    (bound, position): Sample => ({
      suffix: '_bucket',
      labels: label({ le: String(bound) }),
      value: under[position] ?? 0,
    }),
  );
  return [
    ...buckets,
    { suffix: '_bucket', labels: label({ le: '+Inf' }), value: tally.count },
    { suffix: '_sum', labels: label({}), value: tally.sumMs / 1000 },
    { suffix: '_count', labels: label({}), value: tally.count },
  ];
}

function countsUnder(tally: Tally): number[] {
  const under: number[] = [];
  let seen = 0;
  tally.forEachBucket((index, count) => {
    const highest = highestUs(index);
    for (let us = boundUs(under.length); highest > us; us = boundUs(under.length)) under.push(seen);
    seen += count;
  });
  while (under.length < BOUNDS.length) under.push(seen);
  return under;
}

/** A bound in microseconds; beyond the last one Infinity. */
function boundUs(position: number): number {
  return Math.round((BOUNDS[position] ?? Infinity) * 1e6);
}
