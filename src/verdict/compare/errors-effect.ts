/** By how much the candidate's error ratio is larger. */

import { wilson } from '../../stats/proportion.ts';
import { studentQuantile } from '../../stats/student.ts';
import type { Estimate } from '../capacity/report.ts';
import type { BlockPair } from './block.ts';
import type { LatencyQuestion } from './latency-effect.ts';

/** What is compared. `counts`: without regard to blocks, of which there are too few. */
export interface ErrorsQuestion extends Pick<LatencyQuestion, 'pairs' | 'confidence'> {
  readonly pairing: LatencyQuestion['pairing'] | 'counts';
}

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
  const { pairs, pairing, confidence } = question;
  const [before, after] = [totalOf(pairs, 'baseline'), totalOf(pairs, 'candidate')];
  if (before.count === 0 || after.count === 0) return { value: null, low: null, high: null };
  const value = after.hits / after.count - before.hits / before.count;
  const counted = newcombe(before, after, confidence);
  if (pairing === 'counts') return { value, ...counted };
  const spread = overBlocks(question);
  return { value, low: Math.min(counted.low, spread.low), high: Math.max(counted.high, spread.high) };
}

interface Total {
  readonly hits: number;
  readonly count: number;
}

function totalOf(pairs: readonly BlockPair[], side: keyof BlockPair): Total {
  return pairs.reduce(
    ({ hits, count }, pair) => ({ hits: hits + pair[side].failed, count: count + pair[side].sent }),
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
