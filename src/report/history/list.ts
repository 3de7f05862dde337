/** The history as people read it: a table of each plan, newest runs first, and where its indicators changed. */

import { sparkline } from '../../core/sparkline.ts';
import { formatDuration, formatIn, plural } from '../format.ts';
import type { ReportOptions } from '../options.ts';
import { cut, hanging, INDENT, inset, section, textOf, textWidth } from '../terminal/layout.ts';
import { createInk, type Ink, markOf } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import { changeLines } from './changes.ts';
import type { HistoryReport, HistoryRun, PlanHistory } from './model.ts';
import { commitText, whenText } from './moment.ts';

/** The columns; `goes` is the order in which they give way where a terminal is too narrow, the first one first. */
const COLUMNS = [
  { head: 'when (UTC)', align: 'l', goes: null },
  { head: '', align: 'l', goes: null },
  { head: 'command', align: 'l', goes: 1 },
  { head: 'rate', align: 'r', goes: 3 },
  { head: 'p50', align: 'r', goes: 4 },
  { head: 'p99', align: 'r', goes: null },
  { head: 'errors', align: 'r', goes: 5 },
  { head: 'commit', align: 'l', goes: 2 },
  { head: 'run', align: 'l', goes: 6 },
] as const;
const GIVING_WAY = COLUMNS.flatMap(({ goes }, index) => (goes === null ? [] : [{ goes, index }])).toSorted(
  (a, b) => a.goes - b.goes,
);

/** Columns of a sparkline. */
const SPARK_WIDTH = 24;
/** And no fewer, though others need the rest of the line. */
const SPARK_MIN = 6;
const SPARK_ROOM = 48;

/** Smallest share of the largest value that a sparkline stretches over its heights. */
const SPARK_SHARE = 0.25;

/** Characters of a run's id that are shown. */
const ID_LENGTH = 8;

/** The report as people read it; ends with a newline. */
export function renderHistory(report: HistoryReport, options: ReportOptions): string {
  const ink = createInk(options);
  const { plans, kept, folder } = report;
  if (plans.length === 0) return textOf([...emptyLines(report, ink), ...canaryLines(report, ink)]);
  const shown = plans.reduce((sum, { runs }) => sum + runs.length, 0);
  const head = shown === kept ? plural(kept, 'run') : `${shown} of ${plural(kept, 'run')}`;
  return textOf([
    `${ink.strong(head)}  ${ink.faint(cut(ink, ink.plain(`kept in ${folder}`), ink.width - textWidth(head) - 2))}`,
    ...plans.flatMap((plan) => planLines(plan, ink)),
    ...legendLines(plans, ink),
    ...canaryLines(report, ink),
  ]);
}

/** Where they stand is told in one place. */
function canaryLines({ canaries }: HistoryReport, ink: Ink): string[] {
  if (canaries === 0) return [];
  const text = `${plural(canaries, 'canary', 'canaries')} kept here as well: headroom canary status tells how each stands.`;
  return ['', ...hanging(ink, '', ink.plain(text))];
}

function emptyLines({ kept, filter, since, until, folder }: HistoryReport, ink: Ink): string[] {
  if (kept > 0) {
    const of = filter === null ? '' : ` of ${filter}`;
    const then = `${since === null ? '' : ` from ${whenText(since)} on`}${until === null ? '' : ` before ${whenText(until)}`}`;
    return hanging(ink, '', ink.plain(`No run${of}${then} among the ${plural(kept, 'run')} that are kept.`));
  }
  const text = `No runs yet: headroom run, capacity, launch and compare keep their results in ${folder}, unless --no-history is given.`;
  return hanging(ink, '', ink.plain(text));
}

function planLines(plan: PlanHistory, ink: Ink): string[] {
  const beside = p99Line(plan.p99Ms, ink);
  const room = ink.width - textWidth(beside) - 2;
  const generator = ink.faint(
    cut(ink, ink.plain(`${plan.planHash.slice(0, 12)} · ${plan.generator}`), ink.width - INDENT),
  );
  const table = fittingTable(
    plan.runs.map((run) => rowOf(run, ink)),
    ink,
  );
  return section(ink, cut(ink, ink.plain(plan.name), room), {
    beside,
    lines: [generator, ...table, ...changeLines(plan, inset(ink))],
  });
}

/** How p99 went, oldest first, between the least and the most that it was; '' of fewer than two values. */
function p99Line(values: readonly (number | null)[], ink: Ink): string {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return '';
  const [least, most] = [Math.min(...known), Math.max(...known)];
  // Heights from 0 on would make a level that rose by a fifth look flat, those of its range alone make noise look grave.
  const floor = Math.min(least, most * (1 - SPARK_SHARE));
  const above = values.map((value) => (value === null ? null : value - floor));
  const width = Math.max(SPARK_MIN, Math.min(SPARK_WIDTH, ink.width - SPARK_ROOM));
  const spark = sparkline(above, { width, unicode: ink.unicode, fold: 'max' });
  const range = `${formatDuration(least)} to ${formatDuration(most)}`;
  return `${ink.faint('p99')} ${ink.plain(spark)} ${ink.faint(ink.plain(range))}`;
}

/** The table without the columns that a terminal has no room for. */
function fittingTable(rows: readonly (readonly string[])[], ink: Ink): string[] {
  for (let gone = 0; ; gone += 1) {
    const left = new Set(GIVING_WAY.slice(0, gone).map(({ index }) => index));
    const kept = COLUMNS.flatMap((column, index) => (left.has(index) ? [] : [{ ...column, index }]));
    const head = kept.map((column) => (column.head === '' ? '' : ink.faint(column.head)));
    const cells = rows.map((row) => kept.map(({ index }) => row[index] ?? ''));
    const aligns = kept.map(({ align }) => align).join('');
    const lines = tableLines([head, ...cells], { aligns, gap: 1 });
    const fits = lines.every((line) => textWidth(line) <= ink.width - INDENT);
    if (fits || gone === GIVING_WAY.length) return lines;
  }
}

function rowOf(run: HistoryRun, ink: Ink): string[] {
  const id = ink.plain(run.runId.slice(0, ID_LENGTH));
  return [
    whenText(run.startedAt),
    markOf(ink, run.verdict),
    ink.plain(run.command),
    ink.plain(formatIn('per-second', run.ratePerSecond)),
    ink.plain(formatDuration(run.p50Ms)),
    ink.plain(formatDuration(run.p99Ms)),
    ink.plain(formatIn('ratio', run.errorRatio)),
    ink.plain(commitText(run.git)),
    run.isBaseline ? `${id}${ink.good('*')}` : id,
  ];
}

function legendLines(plans: readonly PlanHistory[], ink: Ink): string[] {
  const isMarked = plans.some(({ runs }) => runs.some(({ isBaseline }) => isBaseline));
  const isDirty = plans.some(({ runs }) => runs.some(({ git }) => git?.dirty === true));
  const parts = [...(isMarked ? ['* baseline'] : []), ...(isDirty ? ['+ uncommitted changes'] : [])];
  if (parts.length === 0) return [];
  return ['', ink.faint(ink.plain(parts.join('  ')))];
}
