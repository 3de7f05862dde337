/**
 * GitLab's metrics report: Prometheus text without timestamps. GitLab splits lines like a shell and compares values as
 * text, so labels hold no blank and numbers are rounded to a fixed number of decimals.
 */

import { createHash } from 'node:crypto';
import type { Distribution, Interval, ResultDocument } from '../../result/document.ts';

/** The report; what is not known has no line. */
export function renderGitlabMetrics(result: ResultDocument): string {
  const { totals, targets, capacity, launch, verdict } = result;
  const one = targets.length === 1;
  const lines = [
    ...(['pass', 'fail', 'inconclusive'] as const).flatMap((status) =>
      line('headroom_verdict', { status }, verdict.status === status ? '1' : '0'),
    ),
    ...line('headroom_rate_per_second', { kind: 'asked' }, fixed(totals.ratePerSecond.asked, 1)),
    ...line('headroom_rate_per_second', { kind: 'sent' }, fixed(totals.ratePerSecond.sent, 1)),
    ...line('headroom_rate_per_second', { kind: 'good' }, fixed(totals.ratePerSecond.good, 1)),
    ...line('headroom_dropped', {}, fixed(totals.dropped, 0)),
    ...line('headroom_capacity_held_per_second', {}, fixed(capacity?.heldPerSecond ?? null, 1)),
    ...line('headroom_capacity_broke_per_second', {}, fixed(capacity?.brokePerSecond ?? null, 1)),
    ...line('headroom_ratio', { bound: 'low' }, fixed(launch?.headroom.low ?? null, 3)),
    ...line('headroom_ratio', { bound: 'high' }, fixed(launch?.headroom.high ?? null, 3)),
    ...indicators({}, totals),
    ...(one ? [] : targets.flatMap((target) => indicators({ target: slug(target.name) }, target))),
  ];
  return `${lines.join('\n')}\n# EOF\n`;
}

type Labels = Readonly<Record<string, string>>;

function indicators(
  labels: Labels,
  { response, errorRatio }: { readonly response: Distribution; readonly errorRatio: Interval },
): string[] {
  return [
    ...line('headroom_error_ratio', labels, fixed(errorRatio.value, 4)),
    ...Object.entries(response.quantiles).flatMap(([quantile, { valueMs }]) =>
      line('headroom_response_ms', { ...labels, quantile: slug(quantile) }, fixed(valueMs, 1)),
    ),
    ...line('headroom_response_ms', { ...labels, quantile: 'mean' }, fixed(response.meanMs, 1)),
  ];
}

function line(name: string, labels: Labels, value: string | null): string[] {
  if (value === null) return [];
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  return [`${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`];
}

function fixed(value: number | null, decimals: number): string | null {
  if (value === null) return null;
  // Minus zero and zero are one number, and two texts.
  return value.toFixed(decimals).replace(/^-(0(?:\.0*)?)$/, '$1');
}

/** The name as a label; one that had to be changed gets a mark of its own, so that two names stay two. */
function slug(name: string): string {
  const kept = name.replaceAll(/[^\w.-]/g, '_').slice(0, 60);
  if (kept === name) return name;
  return `${kept}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}
