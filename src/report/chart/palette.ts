/**
 * Colours by what they are for, on white and on dark. The hues are those of Okabe and Ito (Color Universal Design,
 * 2008), which people with any common colour blindness tell apart; shapes and dashes say the same beside them.
 */

import type { Attributes } from './markup.ts';

interface Shade {
  readonly light: string;
  readonly dark: string;
}

/** A colour by its use. */
export type Tone =
  | 'ink'
  | 'soft'
  | 'grid'
  | 'paper'
  | 'blue'
  | 'vermilion'
  | 'green'
  | 'orange'
  | 'purple'
  | 'sky'
  | 'shade'
  | 'heat1'
  | 'heat2'
  | 'heat3'
  | 'heat4'
  | 'heat5'
  | 'heat6'
  | 'heat7';

const SHADES: Readonly<Record<Tone, Shade>> = {
  ink: { light: '#1b1f24', dark: '#e9ecef' },
  soft: { light: '#555f6b', dark: '#aab4bf' },
  grid: { light: '#e1e5ea', dark: '#323a43' },
  paper: { light: '#ffffff', dark: '#181d23' },
  blue: { light: '#0072b2', dark: '#5ab4ef' },
  vermilion: { light: '#c85200', dark: '#ff8f55' },
  green: { light: '#00845f', dark: '#3acb9f' },
  orange: { light: '#e69f00', dark: '#f2b544' },
  purple: { light: '#b0558a', dark: '#e39ac2' },
  sky: { light: '#56b4e9', dark: '#8fd0f5' },
  shade: { light: '#fff1d0', dark: '#3b3220' },
  heat1: { light: '#dbe9f6', dark: '#14293c' },
  heat2: { light: '#b9d6ec', dark: '#183f60' },
  heat3: { light: '#8dbcdf', dark: '#1d5786' },
  heat4: { light: '#5a9dcd', dark: '#2c76b3' },
  heat5: { light: '#2f7ab5', dark: '#4f9bd8' },
  heat6: { light: '#135592', dark: '#8cc4f2' },
  heat7: { light: '#08306b', dark: '#d9efff' },
};

/** Shades of the heat map, from few to many. */
export const HEAT: readonly Tone[] = ['heat1', 'heat2', 'heat3', 'heat4', 'heat5', 'heat6', 'heat7'];

/**
 * Attributes that paint an element: the light colours as presentation attributes, which need no style sheet, and
 * classes by which {@link darkRules} changes them. No fill is none.
 */
export function paint({ fill, stroke }: { readonly fill?: Tone; readonly stroke?: Tone }): Attributes {
  const classes = [
    ...(fill === undefined ? [] : [`f-${fill}`]),
    ...(stroke === undefined ? [] : [`k-${stroke}`]),
  ];
  return {
    class: classes.join(' '),
    fill: fill === undefined ? 'none' : SHADES[fill].light,
    ...(stroke === undefined ? {} : { stroke: SHADES[stroke].light }),
  };
}

/** Rules of a style sheet that turn charts to their colours on dark. */
export function darkRules(): string {
  return Object.entries(SHADES)
    .map(([tone, { dark }]) => `.f-${tone}{fill:${dark}}.k-${tone}{stroke:${dark}}`)
    .join('');
}
