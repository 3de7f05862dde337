/**
 * How a candidate compares with a baseline, as the result document carries it. The unit is the block: a stretch of
 * traffic to one of the two, of which each percentile is one number.
 */

import type { Estimate } from '../capacity/report.ts';
import type { Status } from '../finding.ts';

/** Which of the two. */
export type Side = 'baseline' | 'candidate';

/** A comparison that ended, or that ran out of its budget. */
export interface ComparisonReport {
  /** `live`: blocks of the two in turn, in one run; `stored`: runs of different times, cut into blocks. */
  readonly mode: 'live' | 'stored';
  readonly sides: Readonly<Record<Side, SideReport>>;
  /** In the order in which they ran; of stored runs the baseline's come first. */
  readonly blocks: readonly BlockReport[];
  /** p50, p99 and errors, in this order; what could not be compared is inconclusive. */
  readonly findings: readonly ComparisonFinding[];
  /** Blocks a side may have at most. */
  readonly maxBlocks: number;
  /** How often the blocks were looked at before the decision. */
  readonly looks: number;
}

/** One side. */
export interface SideReport {
  /** A URL without secrets, a file, or a run's id. */
  readonly label: string;
  readonly runIds: readonly string[];
  readonly commit: string | null;
  readonly sent: number;
  readonly failed: number;
}

/** One block. Percentiles are of all its attempts, failures as infinitely slow: null where the value falls there. */
export interface BlockReport {
  readonly side: Side;
  /** From the start of the comparison, or of the stored run. */
  readonly startedMs: number;
  readonly durationMs: number;
  readonly sent: number;
  readonly failed: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** What was found out about one indicator. */
export interface ComparisonFinding {
  readonly indicator: 'p50' | 'p99' | 'errors';
  /** Fail: worse, by more than the effect that matters; pass: not worse by that much. */
  readonly status: Status;
  /** Candidate over baseline, a ratio; of errors the difference of the two ratios, 0..1. */
  readonly effect: Estimate;
  /** Smallest effect that matters: 0.1 for 10 %; of errors a difference of ratios. */
  readonly minimumEffect: number;
  /** Confidence of the interval, 0..1: wider than 0.95 where it was looked at several times. */
  readonly confidence: number;
  /** `slower`, `faster`: the interval leaves out no change; `~`: it does not. Of errors `more` and `fewer`. */
  readonly shown: 'slower' | 'faster' | 'more' | 'fewer' | '~';
  /** A sentence. */
  readonly text: string;
}
