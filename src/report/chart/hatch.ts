/** Fills that are told apart without colour: each layer of a stack has its own hatch. */

import { type Attributes, element } from './markup.ts';
import { paint, type Tone } from './palette.ts';

interface Hatch {
  readonly tone: Tone;
  /** Lines over the colour, in a tile of 8 by 8; '' for none. */
  readonly lines: string;
}

const HATCHES: readonly Hatch[] = [
  { tone: 'vermilion', lines: '' },
  { tone: 'blue', lines: 'M-2 2l4-4M0 8l8-8M6 10l4-4' },
  { tone: 'orange', lines: 'M0 2h8M0 6h8' },
  { tone: 'purple', lines: 'M-2 6l4 4M0 0l8 8M6-2l4 4' },
  { tone: 'green', lines: 'M2 0v8M6 0v8' },
  { tone: 'sky', lines: 'M0 0l8 8M8 0l-8 8' },
  { tone: 'soft', lines: 'M0 4h8M4 0v8' },
];

/** How many layers are told apart. */
export const MOST_LAYERS: number = HATCHES.length;

/** Definitions of the hatches; `id` is the chart's, as ids are of the page. */
export function hatchDefinitions(id: string, count: number): string {
  const patterns = HATCHES.slice(0, count).map(({ tone, lines }, index) =>
    element(
      'pattern',
      { id: `${id}-h${index}`, width: 8, height: 8, patternUnits: 'userSpaceOnUse' },
      element('rect', { width: 8, height: 8, ...paint({ fill: tone }) }),
      ...(lines === ''
        ? []
        : [element('path', { d: lines, ...paint({ stroke: 'paper' }), 'stroke-width': 1.3 })]),
    ),
  );
  return element('defs', {}, ...patterns);
}

/** Attributes that fill with the hatch of a layer. @param index 0-based, below {@link MOST_LAYERS} */
export function hatchFill(id: string, index: number): Attributes {
  return { fill: `url(#${id}-h${index})` };
}
