/** A picture of the rates that were tried, on a logarithmic scale: what held, what broke, and the gap between. */

import { formatRate } from '../../core/units.ts';
import type { CapacityReport } from '../../verdict/capacity/report.ts';
import { INDENT, section } from '../terminal/layout.ts';
import type { Ink } from '../terminal-ink.ts';
import { labelLegend, labelMark } from './label.ts';

/** Widest that the picture becomes. */
const WIDEST = 96;
/** Later ones are drawn over earlier ones. */
const ORDER = ['undecided', 'held', 'broken'] as const;

/** A rate to point at from above. */
export interface Pointer {
  readonly name: string;
  readonly ratePerSecond: number;
}

/** The section of the picture; empty with fewer than two rates. */
export function scaleLines(capacity: CapacityReport, pointers: readonly Pointer[], ink: Ink): string[] {
  const columns = Math.min(WIDEST, ink.width - INDENT);
  const scale = scaleOf(capacity, pointers, columns);
  if (scale === null) return [];
  const above = pointerLine(pointers, scale, ink);
  const isClosed = capacity.heldPerSecond !== null && capacity.brokePerSecond !== null;
  const between = isClosed ? `  ${ink.faint(`${ink.plain('░')} the capacity`)}` : '';
  return section(ink, 'Rates tried', {
    beside: `${labelLegend(ink)}${between}`,
    lines: [
      ...(above === '' ? [] : [above]),
      marksLine(capacity, scale, ink),
      ratesLine(capacity, pointers, scale),
    ],
  });
}

interface Scale {
  readonly columns: number;
  readonly columnOf: (ratePerSecond: number) => number;
}

function scaleOf({ rates }: CapacityReport, pointers: readonly Pointer[], columns: number): Scale | null {
  const logs = [...rates, ...pointers]
    .map(({ ratePerSecond }) => Math.log(ratePerSecond))
    .filter(Number.isFinite);
  const low = Math.min(...logs);
  const high = Math.max(...logs);
  if (rates.length < 2 || !(high > low)) return null;
  const last = columns - 1;
  const columnOf = (rate: number): number => {
    const at = Math.round(((Math.log(rate) - low) / (high - low)) * last);
    return Math.min(last, Math.max(0, at));
  };
  return { columns, columnOf };
}

function marksLine({ rates, heldPerSecond, brokePerSecond }: CapacityReport, scale: Scale, ink: Ink): string {
  const cells = Array.from({ length: scale.columns }, () => ink.plain('─'));
  const from = heldPerSecond === null ? null : scale.columnOf(heldPerSecond);
  const to = brokePerSecond === null ? null : scale.columnOf(brokePerSecond);
  if (from !== null && to !== null) cells.fill(ink.plain('░'), from + 1, to);
  for (const label of ORDER) {
    const alike = rates.filter((rate) => rate.label === label);
    for (const { ratePerSecond } of alike) cells[scale.columnOf(ratePerSecond)] = labelMark(ink, label);
  }
  // Both ends of the bracket are seen, however close they are.
  if (from !== null) cells[from === to ? Math.max(0, from - 1) : from] = labelMark(ink, 'held');
  if (to !== null) cells[from === to && from === 0 ? 1 : to] = labelMark(ink, 'broken');
  return cells.join('');
}

/** The rates under their marks, the ends of the bracket first, as many as have room. */
function ratesLine(capacity: CapacityReport, pointers: readonly Pointer[], scale: Scale): string {
  const { rates, heldPerSecond, brokePerSecond } = capacity;
  const tried = rates.map(({ ratePerSecond }) => ratePerSecond);
  const pointed = pointers.map(({ ratePerSecond }) => ratePerSecond);
  const centred = [tried[0], tried.at(-1), ...pointed, ...tried].filter((rate) => rate !== undefined);
  return placed(
    [
      // Both ends are named, however close they are: away from each other.
      ...(heldPerSecond === null ? [] : [rateText(heldPerSecond, 1, scale)]),
      ...(brokePerSecond === null ? [] : [rateText(brokePerSecond, 0, scale)]),
      ...centred.map((rate) => rateText(rate, 0.5, scale)),
    ],
    scale.columns,
  );
}

/** @param share how much of the text stands in front of its column: 0, 0.5 or 1 */
function rateText(ratePerSecond: number, share: number, { columns, columnOf }: Scale): Choices {
  const text = formatRate(ratePerSecond);
  const best = columnOf(ratePerSecond) - Math.floor(share * (text.length - 1));
  // A neighbour may leave no blank between the two: what follows it may then stand a column later.
  const choices = share === 0 ? [best, best + 1] : [best];
  return choices.map((from) => ({ text, from: Math.max(0, Math.min(from, columns - text.length)) }));
}

/** `▼ peak` or `peak ▼`, with the arrow at the rate. */
function pointerLine(pointers: readonly Pointer[], { columns, columnOf }: Scale, ink: Ink): string {
  const texts = pointers.map(({ name, ratePerSecond }): Choices => {
    const at = columnOf(ratePerSecond);
    return [
      { text: `▼ ${name}`, from: at },
      { text: `${name} ▼`, from: at - name.length - 1 },
    ];
  });
  return ink.plain(placed(texts, columns));
}

/** A text in one of several places, the best first. */
type Choices = readonly { readonly text: string; readonly from: number }[];

/** One line with each text in the first of its places where it touches no earlier one; else it is left out. */
function placed(texts: readonly Choices[], columns: number): string {
  const line = Array.from({ length: columns }, () => ' ');
  const isFree = ({ text, from }: Choices[number]): boolean =>
    from >= 0 &&
    from + text.length <= columns &&
    line.slice(Math.max(0, from - 1), from + text.length + 1).every((cell) => cell === ' ');
  for (const choices of texts) {
    const choice = choices.find(isFree);
    if (choice !== undefined) line.splice(choice.from, choice.text.length, ...choice.text);
  }
  return line.join('').trimEnd();
}
