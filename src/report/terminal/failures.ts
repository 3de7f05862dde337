/** Errors: by status, and by cause with a few examples of each. */

import { formatDurationMs } from '../../core/units.ts';
import type { FailureResult, ResultDocument, Totals } from '../../result/document.ts';
import { formatCount, formatEstimate } from '../format.ts';
import { traceLines } from '../server/slowest.ts';
import type { Ink } from '../terminal-ink.ts';
import { flow, INDENT, section, wrap } from './layout.ts';

const MOST_EXAMPLES = 5;
/** Before what goes on from the line above. */
const FOLLOW = '  ';

/** The section of the errors; one line when there were none. */
export function failureLines({ totals, failures, trace }: ResultDocument, ink: Ink): string[] {
  const ratio = ink.plain(formatEstimate('ratio', totals.errorRatio));
  const none = totals.failed === 0;
  const count = none ? 'none' : `${formatCount(totals.failed)} failed`;
  return section(ink, 'Errors', {
    beside: `${none ? count : ink.bad(count)}   ${ratio}`,
    lines: [...statusLines(totals, ink), ...causeLines({ totals, failures, url: trace?.url ?? null }, ink)],
  });
}

function statusLines({ byStatus }: Totals, ink: Ink): string[] {
  const parts = Object.entries(byStatus).map(([status, count]) => {
    const text = ink.plain(status);
    return `${Number(status) >= 400 ? ink.bad(text) : text} ${ink.faint(ink.plain('×'))} ${formatCount(count)}`;
  });
  return parts.length === 0 ? [] : flow([ink.faint('status'), ...parts], ink.width - INDENT);
}

interface Causes {
  readonly totals: Totals;
  readonly failures: readonly FailureResult[];
  /** Template of the address of a trace. */
  readonly url: string | null;
}

/** Every cause that was counted, the most frequent first, whether or not examples of it were kept. */
function causeLines({ totals, failures, url }: Causes, ink: Ink): string[] {
  const causes = Object.entries(totals.byCause).sort(([, a], [, b]) => b - a);
  const digits = Math.max(0, ...causes.map(([, count]) => formatCount(count).length));
  const margin = ' '.repeat(digits + 2);
  const inner = { ...ink, width: ink.width - INDENT - margin.length };
  return causes.flatMap(([cause, count]) => [
    `${formatCount(count).padStart(digits)}  ${ink.bad(ink.plain(cause))}`,
    ...exampleGroups(failures.find((failure) => failure.cause === cause)).flatMap((group) => {
      const lines = wrap(ink.plain(group.text), inner.width - FOLLOW.length);
      const ids = ink.verbose ? group.traceIds : group.traceIds.slice(0, 1);
      return [
        ...lines.map((line, index) => margin + (index === 0 ? '' : FOLLOW) + ink.faint(line)),
        ...ids.flatMap((id) => traceLines(id, url, inner)).map((line) => margin + line),
      ];
    }),
  ]);
}

/** Examples that differ in their time alone. */
export interface ExampleGroup {
  /** `445ms, 3.7s  followers: HTTP 503`. */
  readonly text: string;
  /** Of those that named a trace. */
  readonly traceIds: readonly string[];
}

/** At most five examples, those that are alike together. */
export function exampleGroups(failure: FailureResult | undefined): ExampleGroup[] {
  const groups = new Map<string, { times: number[]; traceIds: string[] }>();
  for (const { target, phase, status, detail, atMs, traceId } of failure?.examples.slice(0, MOST_EXAMPLES) ??
    []) {
    const known = status === null || detail.includes(String(status)) ? '' : `${status} `;
    const text = `${target}${phase === null ? '' : ` in ${phase}`}: ${known}${detail}`;
    const group = groups.get(text) ?? { times: [], traceIds: [] };
    group.times.push(atMs);
    if (traceId !== undefined && traceId !== null) group.traceIds.push(traceId);
    groups.set(text, group);
  }
  return [...groups].map(([text, { times, traceIds }]) => ({
    text: `${[...new Set(times.map(formatDurationMs))].join(', ')}  ${text}`,
    traceIds,
  }));
}
