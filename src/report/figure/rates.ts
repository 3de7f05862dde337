/** Traffic over time: what was offered, what was answered, and how much was under way. */

import { formatRate } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import { chart, type Plot } from '../chart/frame.ts';
import { line, lineEntry, type Point } from '../chart/marks.ts';
import { linearScale, timeScale } from '../chart/scale.ts';
import { formatCount, formatDuration, formatNumber, UNKNOWN } from '../format.ts';
import type { Figure } from './figure.ts';
import { formatMoment, MOST_ROWS, ratesOf, type Stretch, stretchesOf } from './timeline.ts';

const OFFERED = { tone: 'blue', width: 2.5 } as const;
const ANSWERED = { tone: 'vermilion', dash: '6 3' } as const;
const IN_FLIGHT = { tone: 'green', dash: '2 3' } as const;

/** A stretch cut so short by the end of the run that its rate says nothing is left out. */
const LEAST_PART = 0.3;

/** The figure; null without windows. */
export function rateFigure(result: ResultDocument): Figure | null {
  const stretches = ratesOf(result);
  if (stretches.length < 2) return null;
  const finding = findingOf(result, stretches);
  const cell = (value: number | null): string => (value === null ? UNKNOWN : formatRate(value));
  return {
    id: 'rates',
    title: 'Offered and answered',
    finding,
    svg: draw(stretches, finding),
    table: {
      head: ['from', 'offered', 'answered', 'in flight'],
      aligns: 'rrrr',
      rows: stretchesOf(result, MOST_ROWS).map((slice, _, all) => [
        formatDuration(slice.fromMs),
        cell(rateOf(slice, all, 'due')),
        cell(rateOf(slice, all, 'answered')),
        slice.inFlight === null ? UNKNOWN : formatCount(slice.inFlight),
      ]),
    },
  };
}

function rateOf(stretch: Stretch, all: readonly Stretch[], key: 'due' | 'answered'): number | null {
  const whole = all[0]?.seconds ?? 0;
  return stretch.seconds > 0 && stretch.seconds >= whole * LEAST_PART ? stretch[key] / stretch.seconds : null;
}

function draw(stretches: readonly Stretch[], finding: string): string {
  const rates = stretches.flatMap((stretch) => [
    rateOf(stretch, stretches, 'due') ?? 0,
    rateOf(stretch, stretches, 'answered') ?? 0,
  ]);
  const crowd = stretches.map(({ inFlight }) => inFlight ?? 0);
  const through = (
    of: (stretch: Stretch) => number | null,
    { x, up }: { x: Plot['x']; up: Plot['y'] },
  ): (Point | null)[] =>
    stretches.map((stretch) => {
      const value = of(stretch);
      return value === null ? null : { x: x((stretch.fromMs + stretch.toMs) / 2), y: up(value) };
    });
  return chart({
    id: 'rates',
    title: 'Offered and answered',
    finding,
    x: {
      scale: timeScale(stretches.at(-1)?.toMs ?? 0),
      name: 'time since the start',
      format: formatMoment,
    },
    y: { scale: linearScale(0, Math.max(...rates, 1)), name: 'requests per second', format: bareRate },
    right: { scale: linearScale(0, Math.max(...crowd, 4)), name: 'in flight', format: formatCount },
    legend: [
      lineEntry('offered', OFFERED),
      lineEntry('answered', ANSWERED),
      lineEntry('in flight (right)', IN_FLIGHT),
    ],
    marks: (plot) => [
      line(
        through(({ inFlight }) => inFlight, { x: plot.x, up: plot.y2 }),
        { ...IN_FLIGHT, width: 1.5, mark: 'in-flight' },
      ),
      line(
        through((stretch) => rateOf(stretch, stretches, 'due'), { x: plot.x, up: plot.y }),
        { ...OFFERED, mark: 'offered' },
      ),
      line(
        through((stretch) => rateOf(stretch, stretches, 'answered'), { x: plot.x, up: plot.y }),
        { ...ANSWERED, mark: 'answered' },
      ),
    ],
  });
}

function bareRate(rate: number): string {
  return formatRate(rate).replace(/\/s$/, '');
}

function findingOf({ totals }: ResultDocument, stretches: readonly Stretch[]): string {
  const { asked, sent, completed } = totals.ratePerSecond;
  const offered =
    asked === null
      ? `${formatRate(sent)} was sent in a closed loop`
      : `${formatRate(asked)} was asked for, ${formatRate(sent)} sent`;
  const most = stretches.reduce((largest, { inFlight }) => Math.max(largest, inFlight ?? 0), 0);
  const mean = totals.meanInFlight === null ? '' : `${formatNumber(totals.meanInFlight)} on average and `;
  return `${offered} and ${formatRate(completed)} answered; in flight were ${mean}${formatCount(most)} at most.`;
}
