/** What a search took: trials, requests and time, beside the estimate and the budget. */

import { formatDurationMs } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { CapacityReport } from '../../verdict/capacity/report.ts';
import { plural } from '../format.ts';
import { flow } from '../terminal/layout.ts';
import type { Ink } from '../terminal-ink.ts';

/** The faint lines under the headline of a search. */
export function spentLines({ startedAt, exitCode, capacity }: ResultDocument, ink: Ink): string[] {
  const parts = [
    ...(capacity === undefined ? [] : effortParts(capacity)),
    startedAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC'),
    `exit code ${exitCode}`,
  ];
  return flow(parts.map(ink.plain), ink.width).map((line) => ink.faint(line));
}

function effortParts({ trials, requests, elapsedMs, estimateMs, budgetMs }: CapacityReport): string[] {
  const beside = [
    ...(estimateMs === null ? [] : [`estimated ${formatDurationMs(estimateMs)}`]),
    ...(budgetMs === null ? [] : [`at most ${formatDurationMs(budgetMs)}`]),
  ];
  return [
    plural(trials.length, 'trial'),
    plural(requests, 'request'),
    `${formatDurationMs(elapsedMs)}${beside.length === 0 ? '' : ` (${beside.join(', ')})`}`,
  ];
}
