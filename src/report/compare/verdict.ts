/** The verdict of a comparison in a sentence, and a line on what was compared: what a reader must see first. */

import { formatDurationMs, formatRate } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { ComparisonReport } from '../../verdict/compare/report.ts';
import { plural } from '../format.ts';
import { wrap } from '../terminal/layout.ts';
import { badgeLines, stopLines } from '../terminal/verdict.ts';
import type { Ink } from '../terminal-ink.ts';

/** Verdict, reasons, a stop before the end, and what was compared. */
export function comparisonLines(result: ResultDocument, comparison: ComparisonReport, ink: Ink): string[] {
  return [
    ...badgeLines(result.verdict, 'the candidate is not worse than the baseline', ink),
    ...stopLines(result, ink),
    ...wrap(ink.plain(contextText(result, comparison)), ink.width).map((line) => ink.faint(line)),
  ];
}

function contextText(result: ResultDocument, { mode, blocks, looks }: ComparisonReport): string {
  const { totals, startedAt, exitCode } = result;
  const { asked } = totals.ratePerSecond;
  const perSide = blocks.filter(({ side }) => side === 'candidate').length;
  const [first] = blocks;
  const parts = [
    mode === 'live' ? 'measured in turn' : 'two stored runs',
    asked === null ? 'closed loop' : formatRate(asked),
    `${plural(perSide, 'block')} of each${first === undefined ? '' : `, ${formatDurationMs(first.durationMs)} long`}`,
    ...(mode === 'live' ? [plural(looks, 'look')] : []),
    startedAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC'),
    `exit code ${exitCode}`,
  ];
  return parts.join(' · ');
}
