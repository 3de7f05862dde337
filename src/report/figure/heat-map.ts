/** Response times over time: how many in each stretch took how long. */

import type { ResultDocument } from '../../result/document.ts';
import { chart, type Plot } from '../chart/frame.ts';
import { type Box, boxEntry, boxesPath, limitLine, line, lineEntry } from '../chart/marks.ts';
import { element } from '../chart/markup.ts';
import { HEAT, paint, type Tone } from '../chart/palette.ts';
import { logScale, logScaleOf, timeScale } from '../chart/scale.ts';
import { formatCount, formatDuration, plural } from '../format.ts';
import { type Figure, knownLimits } from './figure.ts';
import {
  formatMoment,
  MOST_COLUMNS,
  MOST_ROWS,
  quantileMs,
  type Stretch,
  stretchesOf,
  successesOf,
} from './timeline.ts';

/** Rows of the map: neighbouring buckets share one where there are more. */
const MOST_LEVELS = 30;
/** Below this many values the 99th percentile is the largest value. */
const LEAST_FOR_P99 = 100;

/** Quantiles drawn as lines over the map, each through stretches that hold enough successes to tell it. */
const LINES = [
  { name: 'p50', q: 0.5, least: 20, look: { tone: 'ink', width: 2 } },
  { name: 'p99', q: 0.99, least: LEAST_FOR_P99, look: { tone: 'purple', width: 2, dash: '5 3' } },
] as const;

/** The figure; null without a success in any window, and for a single window, in which nothing has a course. */
export function heatMapFigure(result: ResultDocument): Figure | null {
  const stretches = stretchesOf(result, MOST_COLUMNS);
  if (stretches.length < 2) return null;
  const rows = rowEdges(stretches);
  if (rows === null) return null;
  const slices = stretchesOf(result, MOST_ROWS);
  const finding = findingOf(slices);
  return {
    id: 'heat-map',
    title: 'Response time over time',
    finding,
    svg: draw(result, stretches, { rows, finding }),
    table: {
      head: ['from', 'successes', 'p50', 'p90', 'p99'],
      aligns: 'rrrrr',
      rows: slices.map((slice) => [
        formatDuration(slice.fromMs),
        formatCount(successesOf(slice)),
        formatDuration(quantileMs(slice, 0.5)),
        formatDuration(quantileMs(slice, 0.9)),
        successesOf(slice) < LEAST_FOR_P99 ? `n<${LEAST_FOR_P99}` : formatDuration(quantileMs(slice, 0.99)),
      ]),
    },
  };
}

interface Rows {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** Equal rows on the logarithmic axis that cover every bucket. */
function rowEdges(stretches: readonly Stretch[]): Rows | null {
  const buckets = stretches.flatMap(({ latency }) => [...latency.values()]);
  const fromMs = buckets.reduce((least, bucket) => Math.min(least, bucket.fromMs), Number.POSITIVE_INFINITY);
  const toMs = buckets.reduce((most, bucket) => Math.max(most, bucket.toMs), 0);
  if (!(toMs > fromMs)) return null;
  const steps = Math.round(Math.log2(toMs / fromMs) * 8);
  return { fromMs, toMs, count: Math.ceil(steps / Math.ceil(steps / MOST_LEVELS)) };
}

interface Drawing {
  readonly rows: Rows;
  readonly finding: string;
}

function draw(result: ResultDocument, stretches: readonly Stretch[], { rows, finding }: Drawing): string {
  const cells = cellsOf(stretches, rows);
  const most = cells.reduce((largest, { count }) => Math.max(largest, count), 1);
  // By the square root: few are still seen beside many.
  const levelOf = (count: number): number => Math.round(Math.sqrt(count / most) * (HEAT.length - 1));
  const toneOf = (count: number): Tone => HEAT[levelOf(count)] ?? 'heat7';
  const limits = knownLimits(result.objectives).filter(
    ({ unit, limit, target }) =>
      unit === 'ms' && target === null && limit >= rows.fromMs && limit <= rows.toMs,
  );
  const courses = coursesOf(result);
  // Beside the limit of a p99 that counts the failed as infinite, it must not be taken for that.
  const whose = result.totals.failed > 0 ? ' of successes' : '';
  const shades = HEAT.map((tone, level) => ({
    tone,
    boxes: cells.filter(({ count }) => levelOf(count) === level),
  }));
  return chart({
    id: 'heat-map',
    title: 'Response time over time',
    finding,
    x: {
      scale: timeScale(stretches.at(-1)?.toMs ?? 0),
      name: 'time since the start',
      format: formatMoment,
    },
    y: {
      scale: logScaleOf(rows.fromMs, rows.toMs, ticksOf(rows)),
      name: 'response time of successes',
      format: formatDuration,
    },
    plotHeight: 240,
    legend: [
      ...legendCounts(most).map((count) => {
        const text = count === most ? `${plural(count, 'response')} in a cell` : formatCount(count);
        return boxEntry(text, paint({ fill: toneOf(count) }));
      }),
      ...courses.map(({ name, look }) => lineEntry(name + whose, look)),
    ],
    marks: (plot) => [
      ...shades.flatMap(({ tone, boxes }) => {
        if (boxes.length === 0) return [];
        const path = boxesPath(boxes.map((cell) => placed(cell, plot)));
        return [
          element('path', {
            'data-mark': 'heat',
            d: path,
            ...paint({ fill: tone }),
            'shape-rendering': 'crispEdges',
          }),
        ];
      }),
      ...courses.flatMap((course) => courseMarks(course, plot)),
      ...limits.slice(0, 3).map(({ limit, text }) => limitLine(plot, { y: plot.y(limit), text })),
    ],
  });
}

interface Course {
  readonly name: string;
  readonly look: (typeof LINES)[number]['look'];
  readonly steps: readonly { readonly fromMs: number; readonly toMs: number; readonly ms: number | null }[];
}

/** The course of each quantile that at least two stretches can tell; a stretch with too few successes is a gap. */
function coursesOf(result: ResultDocument): Course[] {
  const all = successesIn(stretchesOf(result, MOST_ROWS));
  return LINES.flatMap(({ name, q, least, look }) => {
    // Half as many again on average, for a stretch is seldom just average.
    const wanted = Math.floor(all / (1.5 * least));
    if (wanted < 2) return [];
    const steps = stretchesOf(result, Math.min(MOST_COLUMNS, wanted)).map((stretch) => ({
      fromMs: stretch.fromMs,
      toMs: stretch.toMs,
      ms: successesOf(stretch) < least ? null : quantileMs(stretch, q),
    }));
    return steps.filter(({ ms }) => ms !== null).length < 2 ? [] : [{ name, look, steps }];
  });
}

function successesIn(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, stretch) => sum + successesOf(stretch), 0);
}

