/** How many times slower the candidate's blocks are, by a percentile of each. */

import { medianShift, type Shift } from '../../stats/compare/hodges-lehmann.ts';
import { pairedShift } from '../../stats/compare/signed-rank.ts';
import { varianceInflation } from '../../stats/compare/variance-inflation.ts';
import type { Block, BlockPair } from './block.ts';

/** Logarithm of a ratio to a percentile that falls among the failures: above all others, and still a number. */
const BOUNDLESS = 1e6;

/** A logarithm of a ratio with its interval; null bounds where there are too few blocks. */
export interface LogEffect {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Lower end of the estimate's 90 % interval; null where `low` leaves no change open. */
  readonly margin: number | null;
}

/**
 * Two-sided confidence of the margin that the estimate of a fail keeps from the effect that matters: an estimate of few
 * blocks lies above it by luck too often, and it is looked at several times (simulated in test/verdict/compare: without
 * it +3 % at both percentiles failed in 23 % of comparisons).
 */
export const MARGIN = 0.9;

/** What is compared. */
export interface LatencyQuestion {
  readonly pairs: readonly BlockPair[];
  /** `paired`: the two of a pair ran beside each other; `apart`: they did not. */
  readonly pairing: 'paired' | 'apart';
  /** Two-sided, 0..1. */
  readonly confidence: number;
  /** A percentile of a block, ms; null: infinite. */
  readonly valueOf: (block: Block) => number | null;
}

/**
 * The effect: Hodges and Lehmann's median of ratios, on logarithms.
 *
 * Blocks that ran beside each other are compared pair by pair. What drifts, drifts for both of a pair: it leaves their
 * ratio alone, while the blocks of all times taken together would be spread by it until nothing could be seen, and in
 * drifting together would break the independence that a two-sample test counts on (Fisher, The Design of Experiments
 * (1935), on pairing; a simulation in test/verdict/compare shows both). What their order does against drift is said in turns.ts. Runs of different times have no such pairs: they are
 * compared as two samples, and the interval is stretched by as much as neighbouring blocks of both are alike: of short runs, and
 * of systems with a long memory, no cut makes independent ones.
 *
 * @returns null when neither side has a percentile at all in most of the pairs: they are alike in failing, no more
 */
export function latencyEffect({ pairs, pairing, confidence, valueOf }: LatencyQuestion): LogEffect | null {
  const logs = pairs.map(({ baseline, candidate }) => ({
    before: logOf(valueOf(baseline)),
    after: logOf(valueOf(candidate)),
  }));
  const blind = logs.filter(({ before, after }) => before === BOUNDLESS && after === BOUNDLESS);
  if (logs.length === 0 || blind.length * 2 > logs.length) return null;
  const sides = { baseline: logs.map(({ before }) => before), candidate: logs.map(({ after }) => after) };
  const stretch = pairing === 'paired' ? 1 : Math.sqrt(varianceInflation([sides.baseline, sides.candidate]));
  const shift = (level: number): Shift =>
    pairing === 'paired'
      ? pairedShift(
          logs.map(({ before, after }) => after - before),
          level,
        )
      : stretched(medianShift(sides, level), stretch);
  const found = shift(confidence);
  // It matters to a fail alone, and takes as long as the interval.
  return { ...found, margin: (found.low ?? 0) > 0 ? shift(MARGIN).low : null };
}

/** A ratio, or null when it is infinite or not known. @param log a logarithm of {@link latencyEffect} */
export function ratioOf(log: number | null): number | null {
  return log === null || isBoundless(log) ? null : Math.exp(log);
}

function isBoundless(log: number): boolean {
  return Math.abs(log) > BOUNDLESS / 8;
}

/** An interval that is so many times as wide on each side of its value; what is boundless has no width to stretch. */
function stretched({ value, low, high }: Shift, factor: number): Shift {
  const away = (bound: number | null): number | null => {
    if (bound === null || isBoundless(value) || isBoundless(bound)) return bound;
    return value + (bound - value) * factor;
  };
  return { value, low: away(low), high: away(high) };
}

/** Times below the clock's resolution are that long: a ratio needs more than nothing. */
function logOf(ms: number | null): number {
  return ms === null ? BOUNDLESS : Math.log(Math.max(ms, 0.001));
}
