/** By how much the candidate's error ratio is larger. */

import { wilson } from '../../stats/proportion.ts';
import { studentQuantile } from '../../stats/student.ts';
import type { Estimate } from '../capacity/report.ts';
import { type Block, type BlockPair, blocksOf } from './block.ts';
import type { LatencyQuestion } from './latency-effect.ts';

/** What is compared. */
export type ErrorsQuestion = Pick<LatencyQuestion, 'pairs' | 'confidence' | 'pairing'>;

interface Bounds {
  readonly low: number;
  readonly high: number;
}

/**
 * The difference of the error ratios of all attempts, with the wider of two intervals: Student's over the blocks, which
 * failures that come in bursts make wide, and Newcombe's of the counts, which is no narrower for blocks that happen to
 * be alike, as those without any failure are ("Interval estimation for the difference between independent proportions",
 * 1998, method 10). A mean and no median, since a median would not see one block of 64 fail.
 */
export function errorsEffect(question: ErrorsQuestion): Estimate {
  const { pairs, confidence } = question;
  const counted = countedErrors(
    pairs.flatMap(({ baseline, candidate }) => [baseline, candidate]),
    confidence,
  );
  if (counted.low === null || counted.high === null) return counted;
  const spread = overBlocks(question);
  return { ...counted, low: Math.min(counted.low, spread.low), high: Math.max(counted.high, spread.high) };
}

/**
 * The same by the counts of all blocks alone, those without a partner too: Newcombe's interval. It takes attempts for
 * independent ones, which is right where they failed together because something died. Nulls where a side sent nothing.
 */
export function countedErrors(blocks: readonly Block[], confidence: number): Estimate {
  const [before, after] = [totalOf(blocksOf(blocks, 'baseline')), totalOf(blocksOf(blocks, 'candidate'))];
  if (before.count === 0 || after.count === 0) return { value: null, low: null, high: null };
  const value = after.hits / after.count - before.hits / before.count;
  return { value, ...newcombe(before, after, confidence) };
}

interface Total {
  readonly hits: number;
  readonly count: number;
}

function totalOf(blocks: readonly Block[]): Total {
  return blocks.reduce(
    ({ hits, count }, { failed, sent }) => ({ hits: hits + failed, count: count + sent }),
    { hits: 0, count: 0 },
  );
}

function newcombe(before: Total, after: Total, confidence: number): Bounds {
  const [b, a] = [before.hits / before.count, after.hits / after.count];
  const [ofBefore, ofAfter] = [wilson(before, confidence), wilson(after, confidence)];
  return {
    low: a - b - Math.hypot(a - ofAfter.low, ofBefore.high - b),
    high: a - b + Math.hypot(ofAfter.high - a, b - ofBefore.low),
  };
}

function overBlocks({ pairs, pairing, confidence }: ErrorsQuestion): Bounds {
  if (pairs.length < 2) return { low: -1, high: 1 };
  const of = (side: keyof BlockPair): number[] =>
    pairs.map((pair) => pair[side].failed / Math.max(1, pair[side].sent));
  const [before, after] = [of('baseline'), of('candidate')];
  const differences = after.map((ratio, index) => ratio - (before[index] ?? 0));
  const variance = pairing === 'paired' ? varianceOf(differences) : varianceOf(before) + varianceOf(after);
  const reach = studentQuantile(0.5 + confidence / 2, pairs.length - 1) * Math.sqrt(variance / pairs.length);
  const mean = meanOf(differences);
  return { low: mean - reach, high: mean + reach };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
