/**
 * What a search for the capacity found, as the result document carries it. Rates are per second, ratios 0..1, and
 * what is not known is null.
 */

import type { Reason } from '../finding.ts';
import type { TrialPurpose } from '../trial.ts';

/** What the trials at a rate have shown. */
export type RateLabel = 'held' | 'broken' | 'undecided';

/** A value with its 95 % interval. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A search that ended, or that ran out of its budget. */
export interface CapacityReport {
  /** Highest rate shown to hold below every broken one. */
  readonly heldPerSecond: number | null;
  /** Lowest rate shown to break. */
  readonly brokePerSecond: number | null;
  /** (broke - held) / broke. */
  readonly widthRatio: number | null;
  /** Width at which the search is content. */
  readonly precisionRatio: number;
  /** Text of the objective that broke first, as the user wrote it. */
  readonly brokeBy: string | null;
  /** The target that was worst when it broke. */
  readonly brokeTarget: string | null;
  /** Who was at the end of its tether at the upper end. */
  readonly limitedBy: 'server' | 'generator' | 'rate-cap' | 'budget' | null;
  /** METASTABLE, HYSTERESIS, FLAT, UNSTABLE, RATE_LIMITED, GENERATOR_LIMIT, UNDECIDED_BUDGET...: worst first. */
  readonly findings: readonly Reason[];
  /** Ascending by rate. */
  readonly rates: readonly RateReport[];
  /** In the order in which they ran. */
  readonly trials: readonly TrialReport[];
  /** Capacity at half, one and twice the latency limits; empty without a latency objective. */
  readonly atLimits: readonly LimitReport[];
  readonly model: ModelReport;
  /** Time estimate before the start, time taken, and the budget; ms. */
  readonly estimateMs: number | null;
  readonly elapsedMs: number;
  readonly budgetMs: number | null;
  /** Requests sent in all trials, approaches included. */
  readonly requests: number;
}

/** All trials at one rate, pooled. */
export interface RateReport {
  readonly ratePerSecond: number;
  readonly label: RateLabel;
  readonly trials: number;
  readonly measuredMs: number;
  /** Of the objective that decided, or that is furthest from a decision. */
  readonly objective: string | null;
  readonly count: number | null;
  readonly exceeded: number | null;
  readonly inflation: number;
  /** Why it is not decided; null otherwise. */
  readonly reason: Reason | null;
}

/** One trial: the row of the evidence table. */
export interface TrialReport {
  /** From 1. */
  readonly number: number;
  readonly purpose: TrialPurpose;
  readonly ratePerSecond: number;
  /** From the start of the search. */
  readonly startedMs: number;
  /** Of the measured part. */
  readonly durationMs: number;
  readonly planned: number;
  readonly sent: number;
  readonly completed: number;
  readonly sentPerSecond: number;
  readonly completedPerSecond: number;
  /** Of the objective nearest to its limit. */
  readonly objective: string | null;
  readonly count: number | null;
  readonly exceeded: number | null;
  readonly inflation: number;
  readonly errorRatio: Estimate;
  /** Of all attempts, failures as infinity. */
  readonly p50Ms: Estimate;
  readonly p99Ms: Estimate;
  readonly lagP99Ms: number | null;
  readonly meanInFlight: number | null;
  /** What the trial shows by itself, judged once. */
  readonly shows: RateLabel;
  /** What all trials at its rate showed after it. */
  readonly label: RateLabel;
  /** Codes of failed validity checks, of a stop, or of what was seen (BREAKER, BACKLOG...). */
  readonly codes: readonly string[];
}

/** The bracket for scaled latency limits, read off the same trials. */
export interface LimitReport {
  /** 0.5, 1 or 2. */
  readonly factor: number;
  readonly heldPerSecond: number | null;
  readonly brokePerSecond: number | null;
}

/** Explanation, never the verdict. */
export interface ModelReport {
  /** The Universal Scalability Law over held trials: X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)). */
  readonly usl: UslReport | null;
  /** Rate at the knee of the p99 curve (Kneedle); an artefact of the range of rates. */
  readonly kneePerSecond: number | null;
  /** What to keep in mind, such as that the peak lies outside the measured range, or why there is no model. */
  readonly remarks: readonly Reason[];
}

export interface UslReport {
  readonly sigma: Estimate;
  readonly kappa: Estimate;
  /** Requests per second of one request in flight. */
  readonly lambda: Estimate;
  /** Throughput at the peak, per second, and requests in flight there; null when there is none (kappa = 0). */
  readonly peakPerSecond: number | null;
  readonly peakInFlight: number | null;
  /** Largest concurrency that was measured. */
  readonly measuredInFlight: number;
  readonly points: number;
}
