/** The slowest requests: where their time went, and where they can be found again. */

import { formatDurationMs } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { ExemplarResult } from '../../result/trace/exemplar-result.ts';
import { formatDuration, UNKNOWN } from '../format.ts';
import { cut, firstThatFits, inset, section, textWidth, wrap } from '../terminal/layout.ts';
import type { Ink } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import { traceLink } from './trace-link.ts';

/** Requests shown unless everything was asked for. */
const MOST = 3;
/** Before a trace, under the request that it is of. */
const LEAD = '  trace ';

/** The section of the slowest requests; empty when none was kept. */
export function slowestLines({ slowest = [], trace, targets }: ResultDocument, ink: Ink): string[] {
  const shown = ink.verbose ? slowest : slowest.slice(0, MOST);
  if (shown.length === 0) return [];
  const inner = inset(ink);
  const isNamed = targets.length > 1;
  const table = (columns: string) => (): string[] => {
    const rows = [HEAD, ...shown.map((each) => cellsOf(each, ink))].map((cells) =>
      [...columns].map((key) => cells[key] ?? ''),
    );
    const [head = [], ...rest] = rows;
    return tableLines([head.map(ink.faint), ...rest], { aligns: [...columns].map(alignOf).join('') });
  };
  const rich = isNamed ? 'rasptd' : 'raspd';
  const blocks = [rich, isNamed ? 'rspt' : 'rsp', 'rsp'].map(table);
  const [head = '', ...rows] = firstThatFits(blocks, inner.width);
  return section(ink, 'Slowest requests', {
    lines: [
      head,
      ...shown.flatMap((each, index) => [
        rows[index] ?? '',
        ...traceLines(each.traceId, trace?.url ?? null, inner),
      ]),
    ],
  });
}

const HEAD: Readonly<Record<string, string>> = {
  r: 'response',
  a: 'at',
  s: 'status',
  p: 'mostly',
  t: 'target',
  d: 'address',
};

function alignOf(key: string): string {
  return key === 'r' || key === 'a' || key === 's' ? 'r' : 'l';
}

function cellsOf(exemplar: ExemplarResult, ink: Ink): Record<string, string> {
  const { target, atMs, responseMs, status, cause, remote } = exemplar;
  return {
    r: ink.plain(formatDuration(responseMs)),
    a: formatDurationMs(atMs),
    s: ink.plain(status === null ? (cause ?? UNKNOWN) : String(status)),
    p: ink.plain(mostlyText(exemplar)),
    t: cut(ink, ink.plain(target), 20),
    d: cut(ink, ink.plain(remote ?? UNKNOWN), 40),
  };
}

/** The phase that took most of the response time, `other` for what no phase accounts for: `wait 163ms`. */
export function mostlyText({ responseMs, phases }: Pick<ExemplarResult, 'responseMs' | 'phases'>): string {
  const known = Object.entries(phases).flatMap(([phase, ms]) => (ms === null ? [] : [{ phase, ms }]));
  if (known.length === 0) return UNKNOWN;
  const other = (responseMs ?? 0) - known.reduce((sum, { ms }) => sum + ms, 0);
  const all = [...known, { phase: 'other', ms: other }];
  const most = all.reduce((longest, each) => (each.ms > longest.ms ? each : longest));
  return `${most.phase} ${formatDurationMs(most.ms)}`;
}

/** The address of a trace where a line has room for it, for one that is cut cannot be followed; else the id. */
export function traceLines(id: string | null | undefined, template: string | null, ink: Ink): string[] {
  if (id === null || id === undefined) return [];
  const link = traceLink(template, id);
  const texts = [...(link === null ? [] : [ink.plainWhole(link)]), ink.plain(id)];
  const fitting = texts.find((text) => textWidth(text) + LEAD.length <= ink.width);
  if (fitting !== undefined) return [ink.faint(LEAD + fitting)];
  return wrap(ink.plain(id), ink.width - 2).map((line) => ink.faint(`  ${line}`));
}
