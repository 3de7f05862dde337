/** What stands at the end: whether our own conduct lets the run be judged, remarks, and how to repeat it. */

import { formatDurationMs, formatRate } from '../../core/units.ts';
import type { ResultDocument, ValidityCheck } from '../../result/document.ts';
import { formatCount, formatIn, formatNumber, plural, UNKNOWN } from '../format.ts';
import { type Ink, markOf } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import { type Entry, entryLines, flow, hanging, INDENT, inset, section } from './layout.ts';

/** The section on the generator: one line when every check passed, unless verbose; else each with its limit. */
export function validityLines({ validity, calibration, host }: ResultDocument, ink: Ink): string[] {
  const { checks } = validity;
  const failed = checks.filter(({ status }) => status === 'fail');
  const applied = checks.filter(({ status }) => status !== 'not-applicable');
  const clean = failed.length === 0 && validity.status === 'pass';
  const beside = clean
    ? `${ink.good('valid')}${ink.faint(`, ${plural(applied.length, 'check')} passed`)}`
    : ink.unsure(failed.length === 0 ? 'not judged' : `${plural(failed.length, 'check')} failed`);
  const facts = [
    plural(host.workers, 'worker'),
    ...(calibration === null
      ? []
      : [
          // A short warm-up ends before the code is fast: what it reached is no ceiling.
          ...(calibration.kind === 'full' ? [`ceiling ${formatRate(calibration.ceilingPerSecond)}`] : []),
          `floor ${formatDurationMs(calibration.floorUs / 1000)} (${calibration.kind} calibration)`,
        ]),
  ];
  return section(ink, 'Generator', {
    beside,
    lines: [
      ...(clean && !ink.verbose ? [] : checkLines(checks, ink)),
      ...flow(facts.map(ink.plain), ink.width - INDENT).map((line) => ink.faint(line)),
    ],
  });
}

function checkLines(checks: readonly ValidityCheck[], ink: Ink): string[] {
  const head = ['', 'check', 'measured', 'limit', 'blocks'].map((cell) =>
    cell === '' ? '' : ink.faint(cell),
  );
  const cells = checks.map((check) => [
    markOf(ink, check.status === 'fail' ? 'fail' : check.status),
    ink.plain(check.id),
    ink.plain(withUnit(check.measured, check.unit)),
    ink.plain(withUnit(check.limit, check.unit)),
    blocksText(check, ink),
  ]);
  const [headLine = '', ...rows] = tableLines([head, ...cells], { aligns: 'llrrl' });
  const inner = inset(ink);
  const lines = checks.flatMap((check, index) => [
    rows[index] ?? '',
    ...(check.status === 'fail'
      ? hanging(inner, '   ', ink.plain(check.code === null ? check.text : `${check.text} (${check.code})`))
      : []),
  ]);
  return [headLine, ...lines];
}

/** What a validity check measured, or its limit. */
export function withUnit(value: number | null, unit: string): string {
  if (value === null) return UNKNOWN;
  if (unit === 'ms' || unit === 'ratio' || unit === 'per-second') return formatIn(unit, value);
  return `${formatNumber(value)}${unit === '' ? '' : ` ${unit}`}`;
}

function blocksText({ blocks, status }: ValidityCheck, ink: Ink): string {
  const text = { fail: 'a fail', pass: 'a pass', both: 'pass and fail', nothing: 'nothing' }[blocks];
  return status === 'fail' ? ink.unsure(text) : ink.faint(text);
}

/** The section of the remarks that block nothing. */
export function noteLines({ notes }: ResultDocument, ink: Ink): string[] {
  const entries = notes.map(({ code, text }): Entry => [ink.unsure(ink.plain(code)), ink.plain(text)]);
  return section(ink, 'Notes', { lines: entryLines(inset(ink), entries) });
}

/** The command that repeats the run, in lines that a shell takes as one command, and what it will reproduce. */
export function repeatLines({ repeat, seed, planHash, tool, host }: ResultDocument, ink: Ink): string[] {
  const facts = [
    `seed ${seed}`,
    `plan ${planHash.slice(0, 12)}`,
    `${tool.name} ${tool.version}`,
    `node ${tool.node.replace(/^v/, '')}`,
    `${host.platform} ${host.arch}, ${formatCount(host.cpuCount)} CPU`,
    ...(ink.verbose && host.cpuModel !== null ? [host.cpuModel] : []),
  ];
  return section(ink, 'Repeat', {
    lines: [
      ...commandLines(ink.plainWhole(repeat), ink.width - INDENT),
      ...flow(facts.map(ink.plain), ink.width - INDENT).map((line) => ink.faint(line)),
    ],
  });
}

/** A command broken in front of options, never inside quotes, with ` \\` at the end of every line but the last. */
export function commandLines(command: string, width: number): string[] {
  const words = command.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\]|["'\\])+/g) ?? [];
  const lines: string[] = [];
  for (const group of withValues(words)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + group.length + 3 <= width)
      lines[lines.length - 1] = `${last} ${group}`;
    else lines.push(lines.length === 0 ? group : `  ${group}`);
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line));
}

/** Words of a command, each option together with the word behind it. */
function withValues(words: readonly string[]): string[] {
  const groups: string[] = [];
  let isOption = false;
  for (const word of words) {
    if (isOption && !word.startsWith('-')) groups[groups.length - 1] += ` ${word}`;
    else groups.push(word);
    isOption = word.startsWith('-') && !isOption;
  }
  return groups;
}
