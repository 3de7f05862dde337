/** How trials are drawn: what is known of their rate decides shape and colour. */

import type { ResultDocument } from '../../result/document.ts';
import type { CapacityReport, RateLabel, TrialReport } from '../../verdict/capacity/report.ts';
import type { LaunchReport } from '../../verdict/launch/report.ts';
import { type LegendEntry, label, type Plot, widthOf } from '../chart/frame.ts';
import { boxEntry, type Point, type Shape, shape, shapeEntry, uprightLine } from '../chart/marks.ts';
import { element } from '../chart/markup.ts';
import { paint, type Tone } from '../chart/palette.ts';

const LOOKS: Readonly<
  Record<RateLabel, { readonly kind: Shape; readonly tone: Tone; readonly word: string }>
> = {
  held: { kind: 'circle', tone: 'green', word: 'held' },
  undecided: { kind: 'diamond', tone: 'orange', word: 'undecided' },
  broken: { kind: 'cross', tone: 'vermilion', word: 'broke' },
};

/** What all trials at its rate show in the end. */
export function labelOf({ rates }: CapacityReport, trial: TrialReport): RateLabel {
  return rates.find(({ ratePerSecond }) => ratePerSecond === trial.ratePerSecond)?.label ?? trial.label;
}

/** `held`, `undecided`, `broke`. */
export function wordOf(name: RateLabel): string {
  return LOOKS[name].word;
}

/** The mark of a trial. */
export function trialMark(name: RateLabel, at: Point): string {
  const { kind, tone } = LOOKS[name];
  return shape(kind, at, { tone, mark: `trial-${name}` });
}

/** An upright line from low to high: an interval. */
export function whisker(
  name: RateLabel,
  { x, low, high }: { readonly x: number; readonly low: number; readonly high: number },
): string {
  return element('line', {
    'data-mark': 'whisker',
    x1: x,
    x2: x,
    y1: low,
    y2: high,
    ...paint({ stroke: LOOKS[name].tone }),
    'stroke-width': 1.5,
  });
}

/** Entries for the labels that occur, and for the bracket when it has two ends. */
export function trialLegend(capacity: CapacityReport): LegendEntry[] {
  const occurring = new Set(capacity.trials.map((trial) => labelOf(capacity, trial)));
  const names = (['held', 'undecided', 'broken'] as const).filter((name) => occurring.has(name));
  const { heldPerSecond: held, brokePerSecond: broke } = capacity;
  return [
    ...names.map((name) => shapeEntry(`rate ${LOOKS[name].word}`, LOOKS[name].kind, LOOKS[name].tone)),
    ...(held !== null && broke !== null
      ? [boxEntry('capacity lies here', paint({ fill: 'shade', stroke: 'orange' }))]
      : []),
  ];
}

/** The bracket as a shaded stretch of the rate axis, and of a launch the expected peak and the rate asked for. */
export function bracketMarks({ capacity, launch }: ResultDocument, plot: Plot): string[] {
  const held = capacity?.heldPerSecond ?? null;
  const broke = capacity?.brokePerSecond ?? null;
  const x = held === null ? 0 : plot.x(held);
  return [
    ...(held === null || broke === null
      ? []
      : [
          element('rect', {
            'data-mark': 'bracket',
            x,
            y: plot.top,
            width: Math.max(1, plot.x(broke) - x),
            height: plot.bottom - plot.top,
            ...paint({ fill: 'shade', stroke: 'orange' }),
            'stroke-width': 1,
          }),
        ]),
    ...(launch === undefined ? [] : launchLines(launch, plot)),
  ];
}

/** The expected peak, and what is asked of it with its margin and its spare where that is more. */
function launchLines({ askedPerSecond: peak, questions }: LaunchReport, plot: Plot): string[] {
  const most = questions.reduce((largest, { ratePerSecond }) => Math.max(largest, ratePerSecond), peak);
  return [
    uprightLine(plot, { x: plot.x(peak), text: 'peak' }),
    ...(most > peak ? [uprightLine(plot, { x: plot.x(most), text: 'asked', row: 1 })] : []),
  ];
}

/** Says that marks at the top edge are infinitely slow. */
export function infinityLabel(plot: Plot): string {
  return label('∞', { x: plot.right - widthOf('∞'), y: plot.top + 12, tone: 'ink' });
}
