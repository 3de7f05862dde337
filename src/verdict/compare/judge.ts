/** Judges the blocks of a comparison, look by look: what is decided at one stays decided. */

import type { Estimate } from '../capacity/report.ts';
import type { Status } from '../finding.ts';
import { type Block, type BlockPair, type BlockQuantiles, medianOf, pairsOf } from './block.ts';
import { countedErrors, errorsEffect } from './errors-effect.ts';
import { latencyEffect, ratioOf } from './latency-effect.ts';
import type { LookPlan } from './looks.ts';
import type { ComparisonFinding } from './report.ts';
import { LEAST_ATTEMPTS, sentenceOf, shortBlocks, tooFew } from './wording.ts';

/** Smallest effects that matter: ratios less 1 of p50 and p99, a difference of ratios of errors. */
export interface MinimumEffects {
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
}

/** What matters unless told. */
export const MINIMUM_EFFECTS: MinimumEffects = { p50: 0.05, p99: 0.1, errors: 0.005 };

/** How a comparison is judged. */
export interface ComparisonSetting extends LookPlan {
  readonly pairing: 'paired' | 'apart';
  readonly minimumEffects: MinimumEffects;
  /** The breaker stopped a block of the candidate, and no more will come: all its failures count, whatever was decided before. */
  readonly isTripped?: boolean;
}

/** A comparison, as far as it got. */
export interface JudgedComparison {
  /** p50, p99 and errors. */
  readonly findings: readonly ComparisonFinding[];
  readonly looks: number;
  /** True when more blocks would change nothing: one is worse, or none is open that blocks could decide. */
  readonly isOver: boolean;
}

/** What is looked at. */
interface Look extends ComparisonSetting {
  readonly pairs: readonly BlockPair[];
  readonly quantilesOf: (block: Block) => BlockQuantiles;
}

/** Judges by the percentiles as they were, or by what is left of them `without` our own lateness. */
export function judgeBlocks(
  blocks: readonly Block[],
  setting: ComparisonSetting,
  lateness: 'with' | 'without' = 'with',
): JudgedComparison {
  const pairs = pairsOf(blocks);
  const quantilesOf = (block: Block): BlockQuantiles => (lateness === 'with' ? block : block.own);
  const due = setting.looks.filter((look) => look <= pairs.length);
  const at = (count: number): Look => ({ ...setting, quantilesOf, pairs: pairs.slice(0, count) });
  const [first, ...later] = due.length === 0 ? [pairs.length] : due;
  let findings = findingsAt(at(first ?? 0));
  let looks = due.length === 0 ? 0 : 1;
  for (const look of later) {
    if (isOver(findings)) break;
    const now = findingsAt(at(look));
    findings = findings.map((found, index) => {
      return found.status === 'inconclusive' ? (now[index] ?? found) : found;
    });
    looks += 1;
  }
  if (setting.isTripped === true) findings = withTrip(findings, blocks, setting);
  const isLast = looks === setting.looks.length;
  return { findings, looks, isOver: isLast || (looks > 0 && isOver(findings)) };
}

function isOver(findings: readonly ComparisonFinding[]): boolean {
  return (
    findings.some(({ status }) => status === 'fail') || findings.every(({ status }) => status === 'pass')
  );
}

function findingsAt(look: Look): ComparisonFinding[] {
  return [latencyFinding('p50', look), latencyFinding('p99', look), errorsFinding(look)];
}

/**
 * The findings of a candidate that had to be spared. Its last block may have no partner, and comes before the next look:
 * one that dies after it was like the baseline for a while would be left open, or even be called not to fail more.
 */
