/**
 * How RFC 9971 (MLRsearch) classifies a load from its trials, and takes the bounds from classified loads. Where the
 * RFC's table of examples and its code disagree, the code is followed.
 */

/** What a search asks of a load. */
export interface SearchGoal {
  /** Trials at least this long are full-length ones. */
  readonly finalDurationMs: number;
  /** Full-length trials must add up to this. */
  readonly durationSumMs: number;
  /** Largest loss ratio of a good trial, 0..1. */
  readonly lossRatio: number;
  /** Share of trial time that may be bad, 0 <= r < 1. */
  readonly exceedRatio: number;
  /** (upper - lower) / upper at which a search is content. */
  readonly width: number;
}

/** A trial at some load. */
export interface LoadTrial {
  readonly durationMs: number;
  readonly lossRatio: number;
}

/** A load's class with the exceed ratios if all still to come were good, or bad. */
export interface Classification {
  readonly label: 'lower' | 'upper' | 'undecided';
  readonly optimisticExceedRatio: number;
  readonly pessimisticExceedRatio: number;
}

interface Sums {
  readonly fullLow: number;
  /** Full-length bad time, and what bad short trials add that good short ones do not balance. */
  readonly effectiveHigh: number;
}

function sumsOf(goal: SearchGoal, trials: readonly LoadTrial[]): Sums {
  const sum = { shortLow: 0, shortHigh: 0, fullLow: 0, fullHigh: 0 };
  for (const { durationMs, lossRatio } of trials) {
    const isHigh = lossRatio > goal.lossRatio;
    if (durationMs >= goal.finalDurationMs) sum[isHigh ? 'fullHigh' : 'fullLow'] += durationMs;
    else sum[isHigh ? 'shortHigh' : 'shortLow'] += durationMs;
  }
  const balancing = (sum.shortLow * goal.exceedRatio) / (1 - goal.exceedRatio);
  return { fullLow: sum.fullLow, effectiveHigh: sum.fullHigh + Math.max(0, sum.shortHigh - balancing) };
}

/**
 * Classifies a load: a lower bound when it is one even if all time that is still missing were bad, an upper bound
 * when it is one even if that were good (RFC 9971, section on load classification).
 *
 * @public
 */
export function classifyLoad(goal: SearchGoal, trials: readonly LoadTrial[]): Classification {
  const { fullLow, effectiveHigh } = sumsOf(goal, trials);
  const whole = Math.max(fullLow + effectiveHigh, goal.durationSumMs);
  const quantile = whole * goal.exceedRatio;
  const isLowerAtWorst = whole - fullLow <= quantile;
  const isLowerAtBest = effectiveHigh <= quantile;
  return {
    label: isLowerAtWorst ? 'lower' : isLowerAtBest ? 'undecided' : 'upper',
    optimisticExceedRatio: effectiveHigh / whole,
    pessimisticExceedRatio: (whole - fullLow) / whole,
  };
}

/**
 * Conditional throughput of a relevant lower bound, in the load's unit: the load less the loss ratio at the goal's
 * quantile of full-length trial time (RFC 9971). Time that is still missing counts as lost; null when that decides.
 *
 * @public
 */
export function conditionalThroughput(
  load: number,
  goal: SearchGoal,
  trials: readonly LoadTrial[],
): number | null {
  const full = trials
    .filter(({ durationMs }) => durationMs >= goal.finalDurationMs)
    .sort((a, b) => a.lossRatio - b.lossRatio);
  const whole = Math.max(
    goal.durationSumMs,
    full.reduce((sum, { durationMs }) => sum + durationMs, 0),
  );
  let remaining = whole * (1 - goal.exceedRatio);
  let quantileLoss: number | null = null;
  for (const { durationMs, lossRatio } of full) {
    if (quantileLoss === null || remaining > 0) {
      quantileLoss = lossRatio;
      remaining -= durationMs;
    } else {
      break;
    }
  }
  return quantileLoss === null || remaining > 0 ? null : load * (1 - quantileLoss);
}

/** A load with what is known of it. */
export interface LabelledLoad<Load> {
  readonly load: Load;
  readonly label: 'held' | 'broken' | 'undecided';
}

/** Relevant upper bound: the lowest broken load; relevant lower bound: the highest held one strictly below it. */
export function relevantBounds<Load>(
  loads: readonly LabelledLoad<Load>[],
  sizeOf: (load: Load) => number,
): { readonly lower: Load | null; readonly upper: Load | null } {
  const ascending = [...loads].sort((a, b) => sizeOf(a.load) - sizeOf(b.load));
  const first = ascending.findIndex(({ label }) => label === 'broken');
  const below = first < 0 ? ascending : ascending.slice(0, first);
  const lower = below.filter(({ label }) => label === 'held').at(-1)?.load ?? null;
  return { lower, upper: first < 0 ? null : (ascending[first]?.load ?? null) };
}
