/** All that is known of each rate: its trials pooled. */

import { formatDurationMs, formatRate } from '../../core/units.ts';
import type { CapacityReport, RateReport } from '../../verdict/capacity/report.ts';
import { formatCount } from '../format.ts';
import { cut, firstThatFits, hanging, inset, section } from '../terminal/layout.ts';
import { reasonText } from '../terminal/verdict.ts';
import type { Ink } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import { labelMark } from './label.ts';

/** Columns that an objective's text may take, the most first; 0: it is left out. */
const WIDTHS = [40, 24, 16, 0] as const;

/** The section of the rates, ascending; empty when none was tried. */
export function rateLines({ rates }: CapacityReport, ink: Ink): string[] {
  if (rates.length === 0) return [];
  const inner = inset(ink);
  const table = (width: number) => (): string[] => {
    const head = [
      '',
      'rate',
      'trials',
      'measured',
      width === 0 ? '' : 'objective',
      'against it',
      'n counts as',
    ];
    return tableLines(
      [
        head.map((cell) => (cell === '' ? '' : ink.faint(cell))),
        ...rates.map((rate) => cellsOf(rate, ink, width)),
      ],
      { aligns: 'lrrrlrr' },
    );
  };
  const [headLine = '', ...rows] = firstThatFits(WIDTHS.map(table), inner.width);
  const lines = rates.flatMap(({ reason }, index) => [
    rows[index] ?? '',
    ...(reason === null ? [] : hanging(inner, '   ', reasonText(ink, reason)).map((line) => ink.faint(line))),
  ]);
  return section(ink, 'Rates', {
    beside: ink.faint('all trials at a rate together'),
    lines: [headLine, ...lines],
  });
}

function cellsOf(rate: RateReport, ink: Ink, width: number): string[] {
  const { ratePerSecond, label, trials, measuredMs, objective, count, exceeded, inflation } = rate;
  const against =
    count === null || exceeded === null ? '' : `${formatCount(exceeded)} of ${formatCount(count)}`;
  return [
    labelMark(ink, label),
    formatRate(ratePerSecond),
    formatCount(trials),
    formatDurationMs(measuredMs),
    width === 0 ? '' : cut(ink, ink.plain(objective ?? ''), width),
    against,
    count === null || inflation <= 1 ? '' : formatCount(Math.floor(count / inflation)),
  ];
}
