/**
 * Response time by percentile: x is 1 / (1 - q), logarithmic, so that every nine takes the same room, and the 95 %
 * interval of each quantile is that of its order statistics, as in the tables.
 */

import { decodeTally } from '../../record/histogram.ts';
import { summarizeQuantile } from '../../record/summary.ts';
import type { Tally } from '../../record/tally.ts';
import type { ResultDocument } from '../../result/document.ts';
import { chart, label, type Plot, widthOf } from '../chart/frame.ts';
import { band, boxEntry, type LineLook, limitLine, line, lineEntry, type Point } from '../chart/marks.ts';
import { paint } from '../chart/palette.ts';
import { logScale, logScaleOf, type Scale } from '../chart/scale.ts';
import { formatCount, formatDuration, formatEstimate, plural } from '../format.ts';
import { type Figure, knownLimits, type Limit } from './figure.ts';

const GOOD = { tone: 'blue', width: 2.5 } as const;
const ALL = { tone: 'purple', dash: '2 3', width: 2.5 } as const;
const BASELINE = { tone: 'green', dash: '9 3 2 3' } as const;

const OBJECTIVE = { tone: 'vermilion', dash: '7 4', width: 1.5 } as const;

const REST = 'the rest failed: ∞';
const MOST = 'most attempts failed: ∞';
/** Share of the height that this takes. */
const ROOM = 0.12;

/** Points per power of ten of 1 / (1 - q). */
const STEPS = 14;
/** Quantiles in the table. */
const LISTED = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999];
const TICKS = new Map([
  [2, 'p50'],
  [4, 'p75'],
  [10, 'p90'],
  [20, 'p95'],
  [100, 'p99'],
  [1000, 'p99.9'],
  [10_000, 'p99.99'],
  [100_000, 'p99.999'],
]);

/** One quantile; `valueMs` null is infinite. */
interface CurvePoint {
  readonly tail: number;
  readonly valueMs: number | null;
  readonly lowMs: number | null;
  readonly highMs: number | null;
}

/** The figure; null when there is no distribution, or too few values for one interval. */
export function percentileFigure(result: ResultDocument): Figure | null {
  const tally = tallyOf(result.histograms['response']);
  if (tally === null) return null;
  const { totals } = result;
  const infinite = totals.failed + totals.dropped + totals.inFlight;
  const curves = {
    good: curveOf(tally, tally.count),
    all: infinite > 0 ? curveOf(tally, tally.count + infinite) : [],
    baseline: baselineOf(result),
  };
  const known = [...curves.good, ...curves.all, ...curves.baseline].filter(({ valueMs }) => valueMs !== null);
  if (known.length < 2) return null;
  const finding = findingOf(result, tally, infinite);
  return {
    id: 'percentiles',
    title: 'Response time by percentile',
    finding,
    svg: draw(result, curves, finding),
    table: tableOf(tally, infinite),
  };
}

interface Curves {
  readonly good: readonly CurvePoint[];
  readonly all: readonly CurvePoint[];
  readonly baseline: readonly CurvePoint[];
}

function tallyOf(blob: string | undefined): Tally | null {
  if (blob === undefined) return null;
  try {
    const tally = decodeTally(blob);
    return tally.count > 0 ? tally : null;
  } catch {
    // A blob that is none costs its curve, not the whole report.
    return null;
  }
}

function baselineOf({ baseline }: ResultDocument): CurvePoint[] {
  const tally = tallyOf(baseline?.histogram);
  return tally === null ? [] : curveOf(tally, tally.count);
}

/** Up to the last quantile that has a finite interval. */
function curveOf(tally: Tally, count: number): CurvePoint[] {
  const length = Math.floor(Math.log10(Math.max(1, count)) * STEPS);
  return Array.from({ length }, (_, index) => 10 ** ((index + 2) / STEPS)).flatMap((tail) => {
    const { valueMs, lowMs, highMs, needs } = summarizeQuantile(tally, count, 1 - 1 / tail);
    return needs === null ? [{ tail, valueMs, lowMs, highMs }] : [];
  });
}

