/** Counts what a pulse tells, between two pulses. */

import { type Attempt, responseMs } from '../../core/attempt.ts';
import { COARSE_LENGTH, coarseIndex } from '../../record/window.ts';
import type { Pulse } from '../pulse.ts';

/** Counts since the last pulse. */
export class PulseMeter {
  due = 0;
  sent = 0;
  #completed = 0;
  #failed = 0;
  #dropped = 0;
  #slow = 0;
  #broken = 0;
  #coarse = new Uint32Array(COARSE_LENGTH);
  readonly #slowMs: number;

  /** @param slowMs response times above it count as slow; Infinity: none */
  constructor(slowMs: number) {
    this.#slowMs = slowMs;
  }

  /** Counts an attempt that ended or was dropped. */
  end(attempt: Attempt): void {
    if (attempt.outcome === 'dropped') {
      this.#dropped += 1;
      return;
    }
    if (attempt.cause !== null) this.#failed += 1;
    if (attempt.outcome === 'broken') {
      this.#broken += 1;
      return;
    }
    this.#completed += 1;
    const ms = responseMs(attempt);
    if (ms > this.#slowMs) this.#slow += 1;
    const index = coarseIndex(ms);
    this.#coarse[index] = (this.#coarse[index] ?? 0) + 1;
  }

  /** The pulse since the last one. */
  take(now: { readonly atMs: number; readonly inFlight: number; readonly pending: number }): Pulse {
    const pulse: Pulse = {
      ...now,
      due: this.due,
      sent: this.sent,
      completed: this.#completed,
      failed: this.#failed,
      dropped: this.#dropped,
      slow: this.#slow,
      broken: this.#broken,
      coarse: this.#coarse,
    };
    this.due = 0;
    this.sent = 0;
    this.#completed = 0;
    this.#failed = 0;
    this.#dropped = 0;
    this.#slow = 0;
    this.#broken = 0;
    this.#coarse = new Uint32Array(COARSE_LENGTH);
    return pulse;
  }
}
