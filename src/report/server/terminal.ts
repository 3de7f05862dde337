/** What the servers told while the load was on: for each what limits it, and the resources behind that. */

import type { SignalState } from '../../core/server/signal.ts';
import { sparkline } from '../../core/sparkline.ts';
import { formatRatio } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { ServerCapture, ServerResource, ServerResult } from '../../result/server/server-result.ts';
import { formatIn, plural, UNKNOWN } from '../format.ts';
import { commandLines } from '../terminal/closing.ts';
import { cut, firstThatFits, hanging, inset, section, textWidth } from '../terminal/layout.ts';
import type { Ink } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import {
  bindingResource,
  byCloseness,
  captureText,
  openCommand,
  serverSentence,
  shortages,
  sourceText,
  worstState,
} from './words.ts';

/** Servers shown unless everything was asked for. */
const MOST_SERVERS = 8;
/** Columns of a full bar, and of a sparkline at the most. */
const BAR = 10;
const WIDEST_SPARK = 60;
/** Columns of evidence below which it is not begun. */
const LEAST_EVIDENCE = 16;

/** A section for each server, the closest to a limit first; empty when nobody was asked. */
export function serverLines({ servers = [] }: ResultDocument, ink: Ink): string[] {
  const ordered = byCloseness(servers);
  const shown = ink.verbose ? ordered : ordered.slice(0, MOST_SERVERS);
  const rest = ordered.length - shown.length;
  return [
    ...shown.flatMap((server) => linesOf(server, ink)),
    ...(rest === 0 ? [] : ['', ink.faint(`and ${plural(rest, 'more server')}, none closer to a limit`)]),
  ];
}

/** What the verdict's head says of servers that were short; empty unless the run failed. */
export function shortageLines({ verdict, servers }: ResultDocument, margin: string, ink: Ink): string[] {
  if (verdict.status !== 'fail') return [];
  return shortages(servers).flatMap((text) => hanging(ink, margin, ink.plain(text)));
}

function linesOf(server: ServerResult, ink: Ink): string[] {
  const inner = inset(ink);
  const state = bindingResource(server)?.state ?? worstState(server);
  const told = hanging(inner, `${stateMark(state, ink)}  `, ink.plain(serverSentence(server)));
  return section(ink, 'Server', {
    beside: cut(ink, ink.plain(server.name), ink.width - 'Server  '.length),
    lines: [
      ...told,
      ...server.diagnoses.flatMap(({ code, text }) =>
        hanging(inner, `   ${ink.unsure(ink.plain(code))}  `, ink.plain(text)),
      ),
      ...resourceLines(server.resources, inner),
      ...sparkLines(server, inner),
      ...sourceLines(server, inner),
      ...server.captures.flatMap((capture) => captureLines(capture, inner)),
    ],
  });
}

function stateMark(state: SignalState, ink: Ink): string {
  switch (state) {
    case 'saturated':
      return ink.bad(ink.plain('✗'));
    case 'near':
      return ink.unsure('!');
    case 'ok':
      return ink.good(ink.plain('✓'));
    case 'unknown':
      return ink.faint(ink.plain('–'));
  }
}

/** The table; with everything asked for, evidence that does not fit stands under its row. */
function resourceLines(resources: readonly ServerResource[], ink: Ink): string[] {
  if (resources.length === 0) return [];
  const table = (bars: boolean) => (): string[] => {
    const head = ['', 'resource', 'mean', 'max', 'used'].map((cell) => (cell === '' ? '' : ink.faint(cell)));
    const rows = resources.map((each) => cellsOf(each, ink));
    const digits = Math.max(...rows.map((cells) => textWidth(cells[4] ?? '')));
    const withBars = rows.map((cells, index) => [
      ...cells.slice(0, 4),
      `${' '.repeat(digits - textWidth(cells[4] ?? ''))}${cells[4] ?? ''}${bars ? barOf(resources[index], ink) : ''}`,
    ]);
    return tableLines([head, ...withBars], { aligns: 'llrrl' });
  };
  const [head = '', ...rows] = firstThatFits([table(true), table(false)], ink.width);
  const column = Math.max(...[head, ...rows].map(textWidth)) + 2;
  const room = ink.width - column;
  return [
    head,
    ...resources.flatMap(({ evidence }, index) => {
      const row = rows[index] ?? '';
      const text = ink.plain(evidence);
      if (room >= LEAST_EVIDENCE && (!ink.verbose || textWidth(text) <= room)) {
        return [row + ' '.repeat(column - textWidth(row)) + ink.faint(cut(ink, text, room))];
      }
      return ink.verbose ? [row, ...hanging(ink, '   ', text).map(ink.faint)] : [row];
    }),
  ];
}

function cellsOf({ resource, unit, mean, max, utilization, state }: ServerResource, ink: Ink): string[] {
  return [
    stateMark(state, ink),
    cut(ink, ink.plain(resource), 14),
    ink.plain(formatIn(unit, mean)),
    ink.plain(formatIn(unit, max)),
    ink.plain(utilization === null ? UNKNOWN : formatRatio(utilization)),
  ];
}

/** A bar with a blank before it; '' where no share is known. */
function barOf(found: ServerResource | undefined, ink: Ink): string {
  if (found === undefined || found.utilization === null) return '';
  const full = Math.round(Math.min(1, Math.max(0, found.utilization)) * BAR);
  const paint = { saturated: ink.bad, near: ink.unsure, ok: ink.good, unknown: ink.faint }[found.state];
  return ` ${paint(ink.plain('█'.repeat(full)))}${ink.faint(ink.plain('░'.repeat(BAR - full)))}`;
}

/** How the limiting resource went over time; empty with fewer than three looks. */
function sparkLines(server: ServerResult, ink: Ink): string[] {
  const found = bindingResource(server);
  if (found === null) return [];
  const values = server.series.map((moment) => moment.values[found.resource] ?? null);
  const known = values.filter((value) => value !== null);
  if (known.length < 3) return [];
  const low = known.reduce((least, value) => Math.min(least, value));
  const high = known.reduce((most, value) => Math.max(most, value));
  const label = `   ${cut(ink, ink.plain(found.resource), 14)} over time  `;
  const range = `${formatIn(found.unit, low)} – ${formatIn(found.unit, high)}`;
  const room = ink.width - label.length - range.length - 2;
  if (room < BAR) return [];
  const width = Math.min(WIDEST_SPARK, room);
  // Few looks are drawn several columns wide each.
  const repeat = Math.max(1, Math.floor(width / values.length));
  const wide = values.flatMap((value) => Array.from({ length: repeat }, () => value));
  const marks = sparkline(wide, { width, unicode: ink.unicode, fold: 'max' });
  return [`${label}${marks}  ${ink.faint(ink.plain(range))}`];
}

/** Sources of which looks failed, or, asked for everything, all of them. */
function sourceLines({ sources }: ServerResult, ink: Ink): string[] {
  return sources
    .filter(({ failed }) => ink.verbose || failed > 0)
    .flatMap((source) => {
      const lines = hanging(ink, '   ', ink.plain(sourceText(source)));
      return source.failed > 0 ? lines.map(ink.unsure) : lines.map(ink.faint);
    });
}

function captureLines(capture: ServerCapture, ink: Ink): string[] {
  const { file } = capture;
  const command = openCommand(file);
  // A path or a command that is cut is of no use.
  const lines =
    command === null ? [ink.plainWhole(file)] : commandLines(ink.plainWhole(command), ink.width - 3);
  return [
    ...hanging(ink, '   ', ink.plain(`${captureText(capture)}:`)),
    ...lines.map((line) => `   ${line}`),
  ];
}