function draw(result: ResultDocument, { good, all, baseline }: Curves, finding: string): string {
  const limits = limitsOf(result);
  const everything = [...good, ...all, ...baseline];
  const values: number[] = [
    ...everything.flatMap(({ valueMs, lowMs, highMs }) => [valueMs, lowMs, highMs]),
    // A little more on both sides, or a round limit lies on the edge.
    ...limits.flatMap(({ limit }) => [limit * 0.95, limit * 1.05]),
  ].filter((value): value is number => value !== null && value > 0);
  const least = values.reduce((smallest, value) => Math.min(smallest, value), Number.POSITIVE_INFINITY);
  const most = values.reduce((largest, value) => Math.max(largest, value), 0);
  const isEnded = all.some(({ valueMs }) => valueMs === null);
  // What is said of the failures stands at the top: a curve that lies flat there would be under it.
  const scale = logScale(least, isEnded ? most * Math.max(1.5, (most / least) ** ROOM) : most);
  const tails = everything.map(({ tail }) => tail);
  return chart({
    id: 'percentiles',
    title: 'Response time by percentile',
    finding,
    x: {
      scale: logScaleOf(Math.min(...tails), Math.max(...tails) * 1.02, [...TICKS.keys()]),
      name: 'percentile, every nine as wide as the last',
      format: (tail) => TICKS.get(tail) ?? '',
    },
    y: { scale, name: 'response time', format: formatDuration },
    plotHeight: 240,
    legend: [
      ...(good.length > 0
        ? [
            lineEntry('successes', GOOD),
            boxEntry('95% interval', { ...paint({ fill: 'blue' }), 'fill-opacity': '0.22' }),
          ]
        : []),
      ...(all.some(({ valueMs }) => valueMs !== null)
        ? [lineEntry('all attempts, failures infinitely slow', ALL)]
        : []),
      ...(baseline.length > 0 ? [lineEntry(`baseline: ${result.baseline?.label ?? ''}`, BASELINE)] : []),
      ...(limits.length > 0 ? [lineEntry('objective, up to the percentile it is about', OBJECTIVE)] : []),
    ],
    marks: (plot) => [
      ...curveMarks({ good, all, baseline }, scale, plot),
      ...limits.map((limit) => limitMark(limit, plot, tails)),
    ],
  });
}

/**
 * A limit as far as the percentile that it is about: whether the curve passes above it further right is no part of the
 * objective. One about no percentile, or about one beyond the curve, reaches across.
 */
function limitMark({ limit, text }: Limit, plot: Plot, tails: readonly number[]): string {
  const tail = tailOf(text);
  const isWithin = tail !== null && tail <= Math.max(...tails);
  return limitLine(plot, {
    y: plot.y(limit),
    text,
    ...(isWithin ? { end: plot.x(tail) } : {}),
  });
}

/** 1 / (1 - q) of `p99 < 250ms` or `p(99)<250`; null for what is no upper limit of a percentile. */
function tailOf(text: string): number | null {
  const [, percent] = /^(?:.*:\s*)?p\(?(\d+(?:\.\d+)?)\)?\s*</.exec(text) ?? [];
  const share = Number(percent) / 100;
  return percent === undefined || share >= 1 ? null : 1 / (1 - share);
}

