/** A page of metrics, as Prometheus pulls it and the Pushgateway is pushed it. */

import type { Interval, RunIdentity } from '../interval.ts';
import { type Family, familiesOf, type Labels } from './families.ts';

/** `text`: Prometheus' format 0.0.4; `openmetrics`: OpenMetrics 1.0, which names a counter's family without `_total`. */
export type PageFormat = 'text' | 'openmetrics';

/** What a page of each format is sent as. */
export const CONTENT_TYPES: Readonly<Record<PageFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** The page of a cumulative stretch: a line a number without timestamps, families one after another. */
export function metricsPage(interval: Interval, identity: RunIdentity, format: PageFormat = 'text'): string {
  const lines = familiesOf(interval, identity).flatMap((family) => familyLines(family, format));
  return `${[...lines, ...(format === 'openmetrics' ? ['# EOF'] : [])].join('\n')}\n`;
}

function familyLines({ name, kind, help, samples }: Family, format: PageFormat): string[] {
  const family = kind === 'counter' && format === 'text' ? `${name}_total` : name;
  return [
    `# HELP ${family} ${help}`,
    `# TYPE ${family} ${kind}`,
    ...samples.map(({ suffix, labels, value }) => `${name}${suffix}${labelText(labels)} ${String(value)}`),
  ];
}

function labelText(labels: Labels): string {
  if (labels.length === 0) return '';
  return `{${labels.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
