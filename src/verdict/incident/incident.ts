/** What is open at a check, as its state keeps it. */

import type { Severity } from '../canary/event.ts';
import type { FailureKind } from '../canary/run.ts';

/** Something that somebody was told of and that is not over. Times are Unix times, ms. */
export interface Incident {
  readonly incidentId: string;
  readonly severity: Severity;
  readonly sinceMs: number;
  /** When somebody was last told. */
  readonly toldMs: number;
  readonly summary: string;
}

/** The service is offline, wrong or slow. */
export interface ServiceIncident extends Incident {
  /** Of the first bad run, or of the first of the runs that showed it together. */
  readonly fromMs: number;
  readonly kind: FailureKind | null;
  readonly indicator: string | null;
  /** Shown by many runs together, and by how many requests, of which so many were bad (null: not known); null: by bad runs. */
  readonly pooled: {
    readonly objective: string;
    readonly requests: number;
    readonly bad: number | null;
  } | null;
}

/** The error budget goes too fast. */
export interface BudgetIncident extends Incident {
  /** The long window of the pair that burnt last, ms, and the lower bound of the share of bad runs in it. */
  readonly longMs: number;
  readonly badRatio: number;
}

/** A time in which bad runs were told of already. */
export interface ToldSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Runs of one incident that lie further apart by their clock are in two spans: it may have stepped in between. */
const SPAN_GAP_MS = 6 * 3_600_000;

/** So many spans are kept. */
const SPANS_MAX = 200;

/**
 * The spans with one more run of an open incident. They hold the runs by the times that the clock had, whatever it does
 * later: a clock that is set right must not bring runs back that were told of, nor a moment in the far future hide what
 * comes until then.
 */
export function toldWith(
  told: readonly ToldSpan[],
  { fromMs }: Pick<ServiceIncident, 'fromMs'>,
  atMs: number,
): readonly ToldSpan[] {
  const last = told.at(-1);
  const isOfIncident = told.some((span) => span.fromMs <= fromMs && span.toMs >= fromMs);
  if (!isOfIncident || last === undefined) {
    return [...told, { fromMs: Math.min(fromMs, atMs), toMs: atMs }].slice(-SPANS_MAX);
  }
  const isNext = atMs >= last.toMs && atMs - last.toMs <= SPAN_GAP_MS;
  if (isNext) return [...told.slice(0, -1), { ...last, toMs: atMs }];
  return [...told, { fromMs: atMs, toMs: atMs }].slice(-SPANS_MAX);
}

/** At most one of each. */
export interface Incidents {
  readonly service: ServiceIncident | null;
  readonly budget: BudgetIncident | null;
  readonly blind: Incident | null;
  readonly flapping: Incident | null;
  readonly certificate: Incident | null;
}

/** Nothing is open. */
export const NO_INCIDENTS: Incidents = {
  service: null,
  budget: null,
  blind: null,
  flapping: null,
  certificate: null,
};
