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
  /** Response time from which on an answer is slow, four times the latency limit, ms; Infinity: none is. */
  readonly slowMs: number;
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
/** Share of slow responses, those that are overdue already included. */
const SLOW_SHARE = 0.5;
/** Requests are looked at over one second, or over as many as it takes to have enough of them, ms. */
const WINDOW_MS = 1000;
const LONGEST_WINDOW_MS = 10_000;
/** A bad moment stays in the window for a second, so a condition must hold for longer than that, ms. */
const SUSTAINED_MS = 1400;
/** How long traffic is left alone at first, ms: with the time that a condition must hold, less than two seconds. */
const GRACE_MS = 500;
/** Time between the pulses of a worker, ms: what the first one tells began so much earlier. */
const PULSE_MS = 250;

/** Sums over a window. */
interface Sums {
  /** Of the last second alone. */
  due: number;
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
    if (pulse.sent + pulse.dropped > 0) this.#firstMs ??= pulse.atMs - PULSE_MS;
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
    const under = this.#underWay();
    if (under > this.#limits.inFlight) {
      return { reason: 'in-flight', text: `${under} requests were under way at once` };
    }
    const { due, ended, failed, completed, slow } = this.#sums(nowMs);
    // A pause and the drain spare the server, and leave only its slowest answers under way.
    if (due === 0) return null;
    if (ended >= LEAST_REQUESTS && this.#sick(failed, ended)) {
      return { reason: 'errors', text: `${failed} of the last ${ended} requests failed` };
    }
    const late = slow + this.#overdue(nowMs);
    const answers = completed - slow + late;
    if (answers >= LEAST_REQUESTS && late >= SLOW_SHARE * answers) {
      return {
        reason: 'slow',
        text: `${late} of the last ${answers} responses took more than four times the latency limit`,
      };
    }
    return null;
  }

  #underWay(): number {
    return [...this.#inFlight.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Arrivals under way for longer than an answer may take: more are under way than became due since. */
  #overdue(nowMs: number): number {
    const sinceMs = this.#limits.slowMs + PULSE_MS;
    if (sinceMs > LONGEST_WINDOW_MS) return 0;
    const recent = this.#pulses.filter(({ atMs }) => atMs > nowMs - sinceMs);
    return Math.max(0, this.#underWay() - recent.reduce((sum, { due }) => sum + due, 0));
  }

  #sick(failed: number, ended: number): boolean {
    // A lower bound never lies above the share itself, which costs nothing to know at every pulse.
    if (failed <= this.#errorThreshold * ended) return false;
    return clopperPearson({ hits: failed, count: ended }, 0.95).low > this.#errorThreshold;
  }

  /** The last second; longer while it holds too few requests. */
  #sums(nowMs: number): Sums {
    const sums: Sums = { due: 0, ended: 0, failed: 0, completed: 0, slow: 0 };
    for (const pulse of this.#pulses.toReversed()) {
      const isRecent = pulse.atMs > nowMs - WINDOW_MS;
      if (!isRecent && sums.ended >= LEAST_REQUESTS) break;
      if (isRecent) sums.due += pulse.due;
      sums.ended += pulse.completed + pulse.broken + pulse.dropped;
      sums.failed += pulse.failed + pulse.dropped;
      sums.completed += pulse.completed;
      sums.slow += pulse.slow;
    }
    return sums;
  }
}
