/** The blocks of the two sides over time, at a glance. */

import { sparkline } from '../../core/sparkline.ts';
import type { BlockReport, ComparisonReport, Side } from '../../verdict/compare/report.ts';
import { formatDuration } from '../format.ts';
import { INDENT, section } from '../terminal/layout.ts';
import type { Ink } from '../terminal-ink.ts';

/** Columns kept for names and the largest value. */
const REST = 24;
const WIDEST = 64;

/** The section of the blocks: p99 of each, both sides on one scale. */
export function blockLines({ blocks }: ComparisonReport, ink: Ink): string[] {
  const most = Math.max(0, ...blocks.map(({ p99Ms }) => p99Ms ?? 0));
  if (blocks.length === 0 || most === 0) return [];
  const width = Math.max(8, Math.min(WIDEST, ink.width - INDENT - REST));
  const row = (side: Side): string => `${side.padEnd(11)}${marksOf(blocks, side, { width, most, ink })}`;
  return section(ink, 'Blocks', {
    beside: ink.faint(ink.plain(`p99 of each, up to ${formatDuration(most)}`)),
    lines: [row('baseline'), row('candidate')].map((line) => line.trimEnd()),
  });
}

function marksOf(
  blocks: readonly BlockReport[],
  side: Side,
  { width, most, ink }: { readonly width: number; readonly most: number; readonly ink: Ink },
): string {
  // A percentile among failures is drawn as the highest; the last value gives both rows one scale, and is cut off.
  const values = blocks.filter((block) => block.side === side).map(({ p99Ms }) => p99Ms ?? most);
  const marks = sparkline([...folded(values, width), most], {
    width: width + 1,
    unicode: ink.unicode,
    fold: 'mean',
  });
  return marks.slice(0, -1);
}

/** Means of neighbours, where there are more values than columns. */
function folded(values: readonly number[], width: number): number[] {
  const count = Math.min(values.length, width);
  return Array.from({ length: count }, (_, cell) => {
    const from = Math.floor((cell * values.length) / count);
    const part = values.slice(from, Math.floor(((cell + 1) * values.length) / count));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
