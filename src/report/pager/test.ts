/** What `headroom pager test` found: whether each notifier makes a sound, and stops again. */

import { formatDuration, plural } from '../format.ts';
import type { ReportOptions } from '../options.ts';
import { cut, hanging, inset, section, textOf } from '../terminal/layout.ts';
import { createInk, type Ink, markOf } from '../terminal-ink.ts';

/** Document `headroom.pager-test/1`; its JSON form is itself (see json.ts). */
export interface PagerTestReport {
  readonly schema: 'headroom.pager-test/1';
  readonly tool: { readonly name: 'headroom'; readonly version: string; readonly node: string };
  readonly check: string;
  /** Of the synthetic alert; another one for each test. */
  readonly dedupKey: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly channels: readonly TestedChannel[];
  readonly exitCode: number;
}

/** One notifier. */
export interface TestedChannel {
  readonly name: string;
  readonly kind: string;
  /** Every step was accepted. */
  readonly works: boolean;
  readonly steps: readonly TestedStep[];
}

/** One thing that it was told. */
export interface TestedStep {
  /** `log`: a heartbeat that changes nothing. */
  readonly step: 'trigger' | 'resolve' | 'log';
  /** `failed`: it might be accepted later; `refused`: never. */
  readonly status: 'accepted' | 'failed' | 'refused';
  readonly attempts: number;
  readonly tookMs: number;
  /** What it answered, or why not: safe to show. */
  readonly text: string;
}

/** The report as people read it; ends with a newline. */
export function renderPagerTest(report: PagerTestReport, options: ReportOptions): string {
  const ink = createInk(options);
  const { name, version, node } = report.tool;
  const made = `${name} ${version} · node ${node.replace(/^v/, '')} · ${report.startedAt}`;
  return textOf([
    summaryOf(report, ink),
    ...hanging(ink, '', ink.plain(made)).map((line) => ink.faint(line)),
    ...report.channels.flatMap((channel) => channelLines(channel, ink)),
    '',
    ...hanging(ink, '', ink.plain(whatNext(report))).map((line) => ink.faint(line)),
  ]);
}

function summaryOf({ channels }: PagerTestReport, ink: Ink): string {
  const silent = channels.filter(({ works }) => !works).length;
  if (silent === 0)
    return `${ink.good(ink.strong('SOUND'))}  ${plural(channels.length, 'notifier')} answered`;
  return `${ink.bad(ink.strong('NO SOUND'))}  ${silent} of ${plural(channels.length, 'notifier')} did not take it`;
}

function whatNext({ dedupKey }: PagerTestReport): string {
  return `Accepted means that the service took it: look whether it reached you. The alert was ${dedupKey}.`;
}

/** Columns of a notifier's name in its heading; a plan may give it any. */
const NAME_ROOM = 40;

function channelLines({ name, kind, works, steps }: TestedChannel, ink: Ink): string[] {
  const inner = inset(ink);
  const mark = markOf(ink, works ? 'pass' : 'fail');
  const lines = steps.flatMap((step) => stepLines(step, inner));
  const ofKind = kind === name ? '' : `${ink.faint(ink.plain(kind))}  `;
  return section(ink, cut(ink, ink.plain(name).trim(), NAME_ROOM), { beside: `${ofKind}${mark}`, lines });
}

const MARKS = { accepted: 'pass', failed: 'fail', refused: 'fail' } as const;

function stepLines({ step, status, attempts, tookMs, text }: TestedStep, ink: Ink): string[] {
  const tries = attempts > 1 ? `, ${plural(attempts, 'attempt')}` : '';
  const lead = `${markOf(ink, MARKS[status])} ${step.padEnd(7)}  `;
  return hanging(ink, lead, ink.plain(`${status} in ${formatDuration(tookMs)}${tries}: ${text}`));
}
