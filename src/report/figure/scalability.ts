/**
 * Throughput against requests in flight, with the curve of the Universal Scalability Law (Gunther, 1993):
 * X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)).
 */

import { formatRate } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { CapacityReport, TrialReport, UslReport } from '../../verdict/capacity/report.ts';
import { chart } from '../chart/frame.ts';
import { line, lineEntry } from '../chart/marks.ts';
import { linearScale } from '../chart/scale.ts';
import { formatCount, formatNumber, plural } from '../format.ts';
import { peakText } from '../search/model.ts';
import type { Figure } from './figure.ts';
import { labelOf, trialLegend, trialMark, wordOf } from './trials.ts';

const CURVE_POINTS = 80;
const FIT = { tone: 'blue' } as const;
const BEYOND = { tone: 'blue', dash: '5 4' } as const;

/** The figure; null without a model. */
export function scalabilityFigure({ capacity }: ResultDocument): Figure | null {
  const usl = capacity?.model.usl ?? null;
  if (capacity === undefined || usl === null) return null;
  const { sigma, kappa, lambda } = usl;
  if (sigma.value === null || kappa.value === null || lambda.value === null) return null;
  const trials = capacity.trials.filter(({ meanInFlight }) => meanInFlight !== null);
  if (trials.length === 0) return null;
  const law = lawOf(lambda.value, sigma.value, kappa.value);
  const finding = `The Universal Scalability Law through ${plural(usl.points, 'held point')}: peak ${peakText(usl)}. The model explains; the verdict does not rest on it.`;
  return {
    id: 'scalability',
    title: 'Throughput against requests in flight',
    finding,
    svg: draw(capacity, { usl, trials, law, finding }),
    table: {
      head: ['trial', 'in flight', 'answered', 'the law says', 'its rate'],
      aligns: 'rrrrl',
      rows: trials.map((trial) => [
        formatCount(trial.number),
        formatNumber(trial.meanInFlight ?? 0),
        formatRate(trial.completedPerSecond),
        formatRate(law(trial.meanInFlight ?? 0)),
        wordOf(labelOf(capacity, trial)),
      ]),
    },
  };
}

function lawOf(lambda: number, sigma: number, kappa: number): (inFlight: number) => number {
  return (n) => (lambda * n) / Math.max(1e-9, 1 + sigma * (n - 1) + kappa * n * (n - 1));
}

interface Drawing {
  readonly usl: UslReport;
  readonly trials: readonly TrialReport[];
  readonly law: (inFlight: number) => number;
  readonly finding: string;
}

function draw(capacity: CapacityReport, { usl, trials, law, finding }: Drawing): string {
  const measured = usl.measuredInFlight;
  // A broken rate may pile up a hundred times what the law was fitted to: that would press the curve into a corner.
  const largest = Math.min(Math.max(...trials.map(({ meanInFlight }) => meanInFlight ?? 0)), measured * 4);
  const end = Math.max(largest, Math.min(usl.peakInFlight ?? 0, measured * 3), 1) * 1.05;
  const within = trials.filter(({ meanInFlight }) => (meanInFlight ?? 0) <= end);
  const steps = Array.from({ length: CURVE_POINTS + 1 }, (_, index) => (index / CURVE_POINTS) * end);
  const most = Math.max(...steps.map(law), ...within.map(({ completedPerSecond }) => completedPerSecond), 1);
  const left = trials.length - within.length;
  return chart({
    id: 'scalability',
    title: 'Throughput against requests in flight',
    finding,
    x: { scale: linearScale(0, end), name: 'requests in flight on average', format: formatNumber },
    y: {
      scale: linearScale(0, most),
      name: 'answered per second',
      format: (rate) => formatRate(rate).replace('/s', ''),
    },
    plotHeight: 240,
    legend: [
      lineEntry('law', FIT),
      lineEntry('beyond what was measured', BEYOND),
      ...trialLegend({ ...capacity, heldPerSecond: null }),
      ...(left > 0 ? [{ text: `${plural(left, 'trial')} far to the right`, swatch: () => '' }] : []),
    ],
    marks: (plot) => {
      const through = (from: number, to: number) =>
        steps.filter((n) => n >= from && n <= to).map((n) => ({ x: plot.x(n), y: plot.y(law(n)) }));
      return [
        line(through(0, measured), { ...FIT, width: 2.5, mark: 'law' }),
        line(through(measured, end), { ...BEYOND, mark: 'law-beyond' }),
        ...within.map((trial) =>
          trialMark(labelOf(capacity, trial), {
            x: plot.x(trial.meanInFlight ?? 0),
            y: plot.y(trial.completedPerSecond),
          }),
        ),
      ];
    },
  });
}
