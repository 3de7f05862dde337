/** Keeps the requests that have ended until they are told, and no more of them than fits. */

import { type Attempt, PHASES, type Phase } from '../../core/attempt.ts';
import { phasesOf } from '../../core/trace/phases.ts';
import type { RequestSpan } from '../../core/trace/request-span.ts';
import type { RequestTrace } from './request-trace.ts';

/** Most spans kept between two tells: at four a second, 80,000 requests per second. */
const MAX_SPANS = 20_000;

const NO_PHASES: Readonly<Record<Phase, number>> = Object.freeze(noPhases());

/** Spans of a worker's measured requests. */
export class SpanLog {
  readonly #startWallMs: number;
  readonly #phases: boolean;
  #spans: RequestSpan[] = [];
  #lost = 0;

  /** @param startWallMs Unix time, ms, at which the schedule's clock reads 0 */
  constructor(startWallMs: number, { phases }: { readonly phases: boolean }) {
    this.#startWallMs = startWallMs;
    this.#phases = phases;
  }

  /** Keeps an attempt that was sent and has ended; one of the warm-up is not kept. */
  add(attempt: Attempt, trace: RequestTrace): void {
    if (attempt.warmup) return;
    if (this.#spans.length >= MAX_SPANS) {
      this.#lost += 1;
      return;
    }
    const startWallMs = this.#startWallMs;
    const { traceId, spanId, parentId } = trace.spanIds(attempt.index);
    this.#spans.push({
      index: attempt.index,
      target: attempt.target,
      traceId,
      spanId,
      parentId,
      intendedAtMs: startWallMs + attempt.intendedMs,
      readyAtMs: startWallMs + attempt.readyMs,
      endAtMs: startWallMs + attempt.endMs,
      status: attempt.status,
      cause: attempt.cause,
      remote: attempt.remote,
      reused: attempt.reused,
      phases: this.#phases ? phasesOf(attempt) : NO_PHASES,
    });
  }

  /** What was kept since the last time, and how many there was no room for; null when there were none. */
  take(): { readonly spans: readonly RequestSpan[]; readonly lost: number } | null {
    if (this.#spans.length === 0) return null;
    const taken = { spans: this.#spans, lost: this.#lost };
    this.#spans = [];
    this.#lost = 0;
    return taken;
  }
}

function noPhases(): Record<Phase, number> {
  const [blocked, dns, connect, tls, send, wait, receive] = PHASES;
  return { [blocked]: NaN, [dns]: NaN, [connect]: NaN, [tls]: NaN, [send]: NaN, [wait]: NaN, [receive]: NaN };
}
