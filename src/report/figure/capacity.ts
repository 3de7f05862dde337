/** What a search saw: 99th percentile and error ratio against the rate, every trial a mark. */

import { formatRate, formatRatio } from '../../core/units.ts';
import type { ObjectiveResult, ResultDocument } from '../../result/document.ts';
import type { CapacityReport, Estimate, TrialReport } from '../../verdict/capacity/report.ts';
import { chart } from '../chart/frame.ts';
import { limitLine } from '../chart/marks.ts';
import { linearScale, logScale, type Scale } from '../chart/scale.ts';
import { formatCount, formatDuration, formatEstimate, plural } from '../format.ts';
import { bracketText } from '../search/bracket.ts';
import { type DataTable, type Figure, knownLimits, type Limit } from './figure.ts';
import { bracketMarks, infinityLabel, labelOf, trialLegend, trialMark, whisker, wordOf } from './trials.ts';

interface Kind {
  readonly id: string;
  readonly title: string;
  readonly axis: string;
  readonly unit: 'ms' | 'ratio';
  readonly of: (trial: TrialReport) => Estimate;
  readonly limits: (objectives: readonly ObjectiveResult[]) => Limit[];
  readonly scale: (values: readonly number[]) => Scale;
  readonly format: (value: number) => string;
}

const LATENCY: Kind = {
  id: 'rate-latency',
  title: 'Rate against p99',
  axis: 'p99 of all attempts',
  unit: 'ms',
  of: ({ p99Ms }) => p99Ms,
  limits: (objectives) =>
    knownLimits(objectives).filter(({ unit, text }) => unit === 'ms' && /\bp99\b(?!\.)/.test(text)),
  scale: (values) => logScale(Math.min(...values.filter((value) => value > 0)), Math.max(...values) * 1.1),
  format: formatDuration,
};

const ERRORS: Kind = {
  id: 'rate-errors',
  title: 'Rate against errors',
  axis: 'error ratio',
  unit: 'ratio',
  of: ({ errorRatio }) => errorRatio,
  limits: (objectives) =>
    knownLimits(objectives).filter(
      ({ unit, text }) => unit === 'ratio' && /^(errors|.*: errors)\b/.test(text),
    ),
  scale: (values) => linearScale(0, Math.max(...values, 0.01)),
  format: formatRatio,
};

/** The two figures; empty without trials. */
export function capacityFigures(result: ResultDocument): Figure[] {
  const { capacity } = result;
  if (capacity === undefined || capacity.trials.length === 0) return [];
  return [LATENCY, ERRORS].flatMap((kind) => {
    const values = valuesOf(capacity, kind);
    if (values.length === 0) return [];
    const finding = findingOf(capacity, kind);
    return [
      {
        id: kind.id,
        title: kind.title,
        finding,
        svg: draw(result, capacity, { kind, values, finding }),
        table: tableOf(capacity, kind),
      },
    ];
  });
}

function valuesOf({ trials }: CapacityReport, { of }: Kind): number[] {
  return trials.flatMap((trial) => {
    const { value, low, high } = of(trial);
    return [value, low, high].filter((each) => each !== null);
  });
}

interface Drawing {
  readonly kind: Kind;
  readonly values: readonly number[];
  readonly finding: string;
}

