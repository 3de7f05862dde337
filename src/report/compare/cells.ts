/** What each cell of a table of effects says, without markup: the terminal and CI services show the same. */

import { formatRatio } from '../../core/units.ts';
import type { BlockReport, ComparisonFinding, ComparisonReport, Side } from '../../verdict/compare/report.ts';
import { formatDuration, formatIn, plural, UNBOUNDED, UNKNOWN } from '../format.ts';

/** One indicator of the two sides. */
export interface EffectCells {
  readonly baseline: string;
  readonly candidate: string;
  /** `+12.3%` for a ratio, `+0.4pp`, percentage points, for a difference of error ratios. */
  readonly effect: string;
  /** `[low, high]` of the effect; empty where neither is known. */
  readonly interval: string;
  /** The smallest effect that matters. */
  readonly least: string;
}

/** The cells of a finding. */
export function effectCells(found: ComparisonFinding, { blocks, sides }: ComparisonReport): EffectCells {
  const { indicator, effect, minimumEffect } = found;
  const of = (side: Side): string => {
    if (indicator === 'errors') {
      const { sent, failed } = sides[side];
      return formatIn('ratio', sent === 0 ? null : failed / sent);
    }
    return medianText(
      blocks.filter((block) => block.side === side),
      indicator,
    );
  };
  const show = (value: number | null): string =>
    value === null ? UNBOUNDED : changeText(indicator, value).replace('pp', '');
  const least = indicator === 'errors' ? `${points(minimumEffect)}pp` : formatRatio(minimumEffect);
  return {
    baseline: of('baseline'),
    candidate: of('candidate'),
    effect: effect.value === null ? UNKNOWN : changeText(indicator, effect.value),
    interval:
      effect.low === null && effect.high === null ? '' : `[${show(effect.low)}, ${show(effect.high)}]`,
    least: `+${least}`,
  };
}

/** A side by its name, its commit where it is known, and how much was sent to it. */
export function sideText({ label, sent, failed, commit }: ComparisonReport['sides'][Side]): string {
  const at = commit === null ? '' : ` at ${commit.slice(0, 12)}`;
  return `${label}${at}: ${plural(sent, 'request')}, ${failed} failed`;
}

function changeText(indicator: ComparisonFinding['indicator'], value: number): string {
  if (indicator === 'errors') return `${value > 0 ? '+' : ''}${points(value)}pp`;
  if (value >= 10) return `x${Math.round(value)}`;
  return `${value > 1 ? '+' : ''}${Number(((value - 1) * 100).toFixed(1))}%`;
}

function points(ratio: number): number {
  return Number((ratio * 100).toFixed(2));
}

/** The middle of the blocks' percentiles; `∞` where it falls among failures. */
function medianText(blocks: readonly BlockReport[], indicator: 'p50' | 'p99'): string {
  if (blocks.length === 0) return UNKNOWN;
  const values = blocks
    .map(({ p50Ms, p99Ms }) => (indicator === 'p50' ? p50Ms : p99Ms) ?? Infinity)
    .toSorted((a, b) => a - b);
  const middle = values[Math.ceil(values.length / 2) - 1] ?? Infinity;
  return middle === Infinity ? '∞' : formatDuration(middle);
}
