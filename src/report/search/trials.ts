/** The evidence: every trial in its order, with what was planned, sent and measured, and what it shows. */

import { formatRate } from '../../core/units.ts';
import type { CapacityReport, Estimate, TrialReport } from '../../verdict/capacity/report.ts';
import {
  formatBounds,
  formatCount,
  formatDuration,
  formatIn,
  formatNumber,
  UNBOUNDED,
  UNKNOWN,
  type Unit,
} from '../format.ts';
import { firstThatFits, INDENT, section } from '../terminal/layout.ts';
import type { Ink } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import { labelMark } from './label.ts';

/** Whether what belongs to a cell stands beside it, under it, or is left out. */
type Detail = 'beside' | 'under' | 'none';

/** What a failed attempt takes. */
const INFINITE = '∞';

/** The section of the trials; empty when there was none. */
export function trialLines({ trials }: CapacityReport, ink: Ink): string[] {
  if (trials.length === 0) return [];
  const table = (detail: Detail, gap: number) => (): string[] => {
    const columns = columnsOf(ink, detail);
    const rows = [
      columns.map(({ head }) =>
        head
          .split('\n')
          .map((line) => (line === '' ? '' : ink.faint(line)))
          .join('\n'),
      ),
      ...trials.map((trial) => columns.map(({ cell }) => cell(trial))),
    ];
    return tableLines(rows, { aligns: columns.map(({ align }) => align).join(''), gap });
  };
  const blocks = [
    table('beside', 2),
    table('beside', 1),
    table('under', 2),
    table('under', 1),
    table('none', 2),
    table('none', 1),
  ];
  return section(ink, 'Trials', {
    beside: ink.faint('first mark: all at that rate so far; alone: this one'),
    lines: [...firstThatFits(blocks, ink.width - INDENT), ...codeLines(trials, ink)],
  });
}

interface Column {
  readonly head: string;
  readonly align: 'l' | 'r';
  readonly cell: (trial: TrialReport) => string;
}

function columnsOf(ink: Ink, detail: Detail): Column[] {
  const one = (head: string, of: (trial: TrialReport) => string): Column[] => [
    { head, align: 'r', cell: of },
  ];
  const two = (
    [upper, lower]: readonly [string, string],
    of: (trial: TrialReport) => readonly [string, string],
  ): Column[] => {
    if (detail === 'under') return one(`${upper}\n${lower}`, (trial) => of(trial).join('\n'));
    const first = one(upper, (trial) => of(trial)[0]);
    return detail === 'none' ? first : [...first, ...one(lower, (trial) => of(trial)[1])];
  };
  const estimate = (head: string, unit: Unit, of: (trial: TrialReport) => Estimate): Column[] =>
    one(detail === 'under' ? `${head}\n95%` : head, (trial) =>
      estimateCell(of(trial), unit, { ink, detail }),
    );
  return [
    ...one('', ({ label }) => labelMark(ink, label)),
    ...one('#', ({ number }) => formatCount(number)),
    { head: 'for', align: 'l', cell: ({ purpose }) => ink.plain(purpose) },
    ...(ink.verbose && detail !== 'none' ? two(['began', 'lasted'], timesOf) : []),
    ...two(['planned', 'sent'], ({ ratePerSecond, sentPerSecond }) => [
      formatRate(ratePerSecond),
      formatRate(sentPerSecond),
    ]),
    ...two(['done', 'lag'], ({ completedPerSecond, lagP99Ms }) => [
      formatRate(completedPerSecond),
      ink.plain(formatDuration(lagP99Ms)),
    ]),
    ...two(['n', 'over'], ({ count, exceeded }) => [countText(count, ink), countText(exceeded, ink)]),
    ...estimate('errors', 'ratio', ({ errorRatio }) => errorRatio),
    ...estimate('p50', 'ms', ({ p50Ms }) => p50Ms),
    ...estimate('p99', 'ms', ({ p99Ms }) => p99Ms),
    ...two(['alone', 'infl.'], ({ shows, inflation }) => [labelMark(ink, shows), formatNumber(inflation)]),
  ];
}

function timesOf({ startedMs, durationMs }: TrialReport): readonly [string, string] {
  return [formatDuration(startedMs), formatDuration(durationMs)];
}

function countText(count: number | null, ink: Ink): string {
  return count === null ? ink.plain(UNKNOWN) : formatCount(count);
}

function estimateCell(
  estimate: Estimate,
  unit: Unit,
  { ink, detail }: { readonly ink: Ink; readonly detail: Detail },
): string {
  const value = ink.plain(isInfinite(unit, estimate) ? INFINITE : formatIn(unit, estimate.value));
  const bounds = boundsOf(unit, estimate);
  if (detail === 'none' || bounds === null) return value;
  const beside = detail === 'beside';
  const interval = ink.faint(ink.plain(beside ? `[${bounds.join(', ')}]` : bounds.join('–')));
  return value + (beside ? ' ' : '\n') + interval;
}

/** A quantile with a bound and no value falls among the failures, which are infinitely slow. */
function isInfinite(unit: Unit, { value, low }: Estimate): boolean {
  return unit === 'ms' && value === null && low !== null;
}

function boundsOf(unit: Unit, estimate: Estimate): readonly string[] | null {
  if (isInfinite(unit, estimate)) return [formatIn(unit, estimate.low), INFINITE];
  const bounds = formatBounds(unit, estimate);
  return bounds?.map((bound) => (bound === UNBOUNDED && unit === 'ms' ? INFINITE : bound)) ?? null;
}

/** What was seen in a trial beside its numbers, such as a stop by the breaker. */
function codeLines(trials: readonly TrialReport[], ink: Ink): string[] {
  return trials.flatMap(({ number, codes }) =>
    codes.length === 0 ? [] : [ink.faint(`trial ${number}: ${ink.plain(codes.join(', '))}`)],
  );
}
