/** The resources of a server over time, beside the traffic that it bore at the same moments. */

import { formatRate, formatRatio } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { ServerResource, ServerResult } from '../../result/server/server-result.ts';
import { type Axis, chart, type Plot } from '../chart/frame.ts';
import { type LineLook, line, lineEntry, type Point } from '../chart/marks.ts';
import { linearScale, timeScale } from '../chart/scale.ts';
import type { Figure } from '../figure/figure.ts';
import { formatMoment, ratesOf, type Stretch } from '../figure/timeline.ts';
import { formatIn } from '../format.ts';
import { courseTable, rateOf } from './course-table.ts';
import { bindingResource } from './words.ts';

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

/** Up to here a share is taken for 1. */
const ALL = 1.05;

/** Below this a share is a line at the bottom that says nothing. */
const LEAST_SHARE = 0.02;

/** One picture. */
interface Course {
  readonly id: string;
  readonly title: string;
  readonly server: ServerResult;
  /** All of one unit, the limiting one first, as many as there are looks. */
  readonly drawn: readonly ServerResource[];
  /** In its table. */
  readonly listed: readonly ServerResource[];
  readonly stretches: readonly Stretch[];
  readonly endMs: number;
}

/**
 * The figures: what limits it, where that is told otherwise than as a share, and the shares. None with fewer than two
 * looks. @param index of the server, from 1
 */
export function serverFigures(result: ResultDocument, server: ServerResult, index: number): Figure[] {
  const stretches = ratesOf(result);
  const lastMs = server.series.reduce((latest, { fromMs }) => Math.max(latest, fromMs), 0);
  const endMs = Math.max(stretches.at(-1)?.toMs ?? 0, lastMs);
  const common = { server, stretches, endMs };
  const id = `server-${index}`;
  const limiting = bindingResource(server);
  const shares = sharesOf(server);
  const courses: Course[] = [
    ...(limiting === null || limiting.unit === 'ratio' || !isDrawable(server, limiting)
      ? []
      : [
          {
            ...common,
            id: `${id}-limit`,
            title: `What limits it: ${limiting.resource}`,
            drawn: [limiting],
            listed: [limiting],
          },
        ]),
    ...(shares.length === 0
      ? []
      : [
          {
            ...common,
            id,
            title: 'Shares in use, beside the traffic',
            drawn: shares,
            listed: server.resources,
          },
        ]),
  ];
  return courses.map((course) => {
    const finding = findingOf(course);
    return {
      id: course.id,
      title: course.title,
      finding,
      svg: draw(course, finding),
      table: courseTable(result, course),
    };
  });
}

function isDrawable({ series }: ServerResult, { resource }: ServerResource): boolean {
  return series.filter(({ values }) => values[resource] !== undefined).length > 1;
}

/** Resources told as a share: the limiting one, then the fullest; of those that hardly anything was used of, one at most. */
function sharesOf(server: ServerResult): ServerResource[] {
  const isFirst = ({ resource }: ServerResource): number => (resource === server.binding?.resource ? 0 : 1);
  return server.resources
    .filter((each) => each.unit === 'ratio' && isDrawable(server, each))
    .sort((a, b) => isFirst(a) - isFirst(b) || b.max - a.max)
    .filter(({ max }, position) => position === 0 || max >= LEAST_SHARE)
    .slice(0, LOOKS.length);
}

function draw({ id, title, server, drawn, stretches, endMs }: Course, finding: string): string {
  const lines = drawn.map(({ resource }, index) => ({
    resource,
    look: LOOKS[index] ?? { tone: 'ink' as const },
    values: server.series.map(({ values }) => values[resource] ?? null),
  }));
  const most = Math.max(...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
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
    title: `${server.name}: ${title}`,
    finding,
    x: { scale: timeScale(endMs), name: 'time since the start', format: formatMoment },
    y: valueAxis(drawn[0], most),
    ...(hasRates ? { right } : {}),
    legend: [
      ...lines.map(({ resource, look }) => lineEntry(resource, look)),
      ...(hasRates ? [lineEntry('offered (right)', OFFERED), lineEntry('answered (right)', ANSWERED)] : []),
    ],
    marks: (plot) => [
      ...(hasRates ? rateLines(stretches, plot) : []),
      ...lines
        .map(({ resource, look, values }) => {
          const points = server.series.map(({ fromMs }, index) =>
            pointAt(plot, fromMs, values[index] ?? null),
          );
          return line(points, { ...look, mark: resource }) + lonelyDots(points, look);
        })
        .reverse(),
    ],
  });
}

/** From 0; a share to all of it at least, also one that was measured a little above. */
function valueAxis(first: ServerResource | undefined, most: number): Axis {
  if (first === undefined || first.unit === 'ratio') {
    return { scale: linearScale(0, most <= ALL ? 1 : most, 5), name: 'share in use', format: formatRatio };
  }
  const { resource, unit } = first;
  return { scale: linearScale(0, most), name: resource, format: (value) => formatIn(unit, value) };
}

function pointAt(plot: Plot, atMs: number, value: number | null): Point | null {
  return value === null ? null : { x: plot.x(atMs), y: plot.y(value) };
}

/** What one look alone told has no line to be part of: it is drawn large enough to be seen. */
function lonelyDots(points: readonly (Point | null)[], { tone }: Look): string {
  const isLonely = (at: number): boolean =>
    (points[at - 1] ?? null) === null && (points[at + 1] ?? null) === null;
  const dots = points.map((point, index) => (isLonely(index) ? point : null));
  return dots.some((dot) => dot !== null) ? line(dots, { tone, width: 7, mark: 'lonely' }) : '';
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

function bareRate(rate: number): string {
  return formatRate(rate).replace(/\/s$/, '');
}

function findingOf({ drawn, server, stretches }: Course): string {
  const parts = drawn.map(({ resource, unit, mean, max }, index) => {
    const most = `${formatIn(unit, max)}${index === 0 ? ' at most' : ''}`;
    return `${resource} ${index === 0 ? 'was ' : ''}${most} (${formatIn(unit, mean)} on average)`;
  });
  const rates = stretches.flatMap((each) => rateOf(each, stretches, 'answered') ?? []);
  const busiest =
    rates.length === 0 ? '' : `; up to ${formatRate(Math.max(...rates))} were answered meanwhile`;
  const missed = server.sources.reduce((sum, { failed }) => sum + failed, 0);
  return `${parts.join(', ')}${busiest}.${missed === 0 ? '' : ' Where a look failed, a line may stop.'}`;
}