function draw(result: ResultDocument, capacity: CapacityReport, { kind, values, finding }: Drawing): string {
  const limits = kind.limits(result.objectives).slice(0, 3);
  const scale = kind.scale([...values, ...limits.map(({ limit }) => limit)]);
  const rates = [
    ...capacity.trials.map(({ ratePerSecond }) => ratePerSecond),
    ...(result.launch?.questions ?? []).map(({ ratePerSecond }) => ratePerSecond),
    result.launch?.askedPerSecond ?? 0,
  ];
  const placed = capacity.trials.flatMap((trial) => {
    const { value, low, high } = kind.of(trial);
    const isInfinite = value === null && (low !== null || isAmongFailures(kind, trial));
    return value === null && !isInfinite ? [] : [{ trial, value: value ?? scale.to, low, high, isInfinite }];
  });
  return chart({
    id: kind.id,
    title: kind.title,
    finding,
    x: {
      scale: linearScale(0, Math.max(...rates, 1) * 1.03),
      name: 'requests per second asked for',
      format: (rate) => formatRate(rate).replace('/s', ''),
    },
    y: { scale, name: kind.axis, format: kind.format },
    plotHeight: 240,
    legend: trialLegend(capacity),
    marks: (plot) => [
      ...bracketMarks(result, plot),
      ...placed.map(({ trial, value, low, high }) =>
        whisker(labelOf(capacity, trial), {
          x: plot.x(trial.ratePerSecond),
          low: plot.y(low ?? value),
          high: plot.y(high ?? scale.to),
        }),
      ),
      ...limits.map(({ limit, text }) => limitLine(plot, { y: plot.y(limit), text })),
      ...placed.map(({ trial, value }) =>
        trialMark(labelOf(capacity, trial), { x: plot.x(trial.ratePerSecond), y: plot.y(value) }),
      ),
      ...(placed.some(({ isInfinite }) => isInfinite) ? [infinityLabel(plot)] : []),
    ],
  });
}

function tableOf(capacity: CapacityReport, kind: Kind): DataTable {
  const { axis } = kind;
  return {
    head: ['trial', 'rate', 'answered', `${axis} [95%]`, 'n', 'its rate'],
    aligns: 'rrrrrl',
    rows: capacity.trials.map((trial) => [
      formatCount(trial.number),
      formatRate(trial.ratePerSecond),
      formatRate(trial.completedPerSecond),
      textOf(kind, trial),
      formatCount(trial.sent),
      wordOf(labelOf(capacity, trial)),
    ]),
  };
}

/** True when so many failed that the 99th percentile of all attempts is one of them, and no value of it is known. */
function isAmongFailures({ unit }: Kind, { p99Ms, errorRatio }: TrialReport): boolean {
  return unit === 'ms' && p99Ms.value === null && (errorRatio.low ?? 0) > 0.01;
}

function textOf(kind: Kind, trial: TrialReport): string {
  return isAmongFailures(kind, trial) && kind.of(trial).low === null
    ? '∞'
    : estimateText(kind.unit, kind.of(trial));
}

/** The 99th percentile of a trial with its interval; `∞` where it falls among the failures. */
export function tailText(trial: TrialReport): string {
  return textOf(LATENCY, trial);
}

/** As {@link formatEstimate}; a quantile with a bound and no value falls among the failures. */
export function estimateText(unit: 'ms' | 'ratio', estimate: Estimate): string {
  const isInfinite = unit === 'ms' && estimate.value === null && estimate.low !== null;
  return isInfinite ? `∞ [${formatDuration(estimate.low)}, ∞]` : formatEstimate(unit, estimate);
}

function findingOf(capacity: CapacityReport, kind: Kind): string {
  const { of, axis } = kind;
  const at = (rate: number | null): string => {
    const trial = capacity.trials.findLast(({ ratePerSecond }) => ratePerSecond === rate);
    return trial === undefined
      ? ''
      : ` At ${formatRate(trial.ratePerSecond)} the ${axis} was ${textOf(kind, trial)}.`;
  };
  const { heldPerSecond, brokePerSecond, trials } = capacity;
  const unknown = trials.filter(
    (trial) => of(trial).value === null && of(trial).low === null && !isAmongFailures(kind, trial),
  ).length;
  const few = unknown === 0 ? '' : ` ${plural(unknown, 'trial')} had too few requests to tell.`;
  return `${plural(trials.length, 'trial')}; the capacity is ${bracketText(capacity, capacity.brokeBy)}.${at(heldPerSecond)}${at(brokePerSecond)}${few}`;
}
