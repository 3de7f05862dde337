/** The distributions: response, service, connection, lag and the phases, with intervals where the width allows. */

import type { Distribution, QuantileResult, ResultDocument, Totals } from '../../result/document.ts';
import { formatBounds, formatCount, formatDuration, INFINITE, UNBOUNDED, UNKNOWN } from '../format.ts';
import type { Ink } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import { firstThatFits, flow, INDENT, section } from './layout.ts';

/** How much of an interval a table has room for: beside its value, under it, or none. */
type Detail = 'beside' | 'under' | 'none';

const QUANTILES = ['p50', 'p90', 'p95', 'p99', 'p99.9'] as const;
interface Row {
  readonly label: string;
  readonly distribution: Distribution;
  /** True for the rows whose intervals are shown. */
  readonly intervals: boolean;
  /** True where an unknown value is an infinite one. */
  readonly infinite: boolean;
}

/** The section of the distributions. */
export function latencyLines({ totals }: ResultDocument, ink: Ink): string[] {
  const clocks = clockRows(totals);
  const phases = phaseRows(totals, ink);
  if (clocks.length + phases.length === 0) return [];
  const names = QUANTILES.filter((name) => [...clocks, ...phases].some((row) => isJudgeable(row, name)));
  const table = (detail: Detail, gap: number) => (): string[] => {
    const rows = [
      ['', ...names, 'max', 'mean'].map((cell) => (cell === '' ? '' : ink.faint(cell))),
      ...clocks.map((row) => cellsOf(row, names, { ink, detail })),
      ...(phases.length === 0 ? [] : [[ink.faint('phases')]]),
      ...phases.map((row) => cellsOf(row, names, { ink, detail })),
    ];
    return tableLines(rows, { aligns: `l${'r'.repeat(names.length + 2)}`, gap });
  };
  const blocks = [
    table('beside', 2),
    table('under', 2),
    table('under', 1),
    table('none', 2),
    table('none', 1),
  ];
  return section(ink, 'Latency', {
    beside: ink.faint(
      totals.lag === null ? 'closed loop: response is service time' : 'from the intended start',
    ),
    lines: [
      ...firstThatFits(blocks, ink.width - INDENT),
      ...needLines({ rows: [...clocks, ...phases], names }, totals, ink),
      ...overflowLines(totals, ink),
    ],
  });
}

/** True when there are enough values for an interval of this quantile. */
function isJudgeable({ distribution }: Row, name: string): boolean {
  return distribution.count > 0 && distribution.quantiles[name]?.needs === null;
}

/** Says which quantiles are left out because no row has enough values, and what `n<` in a cell means. */
function needLines({ rows, names }: Shown, { response }: Totals, ink: Ink): string[] {
  const missing = QUANTILES.filter((name) => !names.includes(name)).map((name) => {
    const needs = response.quantiles[name]?.needs ?? null;
    return `${name}: n too small${needs === null ? '' : ` (needs ${formatCount(needs)})`}`;
  });
  const partly = rows.some((row) =>
    names.some((name) => (row.distribution.quantiles[name]?.needs ?? null) !== null),
  );
  const legend = partly ? ['n<k: n too small (needs k)'] : [];
  return flow([...missing, ...legend], ink.width - INDENT).map((line) => ink.faint(line));
}

interface Shown {
  readonly rows: readonly Row[];
  readonly names: readonly string[];
}

function clockRows({
  response,
  responseAll,
  service,
  connection,
  lag,
  failed,
  dropped,
  inFlight,
}: Totals): Row[] {
  const row = (label: string, distribution: Distribution, kind: Partial<Row> = {}): Row[] =>
    distribution.count === 0 ? [] : [{ label, distribution, intervals: true, infinite: false, ...kind }];
  return [
    ...row('response', response),
    ...(failed + dropped + inFlight > 0 ? row('incl. failed', responseAll, { infinite: true }) : []),
    ...row('service', service),
    ...row('connection', connection, { intervals: false }),
    ...(lag === null ? [] : row('lag', lag, { intervals: false })),
  ];
}

function phaseRows({ phases }: Totals, ink: Ink): Row[] {
  return Object.entries(phases).flatMap(([name, distribution]) =>
    distribution === null || distribution.count === 0
      ? []
      : [{ label: ink.plain(`  ${name}`), distribution, intervals: false, infinite: false }],
  );
}

interface CellContext {
  readonly ink: Ink;
  readonly detail: Detail;
}

function cellsOf(row: Row, names: readonly string[], context: CellContext): string[] {
  const { label, distribution, infinite } = row;
  const extreme = (ms: number | null): string =>
    context.ink.plain(ms === null && infinite ? INFINITE : formatDuration(ms));
  return [
    label,
    ...names.map((name) => quantileCell(row, distribution.quantiles[name], context)),
    extreme(distribution.maxMs),
    extreme(distribution.meanMs),
  ];
}

function quantileCell(row: Row, quantile: QuantileResult | undefined, { ink, detail }: CellContext): string {
  if (quantile === undefined) return ink.plain(UNKNOWN);
  if (quantile.needs !== null) return ink.faint(`n<${formatCount(quantile.needs)}`);
  const { valueMs, lowMs, highMs } = quantile;
  if (valueMs === null) return ink.plain(row.infinite ? INFINITE : UNKNOWN);
  const value = ink.plain(formatDuration(valueMs));
  const bounds = formatBounds('ms', { value: valueMs, low: lowMs, high: highMs });
  if (detail === 'none' || !row.intervals || bounds === null) return value;
  const beside = detail === 'beside';
  const shown = bounds.map((bound) => (bound === UNBOUNDED && row.infinite ? INFINITE : bound));
  const interval = ink.faint(ink.plain(beside ? `[${shown.join(', ')}]` : shown.join('–')));
  return value + (beside ? ' ' : '\n') + interval;
}

function overflowLines({ response, service }: Totals, ink: Ink): string[] {
  const beyond = Math.max(response.overflow, service.overflow);
  return beyond === 0 ? [] : [ink.unsure(`${formatCount(beyond)} took longer than one hour`)];
}
