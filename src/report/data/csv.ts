/** The course of a run as CSV (RFC 4180): one row per window. Units are in the names of the columns. */

import { safeText } from '../../core/text.ts';
import type { ResultDocument, WindowResult } from '../../result/document.ts';
import { serverColumns } from '../server/columns.ts';

type Cell = string | number | null;

const COLUMNS: readonly (readonly [name: string, of: (window: WindowResult) => Cell])[] = [
  ['from_ms', ({ fromMs }) => fromMs],
  ['sent', ({ sent }) => sent],
  ['completed', ({ completed }) => completed],
  ['good', ({ good }) => good],
  ['failed', ({ failed }) => failed],
  ['dropped', ({ dropped }) => dropped],
  ['answered', ({ answered }) => answered],
  ['answered_good', ({ answeredGood }) => answeredGood],
  ['in_flight', ({ inFlight }) => inFlight],
  ['p50_ms', ({ p50Ms }) => p50Ms],
  ['p99_ms', ({ p99Ms }) => p99Ms],
  ['lag_max_ms', ({ lagMaxMs }) => lagMaxMs],
];

/** The series. Each cause and each status of a failure that occurred has a column at the end, and then each resource of a server. */
export function renderCsv({ series, startedAt, windowMs, servers }: ResultDocument): string {
  const causes = keysOf(series, 'byCause');
  const statuses = keysOf(series, 'byStatus');
  const told = serverColumns({ windowMs, ...(servers === undefined ? {} : { servers }) });
  const head: Cell[] = [
    'at',
    'window_ms',
    ...COLUMNS.map(([name]) => name),
    ...causes.map((cause) => `cause_${cause}`),
    ...statuses.map((status) => `status_${status}`),
    ...told.map(({ name }) => name),
  ];
  const rows = series.map((window): Cell[] => [
    momentOf(startedAt, window.fromMs),
    windowMs,
    ...COLUMNS.map(([, of]) => of(window)),
    ...causes.map((cause) => own(window.byCause, cause)),
    ...statuses.map((status) => own(window.byStatus, status)),
    ...told.map(({ at }) => at(window.fromMs)),
  ]);
  return [head, ...rows].map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('');
}

function keysOf(series: readonly WindowResult[], key: 'byCause' | 'byStatus'): string[] {
  return [...new Set(series.flatMap((window) => Object.keys(window[key])))].sort();
}

function own(counts: Readonly<Record<string, number>>, key: string): number {
  return Object.hasOwn(counts, key) ? (counts[key] ?? 0) : 0;
}

/** Wall clock of a window's start, ISO 8601; empty when the start is not known. */
function momentOf(startedAt: string, fromMs: number): string {
  const ms = Date.parse(startedAt) + fromMs;
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : '';
}

/**
 * A number as it is; text safe to print, with an apostrophe before what a spreadsheet would take for a formula, and in
 * quotes where it holds a separator.
 */
function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = safeText(cell).replace(/^(?=[=+\-@])/, "'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
