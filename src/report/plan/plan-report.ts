/** What a run would send, and whether its plan can be judged: the report of a dry run, before any traffic. */

import { formatDurationMs, formatRate, formatRatio } from '../../core/units.ts';
import { formatCount, plural } from '../format.ts';
import type { ReportOptions } from '../options.ts';
import {
  cut,
  type Entry,
  entryLines,
  flow,
  hanging,
  INDENT,
  inset,
  section,
  textOf,
} from '../terminal/layout.ts';
import { createInk, type Ink, markOf } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';

/** Document `headroom.check/1`; its JSON form is itself (see json.ts). */
export interface PlanReport {
  readonly schema: 'headroom.check/1';
  readonly planHash: string;
  readonly seed: number;
  readonly load: PlannedLoad;
  readonly targets: readonly PlannedTarget[];
  readonly hosts: readonly PlannedHost[];
  readonly objectives: readonly PlannedObjective[];
  /** How its canary looks; null when the plan has none. */
  readonly canary: PlannedCanary | null;
  /** Who is told of incidents, by name and kind. */
  readonly notify: readonly PlannedNotifier[];
  /** Why nothing would be sent; null when the run may start. */
  readonly refusal: string | null;
  /** 0, or 2 when the run would be refused. */
  readonly exitCode: number;
}

export interface PlannedLoad {
  readonly kind: 'open' | 'closed';
  /** Requests of the measured part; null when answers decide how many there are (closed loop). */
  readonly requests: number | null;
  readonly warmupRequests: number | null;
  readonly warmupMs: number;
  /** Of the measured part; null when a number of requests ends it. */
  readonly durationMs: number | null;
  /** Null in the closed loop. */
  readonly peakPerSecond: number | null;
  /** Virtual users; null in the open loop. */
  readonly users: number | null;
}

export interface PlannedTarget {
  readonly name: string;
  readonly method: string;
  /** Redacted. */
  readonly url: string;
  /** Share of the arrivals, 0..1. */
  readonly share: number;
}

export interface PlannedHost {
  readonly host: string;
  readonly addresses: readonly string[];
  /** `stops`: the rate is beyond what may be sent to somebody else's host without saying that it is ours. */
  readonly guard: 'passes' | 'stops' | 'unresolved';
}

export interface PlannedObjective {
  readonly text: string;
  readonly judgeable: boolean;
  /** One sentence: what the plan gives it, what it needs, and how long that takes. */
  readonly line: string;
}

/** A canary, as the plan has it. */
export interface PlannedCanary {
  /** Name by which pagers know it; null: made of the plan's own name. */
  readonly check: string | null;
  readonly everyMs: number;
  readonly ratePerSecond: number;
  readonly durationMs: number;
  /** So many bad runs of the last so many fire. */
  readonly fail: string;
}

/** One who is told: nothing of where, which is secret. */
export interface PlannedNotifier {
  readonly name: string;
  readonly kind: string;
  /** The least that it is told of. */
  readonly least: 'page' | 'ticket';
}

/** The report as people read it; ends with a newline. */
export function renderPlan(report: PlanReport, options: ReportOptions): string {
  const ink = createInk(options);
  const lines = [
    ...headLines(report, ink),
    ...section(ink, 'Load', { lines: flow(loadParts(report.load), ink.width - INDENT) }),
    ...section(ink, 'Targets', { lines: targetLines(report.targets, ink) }),
    ...section(ink, 'Hosts', { lines: hostLines(report.hosts, ink) }),
    ...section(ink, 'Objectives', { lines: objectiveLines(report.objectives, ink) }),
    ...(report.canary === null
      ? []
      : section(ink, 'Canary', { lines: flow(canaryParts(report.canary, ink), ink.width - INDENT) })),
    ...(report.notify.length === 0
      ? []
      : section(ink, 'Notify', { lines: notifierLines(report.notify, ink) })),
    '',
    ink.faint(ink.plain(`seed ${report.seed} · plan ${report.planHash.slice(0, 12)} · nothing was sent`)),
  ];
  return textOf(lines);
}

