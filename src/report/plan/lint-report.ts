/** What `headroom lint` found in a plan. */

import { plural } from '../format.ts';
import type { ReportOptions } from '../options.ts';
import { hanging, inset, textOf } from '../terminal/layout.ts';
import { createInk, type Ink, markOf } from '../terminal-ink.ts';

/** Document `headroom.lint/1`; its JSON form is itself (see json.ts). */
export interface LintReport {
  readonly schema: 'headroom.lint/1';
  /** Path of the plan, as it was named or found. */
  readonly plan: string;
  readonly findings: readonly LintedThing[];
  /** 0: clean, or notes only; 1: an error or a warning stands. */
  readonly exitCode: number;
}

/** One finding with its place. */
export interface LintedThing {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly text: string;
  readonly remedy: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

const STATUS = { error: 'fail', warning: 'inconclusive', note: 'pass' } as const;

/** The report as people read it; ends with a newline. */
export function renderLint(report: LintReport, options: ReportOptions): string {
  const ink = createInk(options);
  const inner = inset(ink);
  return textOf([
    headLine(report, ink),
    ...report.findings.flatMap((found) => ['', ...findingLines(found, report, inner)]),
  ]);
}

function headLine({ findings }: LintReport, ink: Ink): string {
  const count = (severity: LintedThing['severity']): number =>
    findings.filter((found) => found.severity === severity).length;
  const [errors, warnings, notes] = [count('error'), count('warning'), count('note')];
  const parts = [
    ...(errors === 0 ? [] : [plural(errors, 'error')]),
    ...(warnings === 0 ? [] : [plural(warnings, 'warning')]),
    ...(notes === 0 ? [] : [plural(notes, 'note')]),
  ];
  if (errors + warnings === 0) {
    const rest = notes === 0 ? 'nothing to say' : parts.join(', ');
    return `${ink.good(ink.strong('CLEAN'))}  ${rest}`;
  }
  const word = errors > 0 ? ink.bad(ink.strong('BROKEN')) : ink.unsure(ink.strong('DOUBTFUL'));
  return `${word}  ${parts.join(', ')}`;
}

function findingLines(found: LintedThing, { plan }: LintReport, ink: Ink): string[] {
  const { code, line, column, remedy, severity, text } = found;
  const place = `${plan}:${line}:${column}: ${severity}: ${code}`;
  return [
    `${markOf(ink, STATUS[severity])}  ${ink.plainWhole(place)}`,
    ...hanging(ink, '   ', ink.plain(text)),
    ...hanging(ink, '   ', ink.plain(`hint: ${remedy}`)).map((each) => ink.faint(each)),
  ];
}
