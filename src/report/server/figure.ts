/** The resources of a server over time, beside the traffic that it bore at the same moments. */

import { formatRate, formatRatio } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { ServerMoment, ServerResource, ServerResult } from '../../result/server/server-result.ts';
import { chart, type Plot } from '../chart/frame.ts';
import { type LineLook, line, lineEntry, type Point } from '../chart/marks.ts';
import { linearScale, timeScale } from '../chart/scale.ts';
import type { DataTable, Figure } from '../figure/figure.ts';
import { formatMoment, MOST_COLUMNS, MOST_ROWS, type Stretch, stretchesOf } from '../figure/timeline.ts';
import { formatDuration, UNKNOWN } from '../format.ts';
import { valueText } from './words.ts';

type Look = Omit<LineLook, 'mark'>;

/** The resource that limits it comes first and is drawn heaviest. */
const LOOKS: readonly Look[] = [
  { tone: 'ink', width: 2.5 },
  { tone: 'purple', dash: '9 3' },
  { tone: 'green', dash: '2 3' },
  { tone: 'orange', dash: '9 3 2 3' },
];
const OFFERED: Look = { tone: 'blue', width: 1.5 };
const ANSWERED: Look = { tone: 'vermilion', width: 1.5, dash: '6 3' };

/** A rate of less than this share of a stretch says nothing. */
const LEAST_PART = 0.3;

/** What is drawn. */
interface Course {
  readonly id: string;
  readonly server: ServerResult;
  /** Shares, the limiting one first, as many as there are looks. */
  readonly drawn: readonly ServerResource[];
  readonly stretches: readonly Stretch[];
  readonly endMs: number;
}

/** The figure; null with fewer than two looks, or where nothing was told as a share. @param index of the server, from 1 */
export function serverFigure(result: ResultDocument, server: ServerResult, index: number): Figure | null {
  const drawn = drawnOf(server);
  if (server.series.length < 2 || drawn.length === 0) return null;
  const stretches = stretchesOf(result, MOST_COLUMNS);
  const lastMs = server.series.reduce((latest, { fromMs }) => Math.max(latest, fromMs), 0);
  const endMs = Math.max(stretches.at(-1)?.toMs ?? 0, lastMs);
  const course: Course = { id: `server-${index}`, server, drawn, stretches, endMs };
  const finding = findingOf(course);
  return {
    id: course.id,
    title: 'Over time, beside the traffic',
    finding,
    svg: draw(course, finding),
    table: tableOf(result, course),
  };
}

/** Resources told as a share, of which at least two looks told: the limiting one, then the fullest. */
function drawnOf({ binding, resources, series }: ServerResult): ServerResource[] {
  const isFirst = ({ resource }: ServerResource): number => (resource === binding?.resource ? 0 : 1);
  return resources
    .filter(({ unit }) => unit === 'ratio')
    .filter(({ resource }) => series.filter(({ values }) => values[resource] !== undefined).length > 1)
    .sort((a, b) => isFirst(a) - isFirst(b) || b.max - a.max)
    .slice(0, LOOKS.length);
}