function headLines({ refusal, objectives }: PlanReport, ink: Ink): string[] {
  if (refusal !== null) return hanging(ink, `${ink.bad(ink.strong('REFUSED'))}  `, ink.plain(refusal));
  const vain = objectives.filter(({ judgeable }) => !judgeable).length;
  if (vain === 0) return [`${ink.good(ink.strong('READY'))}  the plan can be run and judged`];
  const text = `${formatCount(vain)} of ${plural(objectives.length, 'objective')} cannot be judged by this plan`;
  return hanging(ink, `${ink.unsure(ink.strong('READY, BUT'))}  `, text);
}

function loadParts({
  kind,
  requests,
  warmupRequests,
  warmupMs,
  durationMs,
  peakPerSecond,
  users,
}: PlannedLoad): string[] {
  return [
    `${kind} loop`,
    ...(requests === null ? [] : [plural(requests, 'request')]),
    ...(durationMs === null ? [] : [`over ${formatDurationMs(durationMs)}`]),
    ...(peakPerSecond === null ? [] : [`at most ${formatRate(peakPerSecond)}`]),
    ...(users === null ? [] : [plural(users, 'virtual user')]),
    ...(warmupMs === 0 ? [] : [`warm-up ${formatDurationMs(warmupMs)}`]),
    ...(warmupRequests === null || warmupRequests === 0
      ? []
      : [`${plural(warmupRequests, 'request')} in it`]),
  ];
}

function canaryParts(canary: PlannedCanary, ink: Ink): string[] {
  const { check, everyMs, ratePerSecond, durationMs, fail } = canary;
  return [
    ...(check === null ? [] : [ink.plain(check)]),
    `every ${formatDurationMs(everyMs)}`,
    `${formatRate(ratePerSecond)} for ${formatDurationMs(durationMs)}`,
    ink.plain(`fires at ${fail} bad`),
  ];
}

function notifierLines(notify: readonly PlannedNotifier[], ink: Ink): string[] {
  const rows = notify.map(({ name, kind, least }) => [
    cut(ink, ink.plain(name), Math.floor(ink.width / 3)),
    ink.plain(kind),
    least === 'page' ? 'pages' : 'pages and tickets',
  ]);
  return tableLines(rows, { aligns: 'lll' });
}

function targetLines(targets: readonly PlannedTarget[], ink: Ink): string[] {
  const leads = targets.map(({ name, method, share }) => [
    ink.plain(formatRatio(share)),
    cut(ink, ink.plain(name), Math.floor(ink.width / 3)),
    cut(ink, ink.plain(method), 10),
  ]);
  const names = tableLines(leads, { aligns: 'rll' });
  const entries = targets.map(({ url }, index): Entry => [names[index] ?? '', ink.plainWhole(url)]);
  return entryLines(inset(ink), entries);
}

function hostLines(hosts: readonly PlannedHost[], ink: Ink): string[] {
  const status = { passes: 'pass', stops: 'fail', unresolved: 'inconclusive' } as const;
  const entries = hosts.map(({ host, addresses, guard }): Entry => {
    const found = addresses.length === 0 ? 'no address found' : addresses.join(', ');
    const stop = guard === 'stops' ? ': the guard would stop this rate' : '';
    const name = cut(ink, ink.plain(host), Math.floor(ink.width / 3));
    return [`${markOf(ink, status[guard])}  ${name}`, ink.plain(found + stop)];
  });
  return entryLines(inset(ink), entries);
}

function objectiveLines(objectives: readonly PlannedObjective[], ink: Ink): string[] {
  const inner = inset(ink);
  return objectives.flatMap(({ text, judgeable, line }) => [
    `${markOf(ink, judgeable ? 'pass' : 'inconclusive')}  ${cut(ink, ink.plain(text), inner.width - 3)}`,
    ...hanging(inner, '   ', ink.plain(line)).map((each) => ink.faint(each)),
  ]);
}