function curveMarks({ good, all, baseline }: Curves, scale: Scale, plot: Plot): string[] {
  const through = (curve: readonly CurvePoint[], of: (point: CurvePoint) => number | null): Point[] =>
    curve.flatMap((point) => {
      const ms = of(point);
      return ms === null ? [] : [{ x: plot.x(point.tail), y: plot.y(ms) }];
    });
  const curve = (points: readonly CurvePoint[], look: LineLook): string[] =>
    points.length === 0
      ? []
      : [
          line(
            through(points, ({ valueMs }) => valueMs),
            look,
          ),
        ];
  const rest = all.some(({ valueMs }) => valueMs !== null) ? REST : MOST;
  const ended = all.find(({ valueMs }) => valueMs === null);
  const upper = through(good, ({ valueMs, highMs }) => (valueMs === null ? null : (highMs ?? scale.to)));
  const lower = through(good, ({ valueMs, lowMs }) => (valueMs === null ? null : (lowMs ?? scale.from)));
  return [
    band(upper, lower, { tone: 'blue', mark: 'interval' }),
    ...curve(baseline, { ...BASELINE, mark: 'baseline' }),
    ...curve(all, { ...ALL, mark: 'all-attempts' }),
    ...curve(good, { ...GOOD, mark: 'successes' }),
    ...(ended === undefined
      ? []
      : [
          label(rest, {
            // Not over the numbers of the axis, however early the curve ends.
            x: Math.max(plot.x(ended.tail) - 4, plot.left + 6 + widthOf(rest)),
            y: plot.top + 12,
            anchor: 'end',
            tone: 'ink',
            rim: true,
          }),
        ]),
  ];
}

/** Latency objectives of the run as a whole, each limit once. */
function limitsOf({ objectives }: ResultDocument): Limit[] {
  const latencies = knownLimits(objectives).filter(({ unit, target }) => unit === 'ms' && target === null);
  return latencies
    .filter(({ limit }, index) => latencies.findIndex((other) => other.limit === limit) === index)
    .slice(0, 4);
}

function findingOf({ totals, baseline }: ResultDocument, tally: Tally, infinite: number): string {
  const part = (q: number, name: string): string[] => {
    const { valueMs: value, lowMs: low, highMs: high, needs } = summarizeQuantile(tally, tally.count, q);
    return needs === null && value !== null
      ? [`${name} is ${formatEstimate('ms', { value, low, high })}`]
      : [];
  };
  const parts = [...part(0.5, 'p50'), ...part(0.99, 'p99'), ...part(0.999, 'p99.9')];
  const said =
    parts.length === 0
      ? `${plural(tally.count, 'success', 'successes')}: too few for a percentile`
      : `Of ${plural(tally.count, 'success', 'successes')} ${parts.join(', ')}`;
  const failed =
    infinite === 0
      ? ''
      : ` With the ${formatCount(infinite)} that failed or were never answered as infinitely slow, ${ofAllText(totals)}.`;
  const before = baseline?.response.quantiles['p99']?.valueMs ?? null;
  return `${said}.${failed}${before === null ? '' : ` The baseline's p99 is ${formatDuration(before)}.`}`;
}

/** The highest of p99 and p50 that all attempts suffice for. */
function ofAllText({ responseAll }: ResultDocument['totals']): string {
  const name = ['p99', 'p50'].find((each) => responseAll.quantiles[each]?.needs === null);
  if (name === undefined) return 'there are too few requests for a percentile';
  const valueMs = responseAll.quantiles[name]?.valueMs ?? null;
  return `${name} is ${valueMs === null ? 'infinite' : formatDuration(valueMs)}`;
}

function tableOf(tally: Tally, infinite: number): Figure['table'] {
  const cell = (count: number, q: number): string => {
    const { valueMs: value, lowMs: low, highMs: high, needs } = summarizeQuantile(tally, count, q);
    if (needs !== null) return `n too small (needs ${formatCount(needs)})`;
    return value === null ? '∞' : formatEstimate('ms', { value, low, high });
  };
  const name = (q: number): string => `p${Number((q * 100).toPrecision(7))}`;
  return {
    head: ['percentile', 'successes [95% interval]', ...(infinite > 0 ? ['all attempts'] : [])],
    aligns: 'lrr',
    rows: LISTED.map((q) => [
      name(q),
      cell(tally.count, q),
      ...(infinite > 0 ? [cell(tally.count + infinite, q)] : []),
    ]),
  };
}
