/** A series at a glance: one character per value. */

const BLOCKS = '▁▂▃▄▅▆▇█';
const ASCII = '_.:-=+*#';

export interface SparklineOptions {
  /** Most characters to use, >= 1. */
  readonly width: number;
  /** False: ASCII characters only. */
  readonly unicode: boolean;
  /** What stands for several values that share a character. */
  readonly fold: 'max' | 'mean';
}

/**
 * One character per value, or per group of neighbours when there are more values than `width`; heights run from 0,
 * which alone gets the lowest mark, to the largest. A null, or a group of nulls, is a blank. @returns '' when no value is known
 */
export function sparkline(values: readonly (number | null)[], options: SparklineOptions): string {
  const cells = foldInto(values, options);
  const known = cells.filter((cell) => cell !== null);
  if (known.length === 0) return '';
  const marks = options.unicode ? BLOCKS : ASCII;
  const top = known.reduce((most, value) => Math.max(most, value), 0);
  return cells.map((cell) => (cell === null ? ' ' : markOf(marks, top === 0 ? 0 : cell / top))).join('');
}

function markOf(marks: string, share: number): string {
  return marks.charAt(Math.ceil(Math.min(1, Math.max(0, share)) * (marks.length - 1)));
}

function foldInto(values: readonly (number | null)[], { width, fold }: SparklineOptions): (number | null)[] {
  const count = Math.min(values.length, width);
  return Array.from({ length: count }, (_, cell) => {
    const from = Math.floor((cell * values.length) / count);
    const to = Math.floor(((cell + 1) * values.length) / count);
    const known = values.slice(from, to).filter((value) => value !== null);
    if (known.length === 0) return null;
    if (fold === 'max') return known.reduce((most, value) => Math.max(most, value));
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}
