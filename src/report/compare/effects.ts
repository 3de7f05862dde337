/** The effects: each indicator of the two sides, by how much they differ, and what that means. */

import { formatRatio } from '../../core/units.ts';
import type { BlockReport, ComparisonFinding, ComparisonReport, Side } from '../../verdict/compare/report.ts';
import { formatDuration, formatIn, plural, UNBOUNDED, UNKNOWN } from '../format.ts';
import { hanging, INDENT, section } from '../terminal/layout.ts';
import { type Ink, markOf } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';

/** The section of the effects. `~` stands for a difference that is not shown, as benchstat has it. */
export function effectLines(comparison: ComparisonReport, ink: Ink): string[] {
  const { findings, sides } = comparison;
  const [first] = findings;
  if (first === undefined) return [];
  const head = ['', 'baseline', 'candidate', 'effect', 'interval', '', 'least'];
  const rows = findings.map((found) => rowOf(found, comparison, ink));
  const table = tableLines([head.map((cell) => (cell === '' ? '' : ink.faint(cell))), ...rows], {
    aligns: 'lrrrlll',
  });
  const inner = { ...ink, width: ink.width - INDENT };
  const open = findings.filter(({ status }) => status === 'inconclusive');
  const beside = ink.faint(
    ink.plain(`intervals of ${formatRatio(first.confidence)}, ~: no difference shown`),
  );
  return [
    ...section(ink, 'Effect', {
      beside,
      lines: [...table, ...open.flatMap(({ text }) => hanging(inner, '   ', ink.faint(ink.plain(text))))],
    }),
    ...section(ink, 'Sides', {
      lines: (['baseline', 'candidate'] as const).flatMap((side) => {
        const { label, sent, failed, commit } = sides[side];
        const at = commit === null ? '' : ` at ${commit.slice(0, 12)}`;
        const counts = `${plural(sent, 'request')}, ${failed} failed`;
        return hanging(inner, side.padEnd(11), ink.plain(`${label}${at}: ${counts}`));
      }),
    }),
  ];
}

function rowOf(found: ComparisonFinding, { blocks, sides }: ComparisonReport, ink: Ink): string[] {
  const { indicator, status, effect, minimumEffect, shown } = found;
  const of = (side: Side): string => {
    if (indicator === 'errors') {
      const { sent, failed } = sides[side];
      return formatIn('ratio', sent === 0 ? null : failed / sent);
    }
    return medianText(
      blocks.filter((block) => block.side === side),
      indicator,
    );
  };
  const show = (value: number | null): string =>
    value === null ? UNBOUNDED : changeText(indicator, value).replace('pp', '');
  const bounds =
    effect.low === null && effect.high === null ? '' : `[${show(effect.low)}, ${show(effect.high)}]`;
  const least = indicator === 'errors' ? `${points(minimumEffect)}pp` : formatRatio(minimumEffect);
  const word = shown === '~' ? '~' : shown;
  const paint = { slower: ink.bad, more: ink.bad, faster: ink.good, fewer: ink.good, '~': ink.faint }[shown];
  return [
    `${markOf(ink, status)} ${ink.strong(indicator)}`,
    ink.plain(of('baseline')),
    ink.plain(of('candidate')),
    ink.plain(effect.value === null ? UNKNOWN : changeText(indicator, effect.value)),
    ink.plain(bounds),
    paint(word),
    ink.faint(ink.plain(`+${least}`)),
  ];
}

/** `+12.3%` for a ratio, `+0.4pp`, percentage points, for a difference of error ratios. */
function changeText(indicator: ComparisonFinding['indicator'], value: number): string {
  if (indicator === 'errors') return `${value > 0 ? '+' : ''}${points(value)}pp`;
  if (value >= 10) return `x${Math.round(value)}`;
  return `${value > 1 ? '+' : ''}${Number(((value - 1) * 100).toFixed(1))}%`;
}

function points(ratio: number): number {
  return Number((ratio * 100).toFixed(2));
}

/** The middle of the blocks' percentiles; `∞` where it falls among failures. */
function medianText(blocks: readonly BlockReport[], indicator: 'p50' | 'p99'): string {
  if (blocks.length === 0) return UNKNOWN;
  const values = blocks
    .map(({ p50Ms, p99Ms }) => (indicator === 'p50' ? p50Ms : p99Ms) ?? Infinity)
    .toSorted((a, b) => a - b);
  const middle = values[Math.ceil(values.length / 2) - 1] ?? Infinity;
  return middle === Infinity ? '∞' : formatDuration(middle);
}
