/** The frame of a chart: grid, axes with their numbers and names, legend, and the words that stand for the picture. */

import { element, shown } from './markup.ts';
import { paint } from './palette.ts';
import type { Scale } from './scale.ts';

/** Width of every chart in its own units: narrow, so that its text is still legible on a phone. */
export const CHART_WIDTH = 480;
const FONT_SIZE = 13;

/** Rough widths of characters at 13, by those of a wide font, for what must be laid out without a font at hand. */
const WIDE = 12.6;
const NARROW = 5.2;
const OTHER = 8.3;
const LEGEND_ROW = 21;
const SWATCH = 30;

export interface Axis {
  readonly scale: Scale;
  /** What is measured along it. */
  readonly name: string;
  readonly format: (value: number) => string;
}

export interface LegendEntry {
  readonly text: string;
  /** A sample of about 20 by 12, to the right of x and around y. */
  readonly swatch: (x: number, y: number) => string;
}

export interface ChartSpec {
  /** Unique in its page; letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, in words and numbers. */
  readonly finding: string;
  readonly x: Axis;
  readonly y: Axis;
  /** A second upright axis, at the right. */
  readonly right?: Axis;
  readonly legend: readonly LegendEntry[];
  /** Height of the plot; 200 unless told. */
  readonly plotHeight?: number;
  readonly marks: (plot: Plot) => readonly string[];
}

/** Where values lie in the picture. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  /** By the second axis; as `y` without one. */
  readonly y2: (value: number) => number;
}

/** The whole chart as one SVG element. */
export function chart(spec: ChartSpec): string {
  const plot = plotOf(spec);
  const legend = legendOf(spec.legend, plot);
  const height = plot.bottom + 42 + legend.height;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      role: 'img',
      'aria-labelledby': `${spec.id}-t ${spec.id}-d`,
      viewBox: `0 0 ${CHART_WIDTH} ${height}`,
      width: 560,
      height: Math.round((height * 560) / CHART_WIDTH),
      'font-family': 'system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif',
      'font-size': FONT_SIZE,
    },
    element('title', { id: `${spec.id}-t` }, shown(spec.title)),
    element('desc', { id: `${spec.id}-d` }, shown(spec.finding, 1000)),
    element('rect', { width: CHART_WIDTH, height, ...paint({ fill: 'paper' }) }),
    ...gridOf(spec, plot),
    ...spec.marks(plot),
    ...axesOf(spec, plot),
    legend.markup,
  );
}

/** Draws the rim of a text behind its letters. */
const RIM = { 'paint-order': 'stroke', 'stroke-width': 4, 'stroke-linejoin': 'round' } as const;

/** Text inside a chart, made harmless. */
export function label(text: string, place: LabelPlace): string {
  const { x, y, anchor = 'start', tone = 'soft', weight, rim = false } = place;
  const look = rim ? { ...RIM, ...paint({ fill: tone, stroke: 'paper' }) } : paint({ fill: tone });
  return element('text', { x, y, 'text-anchor': anchor, 'font-weight': weight, ...look }, shown(text));
}

interface LabelPlace {
  readonly x: number;
  readonly y: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly tone?: 'soft' | 'ink' | 'vermilion';
  readonly weight?: 'bold';
  /** With a rim in the colour of the ground, where it stands on marks. */
  readonly rim?: boolean;
}

/** Rough width of a text in a chart. */
export function widthOf(text: string): number {
  const of = (character: string): number =>
    '%+mwMW∞@'.includes(character) ? WIDE : " .,:;'ilj|/()[]".includes(character) ? NARROW : OTHER;
  return [...text].reduce((width, character) => width + of(character), 0);
}

function plotOf({ x, y, right, plotHeight = 200 }: ChartSpec): Plot {
  const widest = (axis: Axis): number =>
    Math.max(...axis.scale.ticks.map((tick) => widthOf(axis.format(tick))), 14);
  const left = Math.min(110, Math.ceil(widest(y)) + 12);
  const end = CHART_WIDTH - (right === undefined ? 16 : Math.ceil(widest(right)) + 14);
  const top = 30;
  const bottom = top + plotHeight;
  const upright = (axis: Axis) => (value: number) => bottom - axis.scale.at(value) * (bottom - top);
  return {
    left,
    right: end,
    top,
    bottom,
    x: (value) => left + x.scale.at(value) * (end - left),
    y: upright(y),
    y2: upright(right ?? y),
  };
}

function gridOf({ y }: ChartSpec, plot: Plot): string[] {
  return y.scale.ticks.map((tick) =>
    rule({ x1: plot.left, x2: plot.right, y1: plot.y(tick), y2: plot.y(tick) }, 'grid'),
  );
}

function rule(ends: Readonly<Record<'x1' | 'x2' | 'y1' | 'y2', number>>, tone: 'grid' | 'soft'): string {
  return element('line', { ...ends, ...paint({ stroke: tone }), 'stroke-width': 1 });
}

function axesOf({ x, y, right }: ChartSpec, plot: Plot): string[] {
  const { left, right: end, top, bottom } = plot;
  return [
    rule({ x1: left, x2: end, y1: bottom, y2: bottom }, 'soft'),
    ...xTicks(x, plot),
    ...y.scale.ticks.map((tick) =>
      label(y.format(tick), { x: left - 6, y: plot.y(tick) + 4.5, anchor: 'end' }),
    ),
    ...(right?.scale.ticks ?? []).map((tick) =>
      label(right?.format(tick) ?? '', { x: end + 6, y: plot.y2(tick) + 4.5 }),
    ),
    label(y.name, { x: 2, y: top - 15, tone: 'ink' }),
    ...(right === undefined
      ? []
      : [label(right.name, { x: CHART_WIDTH - 2, y: top - 15, anchor: 'end', tone: 'ink' })]),
    label(x.name, { x: end, y: bottom + 35, anchor: 'end', tone: 'ink' }),
  ];
}

/** Numbers that would run into the one before are left out. */
function xTicks({ scale, format }: Axis, plot: Plot): string[] {
  let free = Number.NEGATIVE_INFINITY;
  return scale.ticks.flatMap((tick) => {
    const text = format(tick);
    const at = plot.x(tick);
    const half = widthOf(text) / 2;
    const middle = Math.min(Math.max(at, half), CHART_WIDTH - half);
    if (middle - half < free + 5) return [];
    free = middle + half;
    return [
      rule({ x1: at, x2: at, y1: plot.bottom, y2: plot.bottom + 4 }, 'soft'),
      label(text, { x: middle, y: plot.bottom + 18, anchor: 'middle' }),
    ];
  });
}

function legendOf(
  entries: readonly LegendEntry[],
  { bottom }: Plot,
): { readonly markup: string; readonly height: number } {
  if (entries.length === 0) return { markup: '', height: 0 };
  let x = 4;
  let row = 0;
  const parts = entries.map(({ text, swatch }) => {
    const cut = text.length > 52 ? `${text.slice(0, 51)}…` : text;
    const width = SWATCH + widthOf(cut) + 16;
    if (x > 4 && x + width > CHART_WIDTH + 12) {
      x = 4;
      row += 1;
    }
    const y = bottom + 55 + row * LEGEND_ROW;
    const part = swatch(x, y - 4.5) + label(cut, { x: x + SWATCH, y, tone: 'ink' });
    x += width;
    return part;
  });
  return { markup: parts.join(''), height: (row + 1) * LEGEND_ROW };
}