function withTrip(
  findings: ComparisonFinding[],
  blocks: readonly Block[],
  { confidence, minimumEffects: { errors: minimumEffect } }: ComparisonSetting,
): ComparisonFinding[] {
  const effect = countedErrors(blocks, confidence);
  const status = gate(effect, effect.value, minimumEffect);
  if (status !== 'fail') return findings;
  const told = { indicator: 'errors' as const, status, effect, minimumEffect };
  const text = sentenceOf({ ...told, blocks: pairsOf(blocks).length });
  const found: ComparisonFinding = { ...told, confidence, shown: 'more', text };
  return findings.map((each) => (each.indicator === 'errors' ? found : each));
}

function latencyFinding(indicator: 'p50' | 'p99', look: Look): ComparisonFinding {
  const { pairs, pairing, confidence, quantilesOf } = look;
  const minimumEffect = look.minimumEffects[indicator];
  const valueOf = (block: Block): number | null => {
    const { p50Ms, p99Ms } = quantilesOf(block);
    return indicator === 'p50' ? p50Ms : p99Ms;
  };
  const fixed = { indicator, minimumEffect, confidence };
  const logs = latencyEffect({ pairs, pairing, confidence, valueOf });
  if (logs === null) return { ...fixed, ...NOTHING, text: noEffectText(indicator, pairs.length) };
  const effect = { value: ratioOf(logs.value), low: ratioOf(logs.low), high: ratioOf(logs.high) };
  const shown = shownBy(logs, ['slower', 'faster'] as const);
  if (pairs.length < (look.looks[0] ?? 0)) {
    return { ...fixed, status: 'inconclusive', effect, shown: '~', text: tooFew(indicator, pairs.length) };
  }
  const attempts = medianOf(pairs.flatMap(({ baseline, candidate }) => [baseline.sent, candidate.sent]));
  if (indicator === 'p99' && attempts < LEAST_ATTEMPTS) {
    const durationMs = medianOf(pairs.map(({ candidate }) => candidate.durationMs));
    const text = shortBlocks({ attempts, durationMs, blocks: pairs.length }, pairing);
    return { ...fixed, status: 'inconclusive', effect, shown, text };
  }
  const status = gate(logs, logs.margin, Math.log1p(minimumEffect));
  const text = sentenceOf({ ...fixed, status, effect, blocks: pairs.length });
  return { ...fixed, status, effect, shown, text };
}

const NOTHING: Pick<ComparisonFinding, 'status' | 'effect' | 'shown'> = {
  status: 'inconclusive',
  effect: { value: null, low: null, high: null },
  shown: '~',
};

function noEffectText(indicator: 'p50' | 'p99', blocks: number): string {
  return blocks === 0
    ? `${indicator}: there is no block of each side to compare.`
    : `${indicator} of both sides falls among their failures: there is nothing to compare.`;
}

function errorsFinding(look: Look): ComparisonFinding {
  const { pairs, confidence, pairing } = look;
  const minimumEffect = look.minimumEffects.errors;
  const fixed = { indicator: 'errors' as const, minimumEffect, confidence };
  // Before the first look nothing is decided.
  const isShort = pairs.length < (look.looks[0] ?? 0);
  const effect = errorsEffect({ pairs, confidence, pairing });
  const status: Status = isShort ? 'inconclusive' : gate(effect, effect.value, minimumEffect);
  const shown = isShort ? '~' : shownBy(effect, ['more', 'fewer'] as const);
  return {
    ...fixed,
    status,
    effect,
    shown,
    text: sentenceOf({ ...fixed, status, effect, blocks: pairs.length }),
  };
}

/** Worse when the interval lies above no change and the estimate above what matters; not worse when it ends below that. */
function gate({ low, high }: Omit<Estimate, 'value'>, estimate: number | null, least: number): Status {
  if (low !== null && estimate !== null && low > 0 && estimate > least) return 'fail';
  return high !== null && high < least ? 'pass' : 'inconclusive';
}

function shownBy<W extends string>({ low, high }: Estimate, [more, less]: readonly [W, W]): W | '~' {
  if (low !== null && low > 0) return more;
  return high !== null && high < 0 ? less : '~';
}
