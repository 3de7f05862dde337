/** What changed from baseline to candidate, with its interval, beside the smallest change that matters. */

import { formatRatio } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { ComparisonFinding } from '../../verdict/compare/report.ts';
import { pointsText } from '../../verdict/compare/wording.ts';
import { chart, label, type Plot } from '../chart/frame.ts';
import { lineEntry, shape, shapeEntry, uprightLine } from '../chart/marks.ts';
import { coordinate, element } from '../chart/markup.ts';
import { paint } from '../chart/palette.ts';
import { linearScale } from '../chart/scale.ts';
import { UNKNOWN } from '../format.ts';
import type { Figure } from './figure.ts';

const ROW = 54;
/** Change as a ratio: of percentiles candidate over baseline less 1, of errors the difference. */
export interface Change {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** The change that a finding tells of. */
export function changeOf({ indicator, effect }: ComparisonFinding): Change {
  const less = indicator === 'errors' ? 0 : 1;
  const of = (bound: number | null): number | null => (bound === null ? null : bound - less);
  return { value: of(effect.value), low: of(effect.low), high: of(effect.high) };
}

/** `+12.3%`, `-4%`, of errors `+0.5 points`, percentage points; a dash when it is not known. */
export function signedChange(indicator: ComparisonFinding['indicator'], change: number | null): string {
  if (change === null) return UNKNOWN;
  return indicator === 'errors' ? pointsText(change) : signedRatio(change);
}

function signedRatio(ratio: number): string {
  return `${ratio < 0 ? '-' : ratio > 0 ? '+' : ''}${formatRatio(Math.abs(ratio))}`;
}

/** The forest plot; null when nothing could be compared. */
export function effectFigure({ comparison }: ResultDocument): Figure | null {
  const findings = comparison?.findings ?? [];
  const known = findings.filter((finding) => changeOf(finding).value !== null);
  if (known.length === 0) return null;
  const finding = findings.map(({ text }) => text).join(' ');
  const bounds = known.flatMap((each) => {
    const { value, low, high } = changeOf(each);
    return [value, low, high, each.minimumEffect].filter((bound) => bound !== null);
  });
  // Beyond fourfold the rest would be squeezed together.
  const least = Math.max(-1, Math.min(0, ...bounds));
  const most = Math.min(3, Math.max(0.05, ...bounds) * 1.1);
  const scale = linearScale(least, most);
  const svg = chart({
    id: 'effects',
    title: 'Change from baseline to candidate',
    finding,
    x: { scale, name: axisName(known), format: signedRatio },
    y: {
      scale: { from: 0, to: known.length, ticks: [], at: (row) => row / known.length },
      name: '',
      format: String,
    },
    plotHeight: ROW * known.length,
    legend: [
      shapeEntry('change with its interval', 'circle', 'blue'),
      lineEntry('smallest change that matters', { tone: 'vermilion', dash: '7 4' }),
    ],
    marks: (plot) => [
      uprightLine(plot, { x: plot.x(0), text: '' }),
      ...known.flatMap((each, index) => rowMarks(each, { index, most: scale.to }, plot)),
    ],
  });
  return {
    id: 'effects',
    title: 'Change from baseline to candidate',
    finding,
    svg,
    table: tableOf(findings),
  };
}

function axisName(known: readonly ComparisonFinding[]): string {
  const hasErrors = known.some(({ indicator }) => indicator === 'errors');
  return `change${hasErrors ? ', of errors in points' : ''} (worse to the right)`;
}

interface Row {
  readonly index: number;
  /** Where the axis ends. */
  readonly most: number;
}

function rowMarks(finding: ComparisonFinding, { index, most }: Row, plot: Plot): string[] {
  const { value, low, high } = changeOf(finding);
  const y = plot.top + (index + 0.66) * ROW;
  const limit = plot.x(finding.minimumEffect);
  return [
    element('line', {
      'data-mark': 'minimum-effect',
      x1: limit,
      x2: limit,
      y1: y - 16,
      y2: y + 14,
      ...paint({ stroke: 'vermilion' }),
      'stroke-width': 2,
      'stroke-dasharray': '7 4',
    }),
    // Without a bound on either side there is no interval, which a line from end to end would suggest.
    ...(low === null && high === null
      ? []
      : [
          element('line', {
            'data-mark': 'effect-interval',
            x1: low === null ? plot.left : plot.x(low),
            x2: high === null ? plot.right : plot.x(high),
            y1: y,
            y2: y,
            ...paint({ stroke: 'blue' }),
            'stroke-width': 2.5,
          }),
        ]),
    effectMark({ value: value ?? 0, y, most }, plot),
    label(`${finding.indicator} ${signedChange(finding.indicator, value)}`, {
      x: plot.left,
      y: y - 20,
      tone: 'ink',
      weight: 'bold',
      rim: true,
    }),
  ];
}

/** A dot where the change lies; an arrow out of the picture where that is beyond the axis. */
function effectMark(
  { value, y, most }: { readonly value: number; readonly y: number; readonly most: number },
  plot: Plot,
): string {
  const x = plot.x(value);
  if (value <= most) return shape('circle', { x, y }, { tone: 'blue', mark: 'effect' });
  return element('path', {
    'data-mark': 'effect-beyond',
    d: `M${coordinate(x - 9)} ${coordinate(y - 7)}l12 7l-12 7z`,
    ...paint({ fill: 'blue' }),
  });
}

function tableOf(findings: readonly ComparisonFinding[]): Figure['table'] {
  return {
    head: ['indicator', 'change', 'interval', 'confidence', 'matters from', 'shown'],
    aligns: 'lrrrrl',
    rows: findings.map((finding) => {
      const { value, low, high } = changeOf(finding);
      return [
        finding.indicator,
        signedChange(finding.indicator, value),
        `[${signedChange(finding.indicator, low)}, ${signedChange(finding.indicator, high)}]`,
        formatRatio(finding.confidence),
        signedChange(finding.indicator, finding.minimumEffect),
        finding.shown === '~' ? '~ (nothing)' : finding.shown,
      ];
    }),
  };
}
