/** The sentences of a comparison. */

import { formatDurationMs, formatRate, formatRatio } from '../../core/units.ts';
import type { Estimate } from '../capacity/report.ts';
import type { Status } from '../finding.ts';
import type { ComparisonFinding } from './report.ts';

type Indicator = ComparisonFinding['indicator'];

/** What a sentence on a percentile or on errors is made of. */
export interface Told {
  readonly indicator: Indicator;
  readonly status: Status;
  /** As in {@link ComparisonFinding}. */
  readonly effect: Estimate;
  readonly minimumEffect: number;
  /** Blocks of a side. */
  readonly blocks: number;
}

/** One sentence on what was found out. */
export function sentenceOf(told: Told): string {
  return told.indicator === 'errors' ? errorsSentence(told) : latencySentence(told);
}

function latencySentence({ indicator, status, effect, minimumEffect, blocks }: Told): string {
  const least = formatRatio(minimumEffect);
  const seen = `${changeText(effect.value)}${rangeText(effect, changeText)}`;
  if (status === 'fail' && effect.value === null) {
    return `${indicator} of the candidate falls among its failures, which are infinitely slow.`;
  }
  if (status === 'pass' && effect.value === null) {
    return `${indicator} of the baseline falls among its failures, which are infinitely slow: nothing is slower.`;
  }
  if (status === 'fail') return `${indicator} is ${seen}, beyond the ${least} that matter.`;
  if (status === 'pass') return `${indicator} is ${seen}: not slower by ${least}.`;
  if (effect.low === null && effect.high === null) return tooFew(indicator, blocks);
  return `${indicator} is ${seen}: whether it is slower by ${least} is open.`;
}

function errorsSentence({ status, effect, minimumEffect, blocks }: Told): string {
  const least = pointsText(minimumEffect).replace('+', '');
  if (effect.value === null) return 'errors: nothing was sent to one of the two.';
  const seen = `${pointsText(effect.value)}${rangeText(effect, pointsText)}`;
  if (status === 'fail') return `errors are ${seen}, beyond the ${least} that matter.`;
  if (status === 'pass') return `errors are ${seen}: not more by ${least}.`;
  if (blocks < 2) return tooFew('errors', blocks);
  return `errors are ${seen}: whether they are more by ${least} is open.`;
}

/** That there are too few blocks of a side to say anything of an indicator. */
export function tooFew(indicator: Indicator, blocks: number): string {
  return `${indicator}: ${blocks === 1 ? '1 block of each side tells' : `${blocks} blocks of each side tell`} too little.`;
}

function rangeText({ low, high }: Estimate, format: (value: number | null) => string): string {
  if (low === null && high === null) return '';
  return ` [${low === null ? '…' : format(low)}, ${high === null ? '…' : format(high)}]`;
}

/** `+12%` for a ratio of 1.12; `not known` for none. */
export function changeText(ratio: number | null): string {
  if (ratio === null) return 'not known';
  return signed(
    ratio - 1,
    ratio >= 10 ? `${Math.round(ratio)} times` : formatRatio(tenth(Math.abs(ratio - 1))),
  );
}

/** `+0.4 points` for a difference of ratios of 0.004. */
export function pointsText(difference: number | null): string {
  if (difference === null) return 'not known';
  const points = Math.round(Math.abs(difference) * 1e4) / 100;
  return `${signed(difference, String(points))} points`;
}

function signed(value: number, text: string): string {
  if (/^0(%| |$)/.test(text)) return text;
  return value < 0 ? `-${text}` : `+${text}`;
}

function tenth(ratio: number): number {
  return Math.round(ratio * 1000) / 1000;
}

/** Why the blocks are too short for their p99, and what would do: longer ones, or of stored runs longer runs. */
export function shortBlocks(
  {
    attempts,
    durationMs,
    blocks,
  }: { readonly attempts: number; readonly durationMs: number; readonly blocks: number },
  pairing: 'paired' | 'apart',
): string {
  const needMs = Math.ceil((LEAST_ATTEMPTS * 1.2 * durationMs) / Math.max(1, attempts) / 100) * 100;
  const rate = Math.ceil((LEAST_ATTEMPTS * 1.2 * 1000) / Math.max(1, durationMs));
  const length =
    pairing === 'paired'
      ? `blocks of ${formatDurationMs(needMs)}`
      : `runs of ${formatDurationMs(Math.ceil((needMs * blocks) / 1000) * 1000)}`;
  return `p99 of a block needs ${LEAST_ATTEMPTS} attempts, and these have ${attempts}: ${length}, or ${formatRate(rate)}, would do.`;
}

/** Fewest attempts of a block for its p99 to be more than its largest value. */
export const LEAST_ATTEMPTS = 100;
