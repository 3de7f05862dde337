/** The requests that are kept as illustrations: the slowest ones, and the first of each cause of failure. */

import { type Attempt, type FailureCause, responseMs } from '../../core/attempt.ts';
import type { Exemplar } from '../../core/trace/exemplar.ts';
import { compareEarliest, compareSlowest, exemplarOf } from './exemplar-of.ts';

/** Most kept per cause, and most of the slowest. */
const MAX_EXAMPLES = 5;
const MAX_SLOWEST = 10;

/** The trace under which an attempt is found, 32 hex digits; null: under none. Asked only when it is kept. */
export type TraceOf = (attempt: Attempt) => string | null;

/** What changed since the last take. */
export interface ExemplarsPart {
  readonly examples: readonly (readonly [FailureCause, readonly Exemplar[]])[];
  /** Successes, slowest first. */
  readonly slowest: readonly Exemplar[];
}

/** The same of a run that began `ms` later. */
export function laterExemplars({ examples, slowest }: ExemplarsPart, ms: number): ExemplarsPart {
  const later = (exemplars: readonly Exemplar[]): Exemplar[] =>
    exemplars.map((exemplar) => ({ ...exemplar, atMs: exemplar.atMs + ms }));
  return {
    examples: examples.map(([cause, some]) => [cause, later(some)] as const),
    slowest: later(slowest),
  };
}

/** Exemplars of the measured part, in bounded memory; merging them is commutative and associative. */
export class Exemplars {
  readonly examples: Map<FailureCause, readonly Exemplar[]> = new Map();
  slowest: readonly Exemplar[] = [];
  readonly #measuredFromMs: number;
  readonly #traceOf: TraceOf;

  constructor(measuredFromMs: number, traceOf: TraceOf) {
    this.#measuredFromMs = measuredFromMs;
    this.#traceOf = traceOf;
  }

  /** Keeps a success if it is among the slowest. On the hot path: nearly always no more than a comparison. */
  offerSuccess(attempt: Attempt): void {
    const last = this.slowest[MAX_SLOWEST - 1];
    if (last !== undefined && responseMs(attempt) < last.responseMs) return;
    this.#keepSlowest([this.#exemplar(attempt)]);
  }

  /** Keeps a failed attempt if it is among the first of its cause. */
  offerFailure(attempt: Attempt, cause: FailureCause): void {
    const latest = this.examples.get(cause)?.[MAX_EXAMPLES - 1];
    if (latest !== undefined && attempt.endMs - this.#measuredFromMs > latest.atMs) return;
    this.#keepExamples(cause, [this.#exemplar(attempt)]);
  }

  /** Everything since the last take; this is empty afterwards. */
  take(): ExemplarsPart {
    const part = { examples: [...this.examples], slowest: this.slowest };
    this.examples.clear();
    this.slowest = [];
    return part;
  }

  /** Adds a part. */
  absorb(part: ExemplarsPart): void {
    for (const [cause, examples] of part.examples) this.#keepExamples(cause, examples);
    if (part.slowest.length > 0) this.#keepSlowest(part.slowest);
  }

  #keepExamples(cause: FailureCause, examples: readonly Exemplar[]): void {
    const all = [...(this.examples.get(cause) ?? []), ...examples];
    this.examples.set(cause, all.sort(compareEarliest).slice(0, MAX_EXAMPLES));
  }

  #keepSlowest(exemplars: readonly Exemplar[]): void {
    this.slowest = [...this.slowest, ...exemplars].sort(compareSlowest).slice(0, MAX_SLOWEST);
  }

  #exemplar(attempt: Attempt): Exemplar {
    return exemplarOf(attempt, this.#measuredFromMs, this.#traceOf(attempt));
  }
}
