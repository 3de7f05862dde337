/** Rate, p50 and p99 over time as sparklines. */

import { sparkline } from '../../core/sparkline.ts';
import { formatDurationMs, formatRate } from '../../core/units.ts';
import type { ResultDocument, WindowResult } from '../../result/document.ts';
import type { Ink } from '../terminal-ink.ts';
import { INDENT, section } from './layout.ts';

/** Columns for the label, and for the range behind the marks. */
const LABEL = 6;
const RANGE = 26;
const WIDEST = 80;

interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly fold: 'max' | 'mean';
  readonly format: (value: number) => string;
}

/** The section of the sparklines; empty with fewer than three windows. */
export function seriesLines({ series, windowMs }: ResultDocument, ink: Ink): string[] {
  if (series.length < 3) return [];
  const rate = (window: WindowResult): number => (window.completed * 1000) / windowMs;
  const lines: readonly Line[] = [
    { label: 'rate', values: series.map(rate), fold: 'mean', format: formatRate },
    { label: 'p50', values: series.map(({ p50Ms }) => p50Ms), fold: 'max', format: formatDurationMs },
    { label: 'p99', values: series.map(({ p99Ms }) => p99Ms), fold: 'max', format: formatDurationMs },
  ];
  const failing = series.some(({ failed, dropped }) => failed + dropped > 0);
  const failures: Line = {
    label: 'failed',
    values: series.map(({ failed, dropped }) => ((failed + dropped) * 1000) / windowMs),
    fold: 'mean',
    format: formatRate,
  };
  const shown = failing ? [...lines, failures] : lines;
  const lastMs = (series.at(-1)?.fromMs ?? 0) + windowMs;
  return section(ink, 'Over time', {
    beside: ink.faint(ink.plain(`${formatDurationMs(lastMs)}, from 0 to the largest`)),
    lines: shown.flatMap((line) => lineOf(line, ink)),
  });
}

function lineOf({ label, values, fold, format }: Line, ink: Ink): string[] {
  const width = Math.min(WIDEST, ink.width - INDENT - LABEL - RANGE - 4);
  // Few windows are drawn several columns wide each.
  const repeat = Math.max(1, Math.floor(width / values.length));
  const marks = sparkline(
    values.flatMap((value) => Array.from({ length: repeat }, () => value)),
    { width, unicode: ink.unicode, fold },
  );
  if (marks === '') return [];
  const known = values.filter((value) => value !== null);
  const low = known.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = known.reduce((most, value) => Math.max(most, value), 0);
  const range = low === high ? format(low) : `${format(low)} – ${format(high)}`;
  return [`${label.padEnd(LABEL)}  ${marks}  ${ink.faint(ink.plain(range))}`];
}
