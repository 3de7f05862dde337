/**
 * A stretch of a run as DogStatsD lines, in the subset that Veneur takes: counts of the stretch, its percentiles as gauges
 * (p99 and p99.9 have names of their own), and its response times as timers, so that an aggregator can merge them with
 * those of other machines: gauges of percentiles can be neither merged nor averaged.
 */

import type { Tally } from '../../record/tally.ts';
import type { Interval, TargetInterval } from '../interval.ts';
import { namedQuantiles, valuesAtRanks } from '../quantiles.ts';
import { distinctNames, metricName, type Naming, numberText, tagSection } from './naming.ts';

export type { Naming } from './naming.ts';
export { packets, UDP_BYTES } from './packets.ts';
export { verdictLines } from './verdict.ts';

type Tags = readonly (readonly [key: string, value: string])[];

/** At most so many response times a target and a stretch; more are represented by as many with a sample rate. */
const MOST_VALUES = 200;

/**
 * The lines of a stretch: `requests` by status (`none`: no answer came), `failures` by cause, `sent`, `dropped`; gauges
 * `response.p50` .. `response.max` of successes and `send_lag.p50` .. in ms, `in_flight`; timers `response`, of successes
 * and of answers that missed their expectation, told apart by the tag `result`. Counts of nothing have no line.
 */
export function dogstatsdLines(interval: Interval, naming: Naming): string[] {
  const names = distinctNames(interval.targets.map(({ name }) => name));
  const targets = interval.targets.flatMap((target, position) =>
    targetLines(target, names[position] ?? target.name, naming),
  );
  const lag = quantileLines('send_lag', interval.lag, { naming, tags: [] });
  return [...targets, ...lag, gauge('in_flight', interval.inFlight, { naming, tags: [] })];
}

interface Where {
  readonly naming: Naming;
  readonly tags: Tags;
}

function targetLines(target: TargetInterval, name: string, naming: Naming): string[] {
  const tags: Tags = [['target', name]];
  const count = (metric: string, value: number, more: Tags = []): string[] =>
    value === 0
      ? []
      : [`${metricName(naming, metric)}:${numberText(value)}|c${tagSection(naming, [...tags, ...more])}`];
  return [
    ...count('sent', target.sent),
    ...count('dropped', target.dropped),
    ...[...target.statuses].flatMap(([status, value]) =>
      count('requests', value, [['status', String(status)]]),
    ),
    ...count('requests', target.broken, [['status', 'none']]),
    ...[...target.causes].flatMap(([cause, value]) => count('failures', value, [['cause', cause]])),
    ...quantileLines('response', target.response, { naming, tags }),
    ...timerLines(target.response, { naming, tags: [...tags, ['result', 'success']] }),
    ...timerLines(target.responseFailed, { naming, tags: [...tags, ['result', 'failed']] }),
  ];
}

function gauge(name: string, value: number, { naming, tags }: Where): string {
  return `${metricName(naming, name)}:${numberText(value)}|g${tagSection(naming, tags)}`;
}

function quantileLines(name: string, tally: Tally, where: Where): string[] {
  return namedQuantiles(tally).map(([quantile, ms]) => gauge(`${name}.${quantile}`, ms, where));
}

/** One value a line: packed ones (`1:2:3`) are refused by Veneur before version 14, and by most other readers. */
function timerLines(tally: Tally, { naming, tags }: Where): string[] {
  const { values, rate } = representatives(tally);
  const name = metricName(naming, 'response');
  const sections = `|ms${rate === 1 ? '' : `|@${rate}`}${tagSection(naming, tags)}`;
  return values.map((ms) => `${name}:${numberText(ms)}${sections}`);
}

/**
 * All values of a small tally; of a large one those in the middle of as many equal parts, which with the sample rate
 * count as many as there were.
 */
function representatives(tally: Tally): { readonly values: number[]; readonly rate: number } {
  const size = Math.min(tally.count, MOST_VALUES);
  const ranks = Array.from({ length: size }, (_, part) => Math.ceil(((part + 0.5) * tally.count) / size));
  return { values: valuesAtRanks(tally, ranks), rate: size === 0 ? 1 : size / tally.count };
}
