/**
 * The part of a result that makes shards of one plan into the result of one machine: all that was counted, and what
 * judging needs to know of plan and generator. Plain JSON, free of headers, bodies and data.
 */

import type { FailureCause } from '../../core/attempt.ts';
import type { Exemplar } from '../../core/trace/exemplar.ts';
import type { Objective, Plan, Target } from '../../plan/plan.ts';
import type { Counts } from '../../record/counts.ts';
import type { DecisionRule } from '../../verdict/objective/question.ts';
import type { GeneratorFacts } from '../../verdict/validity.ts';

/** Version of the form of a part. */
export const PART_VERSION = 2;

/** What one shard adds to the whole. */
export interface PartDocument {
  readonly version: number;
  /** A command line that runs the whole plan on one machine, secrets redacted. */
  readonly repeat: string;
  readonly plan: JudgedPlan;
  /** Unix time, ms, of the start of the measured part, unrounded as the other two. */
  readonly startedAtWallMs: number;
  readonly durationMs: number;
  readonly offeredMs: number;
  readonly generator: PartGenerator;
  readonly rule: DecisionRule;
  readonly abortRule: DecisionRule | null;
  readonly recording: RecordingText;
}

/** The generator's conduct; what follows from the plan is left out. */
export interface PartGenerator
  extends Omit<GeneratorFacts, 'askedPeakPerSecond' | 'closedLoop' | 'chosenConnections'> {
  /** The least age of what was in flight at the end, ms; null: not known. */
  readonly leastAgeMs: number | null;
}

/** What judging reads of a plan. */
export interface JudgedPlan extends Pick<Plan, 'load' | 'objectivesDefaulted' | 'seed'> {
  readonly targets: readonly Pick<Target, 'name' | 'weight' | 'timeoutMs'>[];
  readonly objectives: readonly Objective[];
  readonly agreement: readonly Objective[];
  readonly insecure: boolean;
}

/** A distribution: non-empty buckets as `bucket:count` with blanks between; no minimum and maximum without values. */
export interface TallyText {
  readonly buckets: string;
  readonly count: number;
  readonly overflow: number;
  readonly minMs: number | null;
  readonly maxMs: number | null;
  readonly sumMs: number;
}

type Pairs<K> = readonly (readonly [K, number])[];

/** One target's counts and distributions. */
export interface TargetText {
  readonly completed: number;
  readonly broken: number;
  readonly failed: number;
  readonly dropped: number;
  readonly sent: number;
  readonly inFlight: number;
  readonly statuses: Pairs<number>;
  readonly causes: Pairs<FailureCause>;
  readonly response: TallyText;
  readonly responseFailed: TallyText;
  readonly service: TallyText;
  readonly connection: TallyText;
}

/** One window; `coarse` as a tally's buckets, `exceedances` as those of the whole. */
export interface WindowText {
  readonly index: number;
  readonly sent: number;
  readonly completed: number;
  readonly good: number;
  readonly failed: number;
  readonly broken: number;
  readonly dropped: number;
  readonly causes: Pairs<FailureCause>;
  readonly statuses: Pairs<number>;
  readonly lagMs: number;
  readonly lagMaxMs: number;
  readonly coarse: string;
  readonly exceedances: readonly string[];
}

/** A whole recording. */
export interface RecordingText {
  readonly counts: Readonly<Counts>;
  readonly targets: readonly TargetText[];
  readonly phases: readonly TallyText[];
  readonly lag: TallyText;
  readonly causes: Pairs<FailureCause>;
  /** Of these and the slowest, details and addresses are made safe for a terminal, secrets redacted. */
  readonly examples: readonly (readonly [FailureCause, readonly Exemplar[]])[];
  readonly slowest: readonly Exemplar[];
  readonly addresses: readonly (readonly [address: string, attempts: number, failed: number])[];
  readonly windows: readonly WindowText[];
  /** `window completed good broken`. */
  readonly completions: readonly string[];
  /** By objective: `count exceeded exceededOwn overHalf overQuarter sum`. */
  readonly exceedances: readonly string[];
  readonly warmupExceedances: readonly string[];
}
