/** Errors: by status, and by cause with a few examples of each. */

import { formatDurationMs } from '../../core/units.ts';
import type { FailureResult, ResultDocument, Totals } from '../../result/document.ts';
import { formatCount, formatEstimate } from '../format.ts';
import type { Ink } from '../terminal-ink.ts';
import { flow, INDENT, section, wrap } from './layout.ts';

const MOST_EXAMPLES = 5;
/** Before what goes on from the line above. */
const FOLLOW = '  ';

/** The section of the errors; one line when there were none. */
export function failureLines({ totals, failures }: ResultDocument, ink: Ink): string[] {
  const ratio = ink.plain(formatEstimate('ratio', totals.errorRatio));
  const none = totals.failed === 0;
  const count = none ? 'none' : `${formatCount(totals.failed)} failed`;
  return section(ink, 'Errors', {
    beside: `${none ? count : ink.bad(count)}   ${ratio}`,
    lines: [...statusLines(totals, ink), ...causeLines(totals, failures, ink)],
  });
}

function statusLines({ byStatus }: Totals, ink: Ink): string[] {
  const parts = Object.entries(byStatus).map(([status, count]) => {
    const text = ink.plain(status);
    return `${Number(status) >= 400 ? ink.bad(text) : text} ${ink.faint(ink.plain('×'))} ${formatCount(count)}`;
  });
  return parts.length === 0 ? [] : flow([ink.faint('status'), ...parts], ink.width - INDENT);
}

/** Every cause that was counted, the most frequent first, whether or not examples of it were kept. */
function causeLines({ byCause }: Totals, failures: readonly FailureResult[], ink: Ink): string[] {
  const causes = Object.entries(byCause).sort(([, a], [, b]) => b - a);
  const digits = Math.max(0, ...causes.map(([, count]) => formatCount(count).length));
  return causes.flatMap(([cause, count]) => [
    `${formatCount(count).padStart(digits)}  ${ink.bad(ink.plain(cause))}`,
    ...exampleTexts(failures.find((failure) => failure.cause === cause)).flatMap((text) => {
      const margin = ' '.repeat(digits + 2);
      const lines = wrap(ink.plain(text), ink.width - INDENT - margin.length - FOLLOW.length);
      return lines.map((line, index) => margin + (index === 0 ? '' : FOLLOW) + ink.faint(line));
    }),
  ]);
}

/** One text per example; examples that differ in their time alone share one. */
export function exampleTexts(failure: FailureResult | undefined): string[] {
  const groups = new Map<string, number[]>();
  for (const { target, phase, status, detail, atMs } of failure?.examples.slice(0, MOST_EXAMPLES) ?? []) {
    const known = status === null || detail.includes(String(status)) ? '' : `${status} `;
    const text = `${target}${phase === null ? '' : ` in ${phase}`}: ${known}${detail}`;
    groups.set(text, [...(groups.get(text) ?? []), atMs]);
  }
  return [...groups].map(([text, times]) => `${times.map(formatDurationMs).join(', ')}  ${text}`);
}
