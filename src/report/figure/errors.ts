/** What failed over time, by its cause or by its status, stacked. */

import { formatDurationMs, formatRatio } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import { chart } from '../chart/frame.ts';
import { hatchDefinitions, hatchFill, MOST_LAYERS } from '../chart/hatch.ts';
import { type Box, boxEntry, boxesPath } from '../chart/marks.ts';
import { element } from '../chart/markup.ts';
import { linearScale, timeScale } from '../chart/scale.ts';
import { formatCount, formatDuration, plural } from '../format.ts';
import type { DataTable, Figure } from './figure.ts';
import { formatMoment, MOST_COLUMNS, MOST_ROWS, type Stretch, stretchesOf } from './timeline.ts';

const OTHERS = 'others';
const NEVER_SENT = 'dropped';

/** What a stack is made of. */
interface Kind {
  readonly id: string;
  readonly title: string;
  readonly of: (stretch: Stretch) => ReadonlyMap<string, number>;
  readonly name: (key: string) => string;
  /** Said where nothing is drawn for some failures. */
  readonly remark: string;
}

const CAUSES: Kind = {
  id: 'causes',
  title: 'Failures by cause',
  of: ({ byCause, dropped }) => (dropped === 0 ? byCause : new Map([...byCause, [NEVER_SENT, dropped]])),
  name: (key) => (key === NEVER_SENT ? 'dropped (never sent)' : key),
  remark: '',
};

const STATUSES: Kind = {
  id: 'statuses',
  title: 'Failures by status',
  of: ({ byStatus }) => byStatus,
  name: (key) => (key === OTHERS ? key : `status ${key}`),
  remark: ' Failures without a whole answer have no status.',
};

/** By cause and, when any was answered, by status; empty when nothing failed. */
export function errorFigures(result: ResultDocument): Figure[] {
  return [CAUSES, STATUSES].flatMap((kind) => {
    const stretches = stretchesOf(result, MOST_COLUMNS);
    const layers = layersOf(stretches, kind);
    if (layers.length === 0) return [];
    const finding = findingOf(stretches, layers) + kind.remark;
    return [
      {
        id: kind.id,
        title: kind.title,
        finding,
        svg: draw(stretches, layers, { kind, finding }),
        table: tableOf(stretchesOf(result, MOST_ROWS), layers, kind),
      },
    ];
  });
}

/** One layer of the stack, the most frequent first. */
interface Layer {
  readonly name: string;
  readonly count: number;
  readonly countIn: (stretch: Stretch) => number;
}

function layersOf(stretches: readonly Stretch[], { of, name }: Kind): Layer[] {
  const counts = new Map<string, number>();
  for (const stretch of stretches) {
    for (const [key, count] of of(stretch)) counts.set(key, (counts.get(key) ?? 0) + count);
  }
  const sorted = [...counts].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  const hasRest = sorted.length > MOST_LAYERS;
  const shown = hasRest ? sorted.slice(0, MOST_LAYERS - 1) : sorted;
  const rest = sorted.slice(shown.length);
  const sum = (keys: readonly string[]) => (stretch: Stretch) =>
    keys.reduce((total, key) => total + (of(stretch).get(key) ?? 0), 0);
  return [
    ...shown.map(([key, count]) => ({ name: name(key), count, countIn: sum([key]) })),
    ...(hasRest
      ? [
          {
            name: OTHERS,
            count: rest.reduce((total, [, count]) => total + count, 0),
            countIn: sum(rest.map(([key]) => key)),
          },
        ]
      : []),
  ];
}

interface Drawing {
  readonly kind: Kind;
  readonly finding: string;
}

function draw(stretches: readonly Stretch[], layers: readonly Layer[], { kind, finding }: Drawing): string {
  const totals = stretches.map((stretch) => layers.reduce((sum, layer) => sum + layer.countIn(stretch), 0));
  const widthMs = (stretches[0]?.toMs ?? 0) - (stretches[0]?.fromMs ?? 0);
  return chart({
    id: kind.id,
    title: kind.title,
    finding,
    x: {
      scale: timeScale(stretches.at(-1)?.toMs ?? 0),
      name: 'time since the start',
      format: formatMoment,
    },
    y: {
      scale: linearScale(0, Math.max(...totals, 4)),
      name: `failures per ${formatDurationMs(widthMs)}`,
      format: formatCount,
    },
    legend: layers.map((layer, index) =>
      boxEntry(`${layer.name}: ${formatCount(layer.count)}`, hatchFill(kind.id, index)),
    ),
    marks: (plot) => {
      const heights = stretches.map(() => 0);
      const paths = layers.map((layer, index) => {
        const boxes = stretches.flatMap((stretch, at): Box[] => {
          const count = layer.countIn(stretch);
          if (count === 0) return [];
          const base = heights[at] ?? 0;
          heights[at] = base + count;
          const x = plot.x(stretch.fromMs);
          const y = plot.y(base + count);
          const gap = stretches.length > 60 ? 0 : 1;
          return [{ x, y, width: Math.max(0.5, plot.x(stretch.toMs) - x - gap), height: plot.y(base) - y }];
        });
        return element('path', {
          'data-mark': 'failures',
          d: boxesPath(boxes),
          ...hatchFill(kind.id, index),
        });
      });
      return [hatchDefinitions(kind.id, layers.length), ...paths];
    },
  });
}

function tableOf(slices: readonly Stretch[], layers: readonly Layer[], { id }: Kind): DataTable {
  return {
    head: ['from', 'sent', ...layers.map(({ name }) => name)],
    aligns: `rr${'r'.repeat(layers.length)}`,
    rows: slices.map((slice) => [
      formatDuration(slice.fromMs),
      formatCount(id === CAUSES.id ? slice.due : slice.sent),
      ...layers.map(({ countIn }) => formatCount(countIn(slice))),
    ]),
  };
}

function findingOf(stretches: readonly Stretch[], layers: readonly Layer[]): string {
  const all = layers.reduce((sum, { count }) => sum + count, 0);
  const parts = layers
    .slice(0, 3)
    .map(({ name, count }) => `${formatCount(count)} ${name} (${formatRatio(count / all)})`);
  const failing = stretches.filter((stretch) => layers.some(({ countIn }) => countIn(stretch) > 0));
  const from = formatMoment(failing[0]?.fromMs ?? 0);
  const to = formatDuration(failing.at(-1)?.toMs ?? 0);
  return `${plural(all, 'failure')} between ${from} and ${to}: ${parts.join(', ')}${layers.length > 3 ? ' and more' : ''}.`;
}
