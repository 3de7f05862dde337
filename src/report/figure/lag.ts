/** Our own lateness over time: whether the times that were measured are the server's. */

import type { ResultDocument } from '../../result/document.ts';
import { chart } from '../chart/frame.ts';
import { line, lineEntry, uprightLine } from '../chart/marks.ts';
import { logScale, timeScale } from '../chart/scale.ts';
import { formatDuration, UNKNOWN } from '../format.ts';
import type { Figure } from './figure.ts';
import { formatMoment, MOST_COLUMNS, MOST_ROWS, stretchesOf } from './timeline.ts';

const LOOK = { tone: 'blue' } as const;
/** Less than this is drawn as this: below it a timer's own precision shows. */
const LEAST_MS = 0.01;

/** The figure; null in the closed loop, where nothing is late, and without windows. */
export function lagFigure(result: ResultDocument): Figure | null {
  const stretches = stretchesOf(result, MOST_COLUMNS);
  const values = stretches.flatMap(({ lagMaxMs }) => (lagMaxMs === null ? [] : [lagMaxMs]));
  if (values.length < 2) return null;
  const finding = findingOf(result, Math.max(...values));
  const worst = stretches.find(({ lagMaxMs }) => lagMaxMs === Math.max(...values));
  const svg = chart({
    id: 'lag',
    title: 'Send lag of this generator',
    finding,
    x: {
      scale: timeScale(stretches.at(-1)?.toMs ?? 0),
      name: 'time since the start',
      format: formatMoment,
    },
    y: {
      scale: logScale(Math.max(LEAST_MS, Math.min(...values)), Math.max(1, ...values)),
      name: 'largest send lag',
      format: formatDuration,
    },
    plotHeight: 160,
    legend: [lineEntry('latest send in each stretch', LOOK)],
    marks: (plot) => [
      ...(worst === undefined
        ? []
        : [
            uprightLine(plot, {
              x: plot.x((worst.fromMs + worst.toMs) / 2),
              text: formatDuration(worst.lagMaxMs),
              tone: 'soft',
            }),
          ]),
      line(
        stretches.map(({ fromMs, toMs, lagMaxMs }) =>
          lagMaxMs === null
            ? null
            : { x: plot.x((fromMs + toMs) / 2), y: plot.y(Math.max(LEAST_MS, lagMaxMs)) },
        ),
        { ...LOOK, mark: 'lag' },
      ),
    ],
  });
  return {
    id: 'lag',
    title: 'Send lag of this generator',
    finding,
    svg,
    table: {
      head: ['from', 'largest lag'],
      aligns: 'rr',
      rows: stretchesOf(result, MOST_ROWS).map(({ fromMs, lagMaxMs }) => [
        formatDuration(fromMs),
        lagMaxMs === null ? UNKNOWN : formatDuration(lagMaxMs),
      ]),
    },
  };
}

function findingOf({ totals, validity }: ResultDocument, mostMs: number): string {
  const lag = totals.lag?.quantiles ?? {};
  const quantile = (name: string): string[] => {
    const valueMs = lag[name]?.valueMs ?? null;
    return valueMs === null ? [] : [`${name} ${formatDuration(valueMs)}`];
  };
  const parts = [...quantile('p50'), ...quantile('p99'), `largest ${formatDuration(mostMs)}`];
  return `Requests left this generator late by ${parts.join(', ')}. ${meaningOf(validity)}`;
}

function meaningOf({ checks }: ResultDocument['validity']): string {
  const check = checks.find(({ id }) => id === 'send-lag');
  if (check === undefined || check.status === 'not-applicable')
    return 'That is part of every response time shown.';
  return check.status === 'pass'
    ? 'That changes no verdict: each limit was counted with and without it, and both agree.'
    : 'That is enough to change a verdict: what breaches a limit may be our own lateness, so no objective is failed by it.';
}
