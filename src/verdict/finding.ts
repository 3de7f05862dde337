/** The words of a judgement. */

import type { Resource } from '../core/server/signal.ts';

/** `inconclusive`: measured, or not even that, but nothing is proven either way. */
export type Status = 'pass' | 'fail' | 'inconclusive';

/** A stable code in capitals and a full sentence for people. */
export interface Reason {
  readonly code: string;
  readonly text: string;
}

/** One objective, judged. Values are in `unit`; what is not known is null. */
export interface Finding {
  /** The objective as the user wrote it. */
  readonly text: string;
  /** Null: all targets together. */
  readonly target: string | null;
  readonly status: Status;
  readonly value: number | null;
  /** 95 % interval. */
  readonly low: number | null;
  readonly high: number | null;
  /** Null while it is relative to a baseline that is not known. */
  readonly limit: number | null;
  readonly unit: 'ms' | 'ratio' | 'per-second' | 'score' | 'count';
  /** Attempts judged, and those that count against the objective; null for means and rates. */
  readonly count: number | null;
  readonly exceeded: number | null;
  /**
   * Variance inflation by autocorrelation: the attempts weigh as `count / inflation` independent ones, of the stage
   * that decided. 1 for means and rates, whose interval has it already, and for what is of this run only.
   */
  readonly inflation: number;
  /** Why it is inconclusive, observed only, or without a value; null otherwise. */
  readonly reason: Reason | null;
  /** What was seen, as a sentence. */
  readonly because: string;
  /** About how many more requests would decide an inconclusive one; null when not known or never. */
  readonly moreRequests: number | null;
  /** What the limit is relative to, in `unit`, and of how many runs that is the median; absent for a fixed limit. */
  readonly baseline?: { readonly value: number; readonly runs: number };
  /** Of an objective about a server: which one decided, null where none was seen; absent for one about requests. */
  readonly server?: { readonly name: string | null; readonly resource: Resource };
  readonly line: number | null;
  readonly column: number | null;
}

/** What an objective rests on: decides what of a generator's conduct can excuse a breach. */
export type Basis = 'time' | 'answers';

/** A finding with what the validity checks need to know about it. */
export interface JudgedObjective {
  readonly finding: Finding;
  /** The status when our own lag and stalls are taken off every response time. */
  readonly ownStatus: Status;
  /** `answers`: failures and statuses of what was sent, and a busy server, which no queue for a connection can worsen. */
  readonly basis: Basis;
  /** True when all that counts against it came as an answer, or from a server itself, which no late stamp of ours makes. */
  readonly isReceived: boolean;
}

/** Whether one part of the generator's conduct lets the run be judged. */
export interface ValidityCheck {
  /** kebab-case. */
  readonly id: string;
  readonly status: 'pass' | 'fail' | 'not-applicable';
  /** Which verdicts a failed check turns into inconclusive. */
  readonly blocks: 'fail' | 'pass' | 'both' | 'nothing';
  readonly measured: number | null;
  readonly limit: number | null;
  readonly unit: string;
  /** Reason code when it failed; null otherwise. */
  readonly code: string | null;
  readonly text: string;
}
