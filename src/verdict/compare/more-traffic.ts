/** How much more traffic would decide a comparison that was left open. */

import { formatDurationMs } from '../../core/units.ts';
import { normalQuantile } from '../../stats/normal.ts';
import type { Reason } from '../finding.ts';
import { medianOf } from './block.ts';
import { MARGIN } from './latency-effect.ts';
import { LEAST_BLOCKS, MOST_BLOCKS } from './looks.ts';
import type { ComparisonFinding, ComparisonReport } from './report.ts';
import { LEAST_ATTEMPTS } from './wording.ts';

/** Beyond so many times the traffic it is not worth to wait. */
const MOST_TIMES = 50;

/**
 * A remark on what would decide the open findings, were the effects what they seem to be: an interval is narrowed by the
 * square root of the traffic. More blocks as far as there may be more, then longer ones.
 *
 * @returns null where nothing is open that more of the same would decide, or where the blocks are too short for their
 *   p99, which its own finding says
 */
export function moreTraffic({
  findings,
  blocks,
  mode,
}: Pick<ComparisonReport, 'findings' | 'blocks' | 'mode'>): Reason | null {
  const candidates = blocks.filter(({ side }) => side === 'candidate');
  const open = findings.filter(({ status }) => status === 'inconclusive');
  const isShort = medianOf(blocks.map(({ sent }) => sent)) < LEAST_ATTEMPTS;
  if (isShort && open.some(({ indicator }) => indicator === 'p99')) return null;
  const needs = open.map(timesFor).filter((times) => times !== null);
  if (needs.length < open.length || needs.length === 0 || candidates.length < LEAST_BLOCKS) return null;
  const times = Math.max(...needs);
  const code = 'MORE_TRAFFIC';
  if (times > MOST_TIMES) {
    const text =
      'What is seen is about as much as what matters: no traffic tells the two apart soon, another --min-effect would.';
    return { code, text };
  }
  const durationMs = candidates.reduce((sum, block) => sum + block.durationMs, 0) / candidates.length;
  const needed = Math.max(LEAST_BLOCKS, Math.ceil(candidates.length * times));
  const what =
    mode === 'stored'
      ? `runs of ${roundedUp(candidates.length * times * durationMs)}`
      : needed <= MOST_BLOCKS
        ? `about ${needed} blocks of each side (--blocks, --max-duration)`
        : `blocks of ${roundedUp((durationMs * candidates.length * times) / MOST_BLOCKS)} (--block)`;
  return { code, text: `If the effects are what they seem to be, ${what} would decide.` };
}

function roundedUp(ms: number): string {
  const stepMs = ms < 10_000 ? 1000 : ms < 60_000 ? 5000 : 60_000;
  return formatDurationMs(Math.ceil(ms / stepMs) * stepMs);
}

/** How many times the traffic would narrow the interval until it decides; null without an interval. */
function timesFor({ indicator, effect, minimumEffect, confidence }: ComparisonFinding): number | null {
  const isErrors = indicator === 'errors';
  const onScale = (value: number): number => (isErrors ? value : Math.log(value));
  if (effect.value === null || effect.low === null || effect.high === null) return null;
  const value = onScale(effect.value);
  const low = onScale(effect.low);
  const high = onScale(effect.high);
  const least = isErrors ? minimumEffect : Math.log1p(minimumEffect);
  if (![value, low, high].every(Number.isFinite)) return null;
  if (value <= least) return Math.max(1, ((high - value) / (least - value)) ** 2);
  const margin = isErrors ? 0 : normalQuantile(0.5 + MARGIN / 2) / normalQuantile(0.5 + confidence / 2);
  return Math.max(1, ((value - low) / value) ** 2, (((value - low) * margin) / (value - least)) ** 2);
}
