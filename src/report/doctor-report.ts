/** What `headroom doctor` found out about the machine that is to make the traffic. */

import { plural } from './format.ts';
import type { ReportOptions } from './options.ts';
import { cut, hanging, inset, section, textOf } from './terminal/layout.ts';
import { createInk, type Ink, markOf } from './terminal-ink.ts';
import { tableLines } from './terminal-table.ts';

/** Document `headroom.doctor/1`; its JSON form is itself (see json.ts). */
export interface DoctorReport {
  readonly schema: 'headroom.doctor/1';
  readonly tool: { readonly name: 'headroom'; readonly version: string; readonly node: string };
  readonly checks: readonly DoctorCheck[];
  readonly exitCode: number;
}

export interface DoctorCheck {
  /** `file descriptors`. */
  readonly name: string;
  /** What was found, with its unit. */
  readonly value: string;
  readonly judgement: 'ok' | 'warn' | 'bad';
  /** What to do about it; null when there is nothing to do. */
  readonly remedy: string | null;
}

const STATUS = { ok: 'pass', warn: 'inconclusive', bad: 'fail' } as const;

/** The report as people read it; ends with a newline. */
export function renderDoctor(report: DoctorReport, options: ReportOptions): string {
  const ink = createInk(options);
  const { name, version, node } = report.tool;
  const lines = [
    summaryOf(report, ink),
    ink.faint(ink.plain(`${name} ${version} · node ${node.replace(/^v/, '')}`)),
    ...section(ink, 'Checks', { lines: checkLines(report.checks, ink) }),
  ];
  return textOf(lines);
}

function summaryOf({ checks }: DoctorReport, ink: Ink): string {
  const bad = checks.filter(({ judgement }) => judgement === 'bad').length;
  const warned = checks.filter(({ judgement }) => judgement === 'warn').length;
  if (bad > 0) return `${ink.bad(ink.strong('NOT FIT'))}  ${plural(bad, 'check')} failed`;
  if (warned > 0) return `${ink.unsure(ink.strong('FIT, BUT'))}  ${plural(warned, 'warning')}`;
  return `${ink.good(ink.strong('FIT'))}  ${plural(checks.length, 'check')} passed`;
}

function checkLines(checks: readonly DoctorCheck[], ink: Ink): string[] {
  const inner = inset(ink);
  const nameWidth = 28;
  const rows = tableLines(
    checks.map(({ name, value, judgement }) => [
      markOf(ink, STATUS[judgement]),
      cut(ink, ink.plain(name), nameWidth),
      cut(ink, ink.plain(value), inner.width - nameWidth - 5),
    ]),
    { aligns: 'lll' },
  );
  return checks.flatMap(({ remedy }, index) => [
    rows[index] ?? '',
    ...(remedy === null ? [] : hanging(inner, '   ', ink.plain(remedy)).map((line) => ink.faint(line))),
  ]);
}
