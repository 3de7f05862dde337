/** A stretch of a run as Veneur's samples: what the spans of its requests do not count. */

import { distinctNames } from '../dogstatsd/naming.ts';
import type { Interval, TargetInterval } from '../interval.ts';
import { namedQuantiles } from '../quantiles.ts';
import { tagPair } from '../tags.ts';
import { unixNs } from '../unix-time.ts';
import type { SsfSample, SsfSpan } from './span.ts';

/** So many samples stay below the length of a datagram, whatever their tags are. */
const MOST_IN_ONE = 16;

/**
 * Counters of the stretch (`headroom.sent`, `dropped`, `requests` by status, `failures` by cause) and gauges
 * (`headroom.response.p50` .. `max` of successes and `headroom.send_lag.p50` .., in ms, and `headroom.in_flight`), each of
 * its target. Counts of nothing have no sample. Times of requests have none either: their spans tell them.
 */
export function intervalSamples(interval: Interval): SsfSample[] {
  const names = distinctNames(interval.targets.map(({ name }) => name));
  const stamp = { timestampNs: unixNs(interval.toMs) };
  const lag = namedQuantiles(interval.lag).map(([name, ms]) => gauge(`send_lag.${name}`, ms, 'ms'));
  const drafts = [
    ...interval.targets.flatMap((target, position) => targetSamples(target, names[position] ?? target.name)),
    ...lag,
    gauge('in_flight', interval.inFlight, ''),
  ];
  return drafts.map((draft) => ({ ...draft, ...stamp }));
}

/** Samples in spans that carry them and are none: without ids, as Veneur takes them. @param tags `key:value` each, on every sample */
export function carriersOf(
  samples: readonly SsfSample[],
  { service, tags }: { readonly service: string; readonly tags: readonly string[] },
): SsfSpan[] {
  const common = tags.map(tagPair);
  const tagged = samples.map((sample) => ({ ...sample, tags: new Map([...common, ...sample.tags]) }));
  const groups = Math.ceil(tagged.length / MOST_IN_ONE);
  return Array.from({ length: groups }, (_, group) => ({
    traceId: 0n,
    id: 0n,
    parentId: 0n,
    startNs: 0n,
    endNs: 0n,
    error: false,
    service,
    metrics: tagged.slice(group * MOST_IN_ONE, (group + 1) * MOST_IN_ONE),
    tags: new Map(),
    indicator: false,
    name: '',
  }));
}

type Draft = Omit<SsfSample, 'timestampNs'>;

function targetSamples(target: TargetInterval, name: string): Draft[] {
  const ofTarget = { target: name };
  const count = (metric: string, value: number, tag: Readonly<Record<string, string>> = {}): Draft[] =>
    value === 0 ? [] : [draft('counter', metric, { value, tags: { ...ofTarget, ...tag } })];
  return [
    ...count('sent', target.sent),
    ...count('dropped', target.dropped),
    ...[...target.statuses].flatMap(([status, value]) =>
      count('requests', value, { status: String(status) }),
    ),
    ...count('requests', target.broken, { status: 'none' }),
    ...[...target.causes].flatMap(([cause, value]) => count('failures', value, { cause })),
    ...namedQuantiles(target.response).map(([quantile, value]) =>
      draft('gauge', `response.${quantile}`, { value, tags: ofTarget, unit: 'ms' }),
    ),
  ];
}

function gauge(name: string, value: number, unit: string): Draft {
  return draft('gauge', name, { value, unit });
}

interface Said {
  readonly value: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly unit?: string;
}

function draft(kind: SsfSample['kind'], name: string, { value, tags = {}, unit = '' }: Said): Draft {
  return {
    kind,
    name: `headroom.${name}`,
    value,
    message: '',
    status: 0,
    sampleRate: 1,
    tags: new Map(Object.entries(tags)),
    unit,
  };
}
