/** The history as people read it: a table of each plan, newest runs first, and where its indicators changed. */

import { sparkline } from '../../core/sparkline.ts';
import { formatDuration, formatIn, plural } from '../format.ts';
import type { ReportOptions } from '../options.ts';
import { cut, hanging, INDENT, section, textOf, textWidth } from '../terminal/layout.ts';
import { createInk, type Ink, markOf } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import { changeLines } from './changes.ts';
import type { HistoryReport, HistoryRun, PlanHistory } from './model.ts';
import { commitText, whenText } from './moment.ts';

const HEAD = ['when (UTC)', '', 'command', 'rate', 'p50', 'p99', 'errors', 'commit', 'run'];
const ALIGNS = 'lllrrrrll';

/** Columns of a sparkline. */
const SPARK_WIDTH = 24;

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

function emptyLines({ kept, filter, folder }: HistoryReport, ink: Ink): string[] {
  if (kept > 0 && filter !== null) {
    return hanging(ink, '', ink.plain(`No run of ${filter} among the ${plural(kept, 'run')} that are kept.`));
  }
  const text = `No runs yet: headroom run, capacity, launch and compare keep their results in ${folder}, unless --no-history is given.`;
  return hanging(ink, '', ink.plain(text));
}

function planLines(plan: PlanHistory, ink: Ink): string[] {
  const spark = sparkline(plan.p99Ms, { width: SPARK_WIDTH, unicode: ink.unicode, fold: 'max' });
  const hasSpark = plan.p99Ms.filter((value) => value !== null).length > 1;
  const beside = hasSpark ? `${ink.faint('p99')} ${ink.plain(spark)}` : '';
  const room = ink.width - textWidth(beside) - 2;
  const generator = ink.faint(
    cut(ink, ink.plain(`${plan.planHash.slice(0, 12)} · ${plan.generator}`), ink.width - INDENT),
  );
  const rows = plan.runs.map((run) => rowOf(run, ink));
  const table = tableLines([HEAD.map((cell) => (cell === '' ? '' : ink.faint(cell))), ...rows], {
    aligns: ALIGNS,
    gap: 1,
  });
  return section(ink, cut(ink, ink.plain(plan.name), room), {
    beside,
    lines: [generator, ...table, ...changeLines(plan, { ...ink, width: ink.width - INDENT })],
  });
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
