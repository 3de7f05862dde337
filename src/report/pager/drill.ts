/** What a drill of the pager showed: what happened when, beside the time computed beforehand. */

import { formatDurationMs } from '../../core/units.ts';
import type { FailureKind } from '../../verdict/canary/run.ts';
import type { Reason, Status } from '../../verdict/finding.ts';
import type { ReportOptions } from '../options.ts';
import { cut, hanging, INDENT, inset, section, textOf, wrap } from '../terminal/layout.ts';
import { createInk, type Ink, markOf } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';

/** Document `headroom.pager-drill/1`; its JSON form is itself (see json.ts). */
export interface DrillReport {
  readonly schema: 'headroom.pager-drill/1';
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly check: string;
  /** How the service was broken, such as `kill`. */
  readonly fault: string;
  readonly everyMs: number;
  readonly expected: ExpectedDetection;
  /** The longest that it may take from the fault to the sound. */
  readonly withinMs: number;
  /** What the canary said was wrong, and by which indicator; null when it said nothing. */
  readonly named: FailureKind | null;
  readonly indicator: string | null;
  /** From the fault on, ms; null for what did not happen, or was not asked for. */
  readonly firstBadMs: number | null;
  readonly acceptedMs: number | null;
  readonly acknowledgedMs: number | null;
  /** From the end of the fault on, ms. */
  readonly firstGoodMs: number | null;
  readonly resolvedMs: number | null;
  /** Runs of the canary, all phases together, and those while the service was broken. */
  readonly runs: number;
  readonly runsBroken: number;
  readonly channels: readonly DrilledChannel[];
  readonly timeline: readonly DrillMoment[];
  readonly verdict: { readonly status: Status; readonly reasons: readonly Reason[] };
  readonly exitCode: number;
}

/** What was to be expected. */
export interface ExpectedDetection {
  readonly kind: FailureKind;
  /** From the fault to the trigger, computed from schedule, rate and objective; null: it cannot be detected. */
  readonly detectionMs: number | null;
  /** How that comes about, a sentence. */
  readonly text: string;
}

/** What became of trigger and resolve on one channel; times as in the report, null when it did not take it. */
export interface DrilledChannel {
  readonly channel: string;
  readonly acceptedMs: number | null;
  readonly resolvedMs: number | null;
  /** What it answered last. */
  readonly text: string;
}

/** A moment of a drill. */
export interface DrillMoment {
  readonly moment:
    | 'healthy'
    | 'broken'
    | 'bad'
    | 'accepted'
    | 'acknowledged'
    | 'mended'
    | 'good'
    | 'resolved';
  /** From the fault on, ms; negative before it. */
  readonly atMs: number;
  readonly text: string;
}

/** The report as people read it; ends with a newline. */
export function renderDrill(report: DrillReport, options: ReportOptions): string {
  const ink = createInk(options);
  return textOf([
    ...headLines(report, ink),
    ...section(ink, 'Timeline, from the fault on', { lines: timelineLines(report, ink) }),
    ...section(ink, 'Detection', { lines: detectionLines(report, ink) }),
    ...(report.channels.length === 0 ? [] : section(ink, 'Channels', { lines: channelLines(report, ink) })),
  ]);
}

const WORDS = { pass: 'THE PAGER MADE A SOUND', fail: 'FAIL', inconclusive: 'INCONCLUSIVE' } as const;

function headLines({ verdict, fault, check }: DrillReport, ink: Ink): string[] {
  const { status, reasons } = verdict;
  const paint = { pass: ink.good, fail: ink.bad, inconclusive: ink.unsure }[status];
  const [first = `${fault} of ${check}`, ...rest] = reasons.map(({ text }) => text);
  return [
    ...hanging(ink, `${paint(ink.strong(WORDS[status]))}  `, ink.plain(first)),
    ...rest.flatMap((text) => hanging(ink, '', ink.plain(text))),
  ];
}

/** Room for a time, a moment and the blanks after them. */
const TIMELINE_LEAD = 25;

/** Lines that a moment may take: a server's words may be many. */
const MOMENT_LINES = 3;

function timelineLines({ timeline }: DrillReport, ink: Ink): string[] {
  const room = ink.width - INDENT - TIMELINE_LEAD;
  const rows = timeline.flatMap(({ atMs, moment, text }) => {
    const [first = '', ...rest] = wrap(ink.plain(text), room).slice(0, MOMENT_LINES);
    return [[signed(atMs), moment, first], ...rest.map((line) => ['', '', line])];
  });
  return tableLines(rows, { aligns: 'rll' });
}

function signed(ms: number): string {
  const text = formatDurationMs(Math.abs(ms));
  return ms < 0 ? `-${text}` : `+${text}`;
}

function detectionLines(report: DrillReport, ink: Ink): string[] {
  const { expected, acceptedMs, named, withinMs, everyMs } = report;
  const computed =
    expected.detectionMs === null ? 'never' : `within ${formatDurationMs(expected.detectionMs)}`;
  const seen = acceptedMs === null ? 'not at all' : `after ${formatDurationMs(acceptedMs)}`;
  const right = named === expected.kind ? 'pass' : 'fail';
  const inner = inset(ink);
  return [
    ...hanging(
      inner,
      '',
      ink.plain(`computed: ${computed}; seen: ${seen}; allowed: ${formatDurationMs(withinMs)}`),
    ),
    ...hanging(inner, '', ink.plain(`${expected.text} A run every ${formatDurationMs(everyMs)}.`)),
    ...hanging(
      inner,
      `${markOf(ink, right)} `,
      ink.plain(`named ${named ?? 'nothing'}, expected ${expected.kind}`),
    ),
  ];
}

function channelLines({ channels }: DrillReport, ink: Ink): string[] {
  const time = (ms: number | null): string => (ms === null ? '–' : formatDurationMs(ms));
  return channels.flatMap(({ channel, acceptedMs, resolvedMs, text }) => [
    cut(ink, ink.plain(channel), ink.width - INDENT),
    ...hanging(
      inset(ink),
      '  ',
      ink.plain(`accepted ${time(acceptedMs)}, resolved ${time(resolvedMs)}; said ${text}`),
    ),
  ]);
}
