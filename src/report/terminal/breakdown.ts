/** The same numbers per target and per remote address, where there is more than one. */

import type { ResultDocument, TargetResult } from '../../result/document.ts';
import { formatCount, formatDuration, formatEstimate, formatIn } from '../format.ts';
import { MOST_ROWS, TARGETS_ORDER, tellingTargets } from '../telling.ts';
import type { Ink } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import { cut, firstThatFits, INDENT, section } from './layout.ts';
import { restLines } from './rest.ts';

/** The table of the targets, of many the most telling unless verbose; empty for a single one. */
export function targetLines({ targets }: ResultDocument, ink: Ink): string[] {
  if (targets.length < 2) return [];
  const told = tellingTargets(targets);
  const shown = ink.verbose ? targets : told.shown;
  const table = (intervals: boolean, nameWidth: number) => (): string[] =>
    tableLines(
      [
        ['target', 'sent', 'failed', 'errors', 'p50', 'p95', 'p99', 'max'].map(ink.faint),
        ...shown.map((target) => targetCells(target, ink, { intervals, nameWidth })),
      ],
      { aligns: 'lrrrrrrr' },
    );
  const blocks = [table(true, 40), table(true, 24), table(false, 24), table(false, 12)];
  const beside = shown.length < targets.length ? TARGETS_ORDER : '';
  return section(ink, 'Targets', {
    beside: ink.faint(beside),
    lines: [...firstThatFits(blocks, ink.width - INDENT), ...restLines(targets.length - shown.length, ink)],
  });
}

interface CellWidth {
  readonly intervals: boolean;
  readonly nameWidth: number;
}

function targetCells(target: TargetResult, ink: Ink, { intervals, nameWidth }: CellWidth): string[] {
  const quantile = (name: string): string => {
    const { valueMs = null, needs = null } = target.response.quantiles[name] ?? {};
    return needs === null ? ink.plain(formatDuration(valueMs)) : ink.faint(`n<${formatCount(needs)}`);
  };
  const ratio = target.errorRatio;
  const errors = ink.plain(intervals ? formatEstimate('ratio', ratio) : formatIn('ratio', ratio.value));
  return [
    cut(ink, ink.plain(target.name), nameWidth),
    formatCount(target.sent),
    target.failed === 0 ? '0' : ink.bad(formatCount(target.failed)),
    errors,
    quantile('p50'),
    quantile('p95'),
    quantile('p99'),
    ink.plain(formatDuration(target.response.maxMs)),
  ];
}

/** The table of the remote addresses; empty for a single one. */
export function addressLines({ addresses }: ResultDocument, ink: Ink): string[] {
  if (addresses.length < 2) return [];
  const shown = ink.verbose ? addresses : addresses.slice(0, MOST_ROWS);
  const all = addresses.reduce((sum, { attempts }) => sum + attempts, 0);
  const rows = shown.map(({ address, attempts, failed }) => [
    cut(ink, ink.plain(address), 46),
    formatCount(attempts),
    ink.plain(formatIn('ratio', all === 0 ? null : attempts / all)),
    failed === 0 ? '0' : ink.bad(formatCount(failed)),
  ]);
  const head = ['address', 'attempts', 'share', 'failed'].map(ink.faint);
  return section(ink, 'Addresses', {
    lines: [
      ...tableLines([head, ...rows], { aligns: 'lrrr' }),
      ...restLines(addresses.length - shown.length, ink),
    ],
  });
}
