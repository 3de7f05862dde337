/** What can be said about a run while it runs, from the pulses of its workers. */

import type { Pulse } from '../load/pulse.ts';
import { rateAt, scheduleMs } from '../plan/pacer.ts';
import type { Load, Plan } from '../plan/plan.ts';
import { COARSE_LENGTH, coarseMs } from '../record/window.ts';

/** A moment of a run. Latencies and rates are of the last five seconds, the rest of the whole run so far. */
export interface LiveState {
  readonly phase: 'warming up' | 'running' | 'draining';
  readonly elapsedMs: number;
  /** Null when answers decide how long it takes. */
  readonly totalMs: number | null;
  /** Null in the closed loop. */
  readonly askedPerSecond: number | null;
  readonly achievedPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly errors: number;
  /** 0..1. */
  readonly errorRatio: number;
  readonly inFlight: number;
  readonly dropped: number;
}

/** Length of the recent past, ms. */
const RECENT_MS = 5000;

/** Adds up pulses. */
export class LiveView {
  readonly #load: Load;
  readonly #totalMs: number | null;
  readonly #inFlight = new Map<number, number>();
  #recent: Pulse[] = [];
  #elapsedMs = 0;
  #completed = 0;
  #failed = 0;
  #dropped = 0;

  constructor(plan: Plan) {
    this.#load = plan.load;
    this.#totalMs = plannedMs(plan.load);
  }

  /** Takes in a pulse and returns how things are. */
  feed(pulse: Pulse, worker: number): LiveState {
    this.#recent = [...this.#recent.filter(({ atMs }) => atMs > pulse.atMs - RECENT_MS), pulse];
    this.#elapsedMs = Math.max(this.#elapsedMs, pulse.atMs);
    this.#inFlight.set(worker, pulse.inFlight + pulse.pending);
    this.#completed += pulse.completed;
    this.#failed += pulse.failed;
    this.#dropped += pulse.dropped;
    return this.state();
  }

  /** How things are. */
  state(): LiveState {
    const ended = Math.max(this.#completed, this.#failed);
    const spanMs = Math.max(1, Math.min(RECENT_MS, this.#elapsedMs));
    const completed = this.#recent.reduce((sum, pulse) => sum + pulse.completed, 0);
    const over = this.#totalMs !== null && this.#elapsedMs >= this.#totalMs;
    return {
      phase: over
        ? 'draining'
        : this.#elapsedMs < this.#load.warmupMs || this.#elapsedMs === 0
          ? 'warming up'
          : 'running',
      elapsedMs: this.#elapsedMs,
      totalMs: this.#totalMs,
      askedPerSecond: this.#load.kind === 'open' ? rateAt(this.#load, this.#elapsedMs) : null,
      achievedPerSecond: (completed * 1000) / spanMs,
      p50Ms: this.#quantile(0.5),
      p99Ms: this.#quantile(0.99),
      errors: this.#failed,
      errorRatio: ended === 0 ? 0 : this.#failed / ended,
      inFlight: [...this.#inFlight.values()].reduce((sum, count) => sum + count, 0),
      dropped: this.#dropped,
    };
  }

  #quantile(q: number): number | null {
    const coarse = new Uint32Array(COARSE_LENGTH);
    let count = 0;
    for (const pulse of this.#recent) {
      pulse.coarse.forEach((more, index) => {
        coarse[index] = (coarse[index] ?? 0) + more;
        count += more;
      });
    }
    const rank = Math.max(1, Math.ceil(q * count));
    let seen = 0;
    const found = coarse.findIndex((more) => {
      seen += more;
      return count > 0 && seen >= rank;
    });
    return found < 0 ? null : coarseMs(found);
  }
}

/** Length of the schedule with its warm-up, ms; null when a number of requests ends it. */
function plannedMs(load: Load): number | null {
  if (load.requests !== null) return null;
  if (load.kind === 'open') return scheduleMs(load);
  return load.durationMs === null ? null : load.durationMs + load.warmupMs;
}
