/** What is drawn inside a frame: lines, bands, bars, shapes, limits. Each says by `data-mark` what it stands for. */

import type { LegendEntry, Plot } from './frame.ts';
import { CHART_WIDTH, label, widthOf } from './frame.ts';
import { coordinate, element } from './markup.ts';
import { paint, type Tone } from './palette.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface LineLook {
  readonly tone: Tone;
  /** Lengths of dashes and gaps; solid without. */
  readonly dash?: string;
  readonly width?: number;
  /** What it stands for. */
  readonly mark: string;
}

/** A line through the points, interrupted at null. A point alone is a dot. */
export function line(points: readonly (Point | null)[], look: LineLook): string {
  const { tone, dash, width = 2, mark } = look;
  let isDrawing = false;
  const path = points
    .map((point, index) => {
      if (point === null) {
        isDrawing = false;
        return '';
      }
      const isAlone = !isDrawing && (points[index + 1] ?? null) === null;
      const command = isDrawing ? 'L' : 'M';
      isDrawing = true;
      return `${command}${coordinate(point.x)} ${coordinate(point.y)}${isAlone ? 'h0.1' : ''}`;
    })
    .join('');
  return element('path', {
    'data-mark': mark,
    d: path === '' ? 'M0 0' : path,
    ...paint({ stroke: tone }),
    'stroke-width': width,
    'stroke-dasharray': dash,
    'stroke-linejoin': 'round',
    'stroke-linecap': dash === undefined ? 'round' : 'butt',
  });
}

/** The area between two lines, both from left to right. */
export function band(upper: readonly Point[], lower: readonly Point[], { tone, mark }: LineLook): string {
  const around = [...upper, ...[...lower].reverse()];
  const path = around
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${coordinate(x)} ${coordinate(y)}`)
    .join('');
  return element('path', {
    'data-mark': mark,
    d: `${path}Z`,
    ...paint({ fill: tone }),
    'fill-opacity': '0.22',
  });
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The path of many rectangles. */
export function boxesPath(boxes: readonly Box[]): string {
  return boxes
    .map(({ x, y, width, height }) => {
      const w = coordinate(width);
      return `M${coordinate(x)} ${coordinate(y)}h${w}v${coordinate(height)}h-${w}z`;
    })
    .join('');
}

/** Shapes that are told apart without colour. */
export type Shape = 'circle' | 'diamond' | 'cross' | 'square';

const RADIUS = 5;

/** A shape around a point. */
export function shape(kind: Shape, { x, y }: Point, { tone, mark }: LineLook): string {
  const common = { 'data-mark': mark, 'stroke-width': 1.5 };
  const filled = paint({ fill: tone, stroke: 'paper' });
  const r = RADIUS;
  switch (kind) {
    case 'circle':
      return element('circle', { ...common, cx: x, cy: y, r, ...filled });
    case 'square':
      return element('rect', {
        ...common,
        x: x - r + 0.5,
        y: y - r + 0.5,
        width: 2 * r - 1,
        height: 2 * r - 1,
        ...filled,
      });
    case 'diamond':
      return element('path', {
        ...common,
        d: `M${coordinate(x)} ${coordinate(y - r - 1)}l${r + 1} ${r + 1}l-${r + 1} ${r + 1}l-${r + 1}-${r + 1}z`,
        ...paint({ fill: 'paper', stroke: tone }),
        'stroke-width': 2,
      });
    case 'cross':
      return element('path', {
        ...common,
        d: `M${coordinate(x - r)} ${coordinate(y - r)}l${2 * r} ${2 * r}m0-${2 * r}l-${2 * r} ${2 * r}`,
        ...paint({ stroke: tone }),
        'stroke-width': 2.5,
      });
  }
}

export interface LimitPlace {
  readonly y: number;
  readonly text: string;
  /** Where it ends, with a stop across it; without: at the right of the plot. */
  readonly end?: number;
}

/** A level that is not to be passed, with its name at its left end. */
export function limitLine(plot: Plot, { y, text, end }: LimitPlace): string {
  const short = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  const above = y - 5 > plot.top + 8 ? y - 5 : y + 15;
  const to = end ?? plot.right;
  const look = { ...paint({ stroke: 'vermilion' }), 'stroke-width': 1.5 };
  return (
    element('line', {
      'data-mark': 'limit',
      x1: plot.left,
      x2: to,
      y1: y,
      y2: y,
      ...look,
      'stroke-dasharray': '7 4',
    }) +
    (end === undefined
      ? ''
      : element('line', { 'data-mark': 'limit-end', x1: to, x2: to, y1: y - 7, y2: y + 7, ...look })) +
    label(short, {
      x: plot.left + 6,
      y: above,
      tone: 'vermilion',
      rim: true,
    })
  );
}

export interface UprightPlace {
  readonly x: number;
  readonly text: string;
  readonly tone?: Tone;
  /** In which line of text its name stands, from the top; 0 unless told. */
  readonly row?: number;
}

/** An upright line with its name at the top. */
export function uprightLine(plot: Plot, { x, text, tone = 'ink', row = 0 }: UprightPlace): string {
  const isRight = x + 6 + widthOf(text) > CHART_WIDTH;
  return (
    element('line', {
      'data-mark': 'upright',
      x1: x,
      x2: x,
      y1: plot.top,
      y2: plot.bottom,
      ...paint({ stroke: tone }),
      'stroke-width': 1.5,
      'stroke-dasharray': '2 3',
    }) +
    label(text, {
      x: isRight ? x - 6 : x + 6,
      y: plot.top + 12 + 16 * row,
      anchor: isRight ? 'end' : 'start',
      tone: 'ink',
      rim: true,
    })
  );
}

/** A legend entry for a line. */
export function lineEntry(text: string, look: Omit<LineLook, 'mark'>): LegendEntry {
  return {
    text,
    swatch: (x, y) =>
      line(
        [
          { x, y },
          { x: x + 24, y },
        ],
        { ...look, mark: 'legend' },
      ),
  };
}

/** A legend entry for a shape. */
export function shapeEntry(text: string, kind: Shape, tone: Tone): LegendEntry {
  return { text, swatch: (x, y) => shape(kind, { x: x + 16, y }, { tone, mark: 'legend' }) };
}

/** A legend entry for an area. */
export function boxEntry(
  text: string,
  fill: Readonly<Record<string, string | number | null | undefined>>,
): LegendEntry {
  return {
    text,
    swatch: (x, y) => element('rect', { 'data-mark': 'legend', x, y: y - 7, width: 24, height: 14, ...fill }),
  };
}
