/**
 * The circuit breaker: stops a run that is finishing off a sick server. It sees only the pulses of the load
 * engine and never judges; what a trip means is decided from the recording.
 */

import type { Pulse } from '../../load/pulse.ts';
import { clopperPearson } from '../../stats/proportion.ts';

/** What the breaker compares with. */
export interface BreakerLimits {
  /** Limit of the errors objective, 0..1. */
  readonly errorRatio: number;
  /** Arrivals under way, waiting ones included, that no healthy run of this plan reaches. */
  readonly inFlight: number;
}

/** Why the breaker tripped. */
export interface Trip {
  readonly reason: 'errors' | 'slow' | 'in-flight';
  readonly text: string;
}

/** Errors proven above this multiple of the objective are a sick server, not a missed objective. */
const ERROR_FACTOR = 5;
/** The strictest objective that the multiple is taken of: one failure must not stop a run. */
const LEAST_ERROR_RATIO = 0.001;
/** Fewest requests to judge by. */
const LEAST_REQUESTS = 20;
/** Share of responses above the layout's `breakerMs`, four times the latency limit. */
const SLOW_SHARE = 0.5;
/** Requests are looked at over one second, or over as many as it takes to have enough of them, ms. */
const WINDOW_MS = 1000;
const LONGEST_WINDOW_MS = 10_000;
/** A bad moment stays in the window for a second, so a condition must hold for longer than that, ms. */
const SUSTAINED_MS = 1500;
/** How long traffic is left alone at first, ms. */
const GRACE_MS = 1000;

/** Sums over a window. */
interface Sums {
  ended: number;
  failed: number;
  completed: number;
  slow: number;
}

/** Fed with every pulse of every worker, it says once when to stop. */
export class Breaker {
  readonly #limits: BreakerLimits;
  readonly #errorThreshold: number;
  readonly #inFlight = new Map<number, number>();
  #pulses: Pulse[] = [];
  #firstMs: number | null = null;
  #sinceMs: number | null = null;
  #tripped = false;

  constructor(limits: BreakerLimits) {
    this.#limits = limits;
    const ratio = Math.max(limits.errorRatio, LEAST_ERROR_RATIO);
    // Five times a loose objective may be more than everything; halfway to everything is then sick enough.
    this.#errorThreshold = Math.min(ERROR_FACTOR * ratio, (1 + ratio) / 2);
  }

  /** The trip that this pulse causes, or null. Returns a trip at most once. */
  feed(pulse: Pulse, worker: number): Trip | null {
    if (this.#tripped) return null;
    this.#pulses = [...this.#pulses.filter(({ atMs }) => atMs > pulse.atMs - LONGEST_WINDOW_MS), pulse];
    this.#inFlight.set(worker, pulse.inFlight + pulse.pending);
    if (pulse.sent + pulse.dropped > 0) this.#firstMs ??= pulse.atMs;
    if (this.#firstMs === null || pulse.atMs - this.#firstMs < GRACE_MS) return null;
    const trip = this.#condition(pulse.atMs);
    if (trip === null) {
      this.#sinceMs = null;
      return null;
    }
    this.#sinceMs ??= pulse.atMs;
    if (pulse.atMs - this.#sinceMs < SUSTAINED_MS) return null;
    this.#tripped = true;
    return trip;
  }

  #condition(nowMs: number): Trip | null {
    const under = [...this.#inFlight.values()].reduce((sum, count) => sum + count, 0);
    if (under > this.#limits.inFlight) {
      return { reason: 'in-flight', text: `${under} requests were under way at once` };
    }
    const { ended, failed, completed, slow } = this.#sums(nowMs);
    if (ended >= LEAST_REQUESTS && this.#sick(failed, ended)) {
      return { reason: 'errors', text: `${failed} of the last ${ended} requests failed` };
    }
    if (completed >= LEAST_REQUESTS && slow >= SLOW_SHARE * completed) {
      return {
        reason: 'slow',
        text: `${slow} of the last ${completed} responses took more than four times the latency limit`,
      };
    }
    return null;
  }

  #sick(failed: number, ended: number): boolean {
    return clopperPearson({ hits: failed, count: ended }, 0.95).low > this.#errorThreshold;
  }

  /** The last second; longer while it holds too few requests. */
  #sums(nowMs: number): Sums {
    const sums: Sums = { ended: 0, failed: 0, completed: 0, slow: 0 };
    for (const pulse of this.#pulses.toReversed()) {
      if (pulse.atMs <= nowMs - WINDOW_MS && sums.ended >= LEAST_REQUESTS) break;
      sums.ended += pulse.completed + pulse.broken + pulse.dropped;
      sums.failed += pulse.failed + pulse.dropped;
      sums.completed += pulse.completed;
      sums.slow += pulse.slow;
    }
    return sums;
  }
}
