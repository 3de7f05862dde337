/** The effects: each indicator of the two sides, by how much they differ, and what that means. */

import { formatRatio } from '../../core/units.ts';
import type { ComparisonFinding, ComparisonReport } from '../../verdict/compare/report.ts';
import { hanging, inset, section } from '../terminal/layout.ts';
import { type Ink, markOf } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import { effectCells, sideText } from './cells.ts';

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
  const inner = inset(ink);
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
      lines: (['baseline', 'candidate'] as const).flatMap((side) =>
        hanging(inner, side.padEnd(11), ink.plain(sideText(sides[side]))),
      ),
    }),
  ];
}

function rowOf(found: ComparisonFinding, comparison: ComparisonReport, ink: Ink): string[] {
  const { indicator, status, shown } = found;
  const { baseline, candidate, effect, interval, least } = effectCells(found, comparison);
  const paint = { slower: ink.bad, more: ink.bad, faster: ink.good, fewer: ink.good, '~': ink.faint }[shown];
  return [
    `${markOf(ink, status)} ${ink.strong(indicator)}`,
    ink.plain(baseline),
    ink.plain(candidate),
    ink.plain(effect),
    ink.plain(interval),
    paint(shown),
    ink.faint(ink.plain(least)),
  ];
}
