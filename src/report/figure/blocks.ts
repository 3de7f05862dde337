/** A comparison's blocks in time: each side's percentiles, block by block. */

import type { ResultDocument } from '../../result/document.ts';
import type { BlockReport, ComparisonReport, Side } from '../../verdict/compare/report.ts';
import { chart, label } from '../chart/frame.ts';
import { type Shape, shape, shapeEntry } from '../chart/marks.ts';
import type { Tone } from '../chart/palette.ts';
import { logScale, timeScale } from '../chart/scale.ts';
import { formatCount, formatDuration } from '../format.ts';
import type { Figure } from './figure.ts';
import { formatMoment } from './timeline.ts';

const LOOKS: Readonly<Record<Side, { readonly kind: Shape; readonly tone: Tone }>> = {
  baseline: { kind: 'circle', tone: 'blue' },
  candidate: { kind: 'square', tone: 'vermilion' },
};

/** One figure for p50 and one for p99; empty without blocks. */
export function blockFigures({ comparison }: ResultDocument): Figure[] {
  if (comparison === undefined) return [];
  return (['p50Ms', 'p99Ms'] as const).flatMap((key) => {
    const values = comparison.blocks.flatMap((block) => (block[key] === null ? [] : [block[key]]));
    if (values.length === 0) return [];
    const most = Math.max(...values);
    const isInfinite = values.length < comparison.blocks.length;
    // What is infinite stands at the top edge, away from what was measured.
    const scale = logScale(Math.min(...values), isInfinite ? most * 1.5 : most);
    const name = key === 'p50Ms' ? 'p50' : 'p99';
    const finding = findingOf(comparison, { name, key });
    const title = `${name} of each block`;
    const end = Math.max(...comparison.blocks.map(({ startedMs, durationMs }) => startedMs + durationMs));
    const svg = chart({
      id: `blocks-${name}`,
      title,
      finding,
      x: {
        scale: timeScale(end),
        name: comparison.mode === 'live' ? 'time since the start' : 'time since the start of its run',
        format: formatMoment,
      },
      y: { scale, name, format: formatDuration },
      legend: (['baseline', 'candidate'] as const).map((side) =>
        shapeEntry(side, LOOKS[side].kind, LOOKS[side].tone),
      ),
      marks: (plot) => [
        ...comparison.blocks.map(({ side, startedMs, durationMs, [key]: ms }) =>
          shape(
            LOOKS[side].kind,
            { x: plot.x(startedMs + durationMs / 2), y: ms === null ? plot.top : plot.y(ms) },
            { tone: LOOKS[side].tone, mark: ms === null ? `block-${side}-infinite` : `block-${side}` },
          ),
        ),
        ...(isInfinite
          ? [label('top edge: ∞', { x: plot.right, y: plot.top + 20, anchor: 'end', tone: 'ink', rim: true })]
          : []),
      ],
    });
    return [{ id: `blocks-${name}`, title, finding, svg, table: tableOf(comparison.blocks) }];
  });
}

function tableOf(blocks: readonly BlockReport[]): Figure['table'] {
  const ms = (value: number | null): string => (value === null ? '∞' : formatDuration(value));
  return {
    head: ['side', 'from', 'sent', 'failed', 'p50', 'p99'],
    aligns: 'lrrrrr',
    rows: blocks.map(({ side, startedMs, sent, failed, p50Ms, p99Ms }) => [
      side,
      formatDuration(startedMs),
      formatCount(sent),
      formatCount(failed),
      ms(p50Ms),
      ms(p99Ms),
    ]),
  };
}

function findingOf(
  { findings, blocks }: ComparisonReport,
  { name, key }: { readonly name: string; readonly key: 'p50Ms' | 'p99Ms' },
): string {
  const counts = (['baseline', 'candidate'] as const).map(
    (side) => `${blocks.filter((block) => block.side === side).length} of the ${side}`,
  );
  const infinite = (['baseline', 'candidate'] as const).flatMap((side) => {
    const count = blocks.filter((block) => block.side === side && block[key] === null).length;
    return count === 0
      ? []
      : [` In ${formatCount(count)} of the ${side} so many failed that it is infinite.`];
  });
  return `Blocks: ${counts.join(', ')}.${infinite.join('')} ${findings.find(({ indicator }) => indicator === name)?.text ?? ''}`;
}
