/** How a candidate compares with a baseline: the change with its interval, and the blocks it was read off. */

import type { ResultDocument } from '../../result/document.ts';
import type { ComparisonReport, Side, SideReport } from '../../verdict/compare/report.ts';
import { link } from '../chart/markup.ts';
import { blockFigures } from '../figure/blocks.ts';
import { effectFigure } from '../figure/effects.ts';
import { formatCount, plural } from '../format.ts';
import { card, figures, section, sentence, statusMark } from './section.ts';
import { type Cell, tableMarkup } from './table.ts';

const SIDES: readonly Side[] = ['baseline', 'candidate'];

/** The section of a comparison. */
export function comparisonMarkup(result: ResultDocument, comparison: ComparisonReport): string {
  const { mode, blocks, maxBlocks, looks, findings, sides } = comparison;
  const how =
    mode === 'live' ? 'blocks of the two in turn, in one run' : 'runs of different times, cut into blocks';
  return section(
    {
      id: 'comparison',
      title: 'Comparison',
      beside: `${how}; ${plural(blocks.length, 'block')}, at most ${formatCount(maxBlocks)} a side, ${plural(looks, 'look')}`,
    },
    card(
      tableMarkup({
        head: [],
        aligns: 'llw',
        rows: findings.map(({ status, indicator, text }): Cell[] => [
          statusMark(status),
          indicator,
          sentence(text),
        ]),
      }),
    ),
    figures([effectFigure(result), ...blockFigures(result)]),
    card(
      tableMarkup({
        head: ['side', '', 'commit', 'sent', 'failed'],
        aligns: 'lwlrr',
        rows: SIDES.map((side) => sideRow(side, sides[side])),
      }),
      'Sides',
    ),
  );
}

function sideRow(side: Side, { label, commit, sent, failed }: SideReport): Cell[] {
  return [
    side,
    { markup: link(label, label) },
    commit?.slice(0, 10) ?? '',
    formatCount(sent),
    formatCount(failed),
  ];
}
