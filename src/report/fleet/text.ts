/** A look at a fleet as people read it: the answer, what needs somebody, what cannot be told, what is fine. */

import type { FleetRow, FleetState, Utilization } from '../../verdict/fleet/row.ts';
import { formatDuration, formatIn, plural, UNKNOWN } from '../format.ts';
import type { ReportOptions } from '../options.ts';
import { cut, firstThatFits, hanging, INDENT, inset, textOf, textWidth } from '../terminal/layout.ts';
import { createInk, type Ink, markOf } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import type { FleetReport } from './model.ts';

/** States as they are shown. */
const STATE_WORDS: Readonly<Record<FleetState, string>> = {
  down: 'DOWN',
  saturated: 'SATURATED',
  near: 'NEAR',
  outlier: 'OUTLIER',
  'low-observability': 'UNKNOWN',
  ok: 'OK',
};

/** Groups under a heading of their own. */
const GROUPS: readonly (readonly [heading: string, states: readonly FleetState[]])[] = [
  ['Needs somebody', ['down', 'saturated', 'near', 'outlier']],
  ['Low observability: not known to be fine', ['low-observability']],
  ['Fine', ['ok']],
];

/** The narrowest that a server's name becomes. */
const LEAST_NAME = 8;

/** Figures so old are said to be. */
const OLD_MS = 10_000;

/** Columns of figures, the one that can be spared first last. */
interface Column {
  readonly head: string;
  readonly align: 'l' | 'r';
  readonly cell: (row: FleetRow, ink: Ink) => string;
}

const COLUMNS: readonly Column[] = [
  { head: 'used', align: 'r', cell: ({ utilization }) => usedText(utilization) },
  { head: 'limited by', align: 'l', cell: ({ binding }) => binding ?? UNKNOWN },
  { head: 'left', align: 'r', cell: roomText },
  { head: 'rate', align: 'r', cell: ({ ratePerSecond }) => formatIn('per-second', ratePerSecond) },
  { head: 'sure', align: 'l', cell: ({ confidence }) => confidence },
];

/** The report as people read it; ends with a newline. */
export function renderFleet(report: FleetReport, options: ReportOptions): string {
  const ink = createInk(options);
  return textOf([
    ...headLines(report, ink),
    ...GROUPS.flatMap(([heading, states]) => groupLines(report, { heading, states }, ink)),
    ...hiddenLines(report, ink),
    ...lostLines(report, ink),
  ]);
}

function headLines({ verdict, durationMs }: FleetReport, ink: Ink): string[] {
  const [first, ...rest] = verdict.reasons;
  const answer =
    first === undefined
      ? []
      : hanging(ink, `${markOf(ink, verdict.status)} `, ink.plain(sentence(first.text)));
  const took = ink.faint(ink.plain(`looked for ${formatDuration(Math.round(durationMs / 100) * 100)}`));
  return [
    ...answer.map((line) => ink.strong(line)),
    ...rest.flatMap(({ text }) => hanging(ink, '  ', ink.plain(text)).map((line) => ink.unsure(line))),
    `  ${took}`,
  ];
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

interface Grouping {
  readonly heading: string;
  readonly states: readonly FleetState[];
}

function groupLines(report: FleetReport, { heading, states }: Grouping, ink: Ink): string[] {
  const rows = report.servers.filter(({ state }) => states.includes(state));
  if (rows.length === 0) return [];
  const blocks = COLUMNS.map(
    (_, spared) => () => tableOf(rows, COLUMNS.slice(0, COLUMNS.length - spared), ink),
  );
  const lines = firstThatFits(blocks, ink.width - INDENT);
  const [head = '', ...table] = lines;
  const shown = rows.flatMap((row, index) => [table[index] ?? '', ...evidenceLines(row, ink)]);
  const margin = ' '.repeat(INDENT);
  return ['', ink.strong(ink.plain(heading)), `${margin}${head}`, ...shown.map((line) => margin + line)];
}

/** A head, and a line for each row. Names are cut where the line would be too long. */
function tableOf(rows: readonly FleetRow[], columns: readonly Column[], ink: Ink): string[] {
  const build = (nameWidth: number): string[] => {
    const head = ['', 'server', ...columns.map((column) => column.head)].map((cell) => ink.faint(cell));
    const cells = rows.map((row) => [
      stateText(row, ink),
      cut(ink, ink.plain(row.server), nameWidth),
      ...columns.map((column) => ink.plain(column.cell(row, ink))),
    ]);
    return tableLines([head, ...cells], { aligns: `ll${columns.map(({ align }) => align).join('')}` });
  };
  const longest = Math.max(...rows.map(({ server }) => textWidth(ink.plain(server))));
  const whole = build(longest);
  const excess = Math.max(...whole.map(textWidth)) - (ink.width - INDENT);
  return excess <= 0 ? whole : build(Math.max(LEAST_NAME, longest - excess));
}

function stateText({ state }: FleetRow, ink: Ink): string {
  const word = ink.plain(STATE_WORDS[state]);
  if (state === 'ok') return ink.good(word);
  return state === 'outlier' || state === 'low-observability' ? ink.unsure(word) : ink.bad(word);
}

function usedText(used: Utilization | null): string {
  // Anything at all is no figure.
  if (used === null || (used.low <= 0 && used.high >= 1)) return UNKNOWN;
  const percent = (share: number): string => String(Math.round(share * 100));
  return used.low === used.high ? `${percent(used.value)}%` : `${percent(used.low)}–${percent(used.high)}%`;
}

/** A capacity that is only estimated has a tilde. */
function roomText({ room }: FleetRow): string {
  if (room === null) return UNKNOWN;
  return `${room.source === 'estimate' ? '~' : ''}${formatIn('per-second', room.perSecond)}`;
}

function evidenceLines({ evidence, ageMs }: FleetRow, ink: Ink): string[] {
  const age =
    ageMs !== null && ageMs >= OLD_MS ? ` (${formatDuration(Math.round(ageMs / 1000) * 1000)} old)` : '';
  const narrowed = inset(ink);
  return hanging(narrowed, '  ', ink.plain(evidence + age)).map((line) => ink.faint(line));
}

function hiddenLines({ servers, counts }: FleetReport, ink: Ink): string[] {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (servers.length === all) return [];
  return ['', ink.faint(ink.plain(`${servers.length} of ${plural(all, 'server')} shown`))];
}

function lostLines({ lost }: FleetReport, ink: Ink): string[] {
  if (lost === null) return [];
  const breaks = lost.breaks.length > 0;
  const mark = breaks
    ? ink.bad(ink.plain('✗'))
    : lost.nears.length > 0
      ? ink.unsure('?')
      : ink.good(ink.plain('✓'));
  return ['', ...hanging(ink, `${mark} `, ink.plain(`${sentence(lost.text)}.`))];
}
