/** Requests kept as illustrations, on their way into the document. */

import { PHASES } from '../../core/attempt.ts';
import type { Exemplar } from '../../core/trace/exemplar.ts';
import type { FailureResult } from '../document.ts';
import { roundMs } from '../rounding.ts';
import type { ExemplarResult } from './exemplar-result.ts';

/** Most of the slowest that a document holds. */
const MAX_SLOWEST = 10;
/** An id that W3C's `traceparent` could carry. */
const TRACE_ID = /^(?!0{32})[\da-f]{32}$/;

/** What exemplars are told with. */
export interface ExemplarWords {
  /** Of the targets, safe, by position. */
  readonly names: readonly string[];
  /** Makes any text safe and takes secrets out. */
  readonly clean: (text: string) => string;
}

/** The slowest first, at most ten, whatever their order was. */
export function buildSlowest(exemplars: readonly Exemplar[], words: ExemplarWords): ExemplarResult[] {
  return [...exemplars]
    .sort((a, b) => b.responseMs - a.responseMs || a.index - b.index)
    .slice(0, MAX_SLOWEST)
    .map((exemplar) => ({
      target: words.names[exemplar.target] ?? String(exemplar.target),
      atMs: roundMs(exemplar.atMs) ?? 0,
      responseMs: roundMs(exemplar.responseMs),
      status: exemplar.status === 0 ? null : exemplar.status,
      cause: exemplar.cause,
      ...whereabouts(exemplar, words.clean),
    }));
}

/** A failure's example. */
export function buildExample(example: Exemplar, words: ExemplarWords): FailureResult['examples'][number] {
  return {
    target: words.names[example.target] ?? String(example.target),
    atMs: roundMs(example.atMs) ?? 0,
    phase: example.phase,
    status: example.status === 0 ? null : example.status,
    detail: words.clean(example.detail),
    responseMs: roundMs(example.responseMs),
    ...whereabouts(example, words.clean),
  };
}

/** Where it went, where its time went, and under which id it can be found. */
function whereabouts(
  { remote, phases, traceId }: Exemplar,
  clean: (text: string) => string,
): Pick<ExemplarResult, 'remote' | 'phases' | 'traceId'> {
  return {
    remote: remote === null ? null : clean(remote),
    phases: Object.fromEntries(PHASES.map((phase) => [phase, roundMs(phases[phase])])),
    traceId: traceId !== null && TRACE_ID.test(traceId) ? traceId : null,
  };
}