/** Level over each stretch, for a slope would tell of moments between; on a rim, to be seen on every shade of the map. */
function courseMarks({ name, look, steps }: Course, plot: Plot): string[] {
  const path = steps.flatMap(({ fromMs, toMs, ms }) =>
    ms === null ? [null] : [fromMs, toMs].map((atMs) => ({ x: plot.x(atMs), y: plot.y(ms) })),
  );
  return [
    line(path, { tone: 'paper', width: look.width + 2.5, mark: 'rim' }),
    line(path, { ...look, mark: name }),
  ];
}

/** Round values, or the ends where fewer than two of those lie between them. */
function ticksOf({ fromMs, toMs }: Rows): readonly number[] {
  const round = logScale(fromMs, toMs).ticks.filter((tick) => tick >= fromMs && tick <= toMs);
  return round.length < 2 ? [fromMs, toMs] : round;
}

/** One, a few and the most, each once. */
function legendCounts(most: number): number[] {
  return [...new Set([1, Math.max(1, Math.round(most / 4)), most])];
}

interface Cell {
  readonly fromMs: number;
  readonly toMs: number;
  readonly lowMs: number;
  readonly highMs: number;
  readonly count: number;
}

function cellsOf(stretches: readonly Stretch[], { fromMs, toMs, count }: Rows): Cell[] {
  const factor = (toMs / fromMs) ** (1 / count);
  return stretches.flatMap((stretch) => {
    const counts = new Map<number, number>();
    for (const bucket of stretch.latency.values()) {
      const middle = Math.sqrt(bucket.fromMs * bucket.toMs);
      const row = Math.min(count - 1, Math.floor(Math.log(middle / fromMs) / Math.log(factor)));
      counts.set(row, (counts.get(row) ?? 0) + bucket.count);
    }
    return [...counts].map(([row, number]) => ({
      fromMs: stretch.fromMs,
      toMs: stretch.toMs,
      lowMs: fromMs * factor ** row,
      highMs: fromMs * factor ** (row + 1),
      count: number,
    }));
  });
}

function placed(
  { fromMs, toMs, lowMs, highMs }: Cell,
  plot: { readonly x: (ms: number) => number; readonly y: (ms: number) => number },
): Box {
  const x = plot.x(fromMs);
  const y = plot.y(highMs);
  // A little more, or rounding leaves seams between neighbours.
  return { x, y, width: plot.x(toMs) - x + 0.3, height: plot.y(lowMs) - y + 0.3 };
}

/** Where the bulk lay in every part of the run, and where in time the slowest were. */
function findingOf(slices: readonly Stretch[]): string {
  const answered = slices.filter((slice) => successesOf(slice) > 0);
  // A part with too few for its p99 would be left out of the comparison: it may be the very one that was slow.
  const isTail = answered.every((slice) => successesOf(slice) >= LEAST_FOR_P99);
  const values = answered.flatMap((slice) => {
    const ms = quantileMs(slice, isTail ? 0.99 : 0.5);
    return ms === null ? [] : [{ ms, slice }];
  });
  const sorted = values.sort((a, b) => a.ms - b.ms);
  const [low] = sorted;
  const high = sorted.at(-1);
  if (low === undefined || high === undefined) return 'No success in any part of the run.';
  const name = isTail ? 'p99' : 'the median';
  if (sorted.length === 1) return `Over the whole run ${name} is about ${formatDuration(low.ms)}.`;
  return `Over ${slices.length} equal parts of the run ${name} lies between ${formatDuration(low.ms)} and ${formatDuration(high.ms)}; it is highest in the part from ${formatMoment(high.slice.fromMs)} to ${formatDuration(high.slice.toMs)}.${slowestText(answered)}`;
}

/** Where most of the slowest hundredth began; '' with too few to tell of one. */
function slowestText(slices: readonly Stretch[]): string {
  const buckets = slices.flatMap((slice) => [...slice.latency.values()]);
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total < LEAST_FOR_P99) return '';
  const latency = new Map(buckets.map((bucket, index) => [index, bucket]));
  const limitMs = quantileMs({ latency }, 0.99) ?? 0;
  const counted = slices.map((slice) => ({
    slice,
    slow: [...slice.latency.values()].reduce(
      (sum, { toMs, count }) => (toMs > limitMs ? sum + count : sum),
      0,
    ),
  }));
  const all = counted.reduce((sum, { slow }) => sum + slow, 0);
  const worst = counted.reduce((most, each) => (each.slow > most.slow ? each : most));
  return ` Of the ${formatCount(all)} slowest, about ${formatDuration(limitMs)} or more, ${formatCount(worst.slow)} began from ${formatMoment(worst.slice.fromMs)} to ${formatDuration(worst.slice.toMs)}.`;
}