function draw({ id, server, drawn, stretches, endMs }: Course, finding: string): string {
  const lines = drawn.map(({ resource }, index) => ({
    resource,
    look: LOOKS[index] ?? { tone: 'ink' as const },
    values: server.series.map(({ values }) => values[resource] ?? null),
  }));
  const top = Math.max(1, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const rates = stretches.flatMap((each) => [
    rateOf(each, stretches, 'due') ?? 0,
    rateOf(each, stretches, 'answered') ?? 0,
  ]);
  const hasRates = rates.some((rate) => rate > 0);
  const right = {
    scale: linearScale(0, Math.max(...rates, 1)),
    name: 'requests per second',
    format: bareRate,
  };
  return chart({
    id,
    title: `Resources of ${server.name} over time`,
    finding,
    x: { scale: timeScale(endMs), name: 'time since the start', format: formatMoment },
    y: { scale: linearScale(0, top, 5), name: 'share in use', format: formatRatio },
    ...(hasRates ? { right } : {}),
    legend: [
      ...lines.map(({ resource, look }) => lineEntry(resource, look)),
      ...(hasRates ? [lineEntry('offered (right)', OFFERED), lineEntry('answered (right)', ANSWERED)] : []),
    ],
    marks: (plot) => [
      ...(hasRates ? rateLines(stretches, plot) : []),
      ...lines
        .map(({ resource, look, values }) =>
          line(
            server.series.map(({ fromMs }, index) => pointAt(plot, fromMs, values[index] ?? null)),
            { ...look, mark: resource },
          ),
        )
        .reverse(),
    ],
  });
}

function pointAt(plot: Plot, atMs: number, value: number | null): Point | null {
  return value === null ? null : { x: plot.x(atMs), y: plot.y(value) };
}

function rateLines(stretches: readonly Stretch[], plot: Plot): string[] {
  const through = (key: 'due' | 'answered'): (Point | null)[] =>
    stretches.map((stretch) => {
      const rate = rateOf(stretch, stretches, key);
      return rate === null ? null : { x: plot.x((stretch.fromMs + stretch.toMs) / 2), y: plot.y2(rate) };
    });
  return [
    line(through('due'), { ...OFFERED, mark: 'offered' }),
    line(through('answered'), { ...ANSWERED, mark: 'answered' }),
  ];
}

function rateOf(stretch: Stretch, all: readonly Stretch[], key: 'due' | 'answered'): number | null {
  const whole = all[0]?.seconds ?? 0;
  return stretch.seconds > 0 && stretch.seconds >= whole * LEAST_PART ? stretch[key] / stretch.seconds : null;
}

function bareRate(rate: number): string {
  return formatRate(rate).replace(/\/s$/, '');
}

function findingOf({ drawn, server, stretches }: Course): string {
  const parts = drawn.map(({ resource, mean, max }, index) => {
    const most = `${formatRatio(max)}${index === 0 ? ' at most' : ''}`;
    return `${resource} ${index === 0 ? 'was ' : ''}${most} (${formatRatio(mean)} on average)`;
  });
  const rates = stretches.flatMap((each) => rateOf(each, stretches, 'answered') ?? []);
  const busiest =
    rates.length === 0 ? '' : `; up to ${formatRate(Math.max(...rates))} were answered meanwhile`;
  const missed = server.sources.reduce((sum, { failed }) => sum + failed, 0);
  return `${parts.join(', ')}${busiest}.${missed === 0 ? '' : ' Where a look failed, a line may stop.'}`;
}

/** Every resource, those without a share too, and the traffic, in a few stretches. */
function tableOf(result: ResultDocument, { server, endMs }: Course): DataTable {
  const slices = slicesOf(result, endMs);
  return {
    head: ['from', ...server.resources.map(({ resource }) => resource), 'offered', 'answered'],
    aligns: 'r'.repeat(server.resources.length + 3),
    rows: slices.map(({ fromMs, toMs, due, answered }) => {
      const looks = server.series.filter((moment) => moment.fromMs >= fromMs && moment.fromMs < toMs);
      return [
        formatDuration(fromMs),
        ...server.resources.map((each) => meanText(looks, each)),
        due === null ? UNKNOWN : formatRate(due),
        answered === null ? UNKNOWN : formatRate(answered),
      ];
    }),
  };
}

interface Slice {
  readonly fromMs: number;
  readonly toMs: number;
  /** Per second. */
  readonly due: number | null;
  readonly answered: number | null;
}

/** The stretches of the client's series, the last one to the last look; without a series, equal parts. */
function slicesOf(result: ResultDocument, endMs: number): Slice[] {
  const stretches = stretchesOf(result, MOST_ROWS);
  const width = (endMs + 1) / MOST_ROWS;
  if (stretches.length === 0) {
    return Array.from({ length: MOST_ROWS }, (_, index) => ({
      fromMs: index * width,
      toMs: (index + 1) * width,
      due: null,
      answered: null,
    }));
  }
  return stretches.map((stretch, index) => ({
    fromMs: stretch.fromMs,
    toMs: index === stretches.length - 1 ? Math.max(stretch.toMs, endMs + 1) : stretch.toMs,
    due: rateOf(stretch, stretches, 'due'),
    answered: rateOf(stretch, stretches, 'answered'),
  }));
}

function meanText(looks: readonly ServerMoment[], { resource, unit }: ServerResource): string {
  const values = looks.flatMap(({ values: told }) => told[resource] ?? []);
  if (values.length === 0) return UNKNOWN;
  return valueText(unit, values.reduce((sum, value) => sum + value, 0) / values.length);
}
