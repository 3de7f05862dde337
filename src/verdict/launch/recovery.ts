/**
 * After overload: does the system come back by itself once the load falls to what it should carry with ease? One that
 * stays down is metastable (Bronson et al., "Metastable failures in distributed systems", HotOS 2021): a peak that is
 * long over still keeps it from serving anybody.
 */

import { formatDurationMs, formatRate } from '../../core/units.ts';
import type { Plan } from '../../plan/plan.ts';
import type { TrialReport } from '../capacity/report.ts';
import type { Reason } from '../finding.ts';
import type { Stretch, Trial, TrialOrder } from '../trial.ts';
import { firstTrialMs, TRIAL_MS_MIN, wayTo } from './effort.ts';

/** How long the overload is repeated before the drop: traffic that stops altogether would let anything come back. */
const OVERLOAD_MS = 10_000;

/** Traffic at the lower rate before it is measured: so many times what the queue needs, within these bounds, ms. */
const DRAINS = 3;
const WAIT_MS_MIN = 10_000;
const WAIT_MS_MAX = 120_000;

/** A look counts against the system when the queue has had so many times the time that it needs, and this at least, ms. */
const FAIR_DRAINS = 1.5;
const FAIR_MS_MIN = 5000;

/** Growth of the median, and ms on top of it, from which a system is not what it was. */
const MEDIAN_RATIO = 1.2;
const MEDIAN_MS = 1;

/** Looks that must fail before a system counts as down, and most looks in all. */
const FAILURES = 2;
const LOOKS_MAX = 8;

/** Without traffic for so long, what can come back does, ms. */
const REST_MS_MIN = 30_000;
const REST_MS_MAX = 120_000;

/** Rests with a question after each, and how much lower each asks than the one before. */
const RESTS_MAX = 4;
const REST_FACTOR = 4;

/** What is known of the overload, and where to go from there. Rates per second. */
export interface Overload {
  readonly plan: Plan;
  readonly trial: Trial;
  readonly row: TrialReport;
  /** It came from the highest rate asked about: what the lower ones would have shown without it is open. */
  readonly isHighest: boolean;
  /** The expected peak: a system that cannot carry that much is none that one waits for. */
  readonly peakPerSecond: number;
  /** Half of what held, or of the peak. */
  readonly restPerSecond: number;
  /** Median response time of a rate at or above it that held before; null: none did. */
  readonly medianMs: number | null;
}

/** An overload that the system did not come back from while traffic went on. */
export interface Collapse {
  /** METASTABLE where it carries the lower rate otherwise, NO_RECOVERY where that was not shown. */
  readonly reason: Reason;
  /** As in the overload. */
  readonly isHighest: boolean;
}

/**
 * Looks until it came back once, or failed to twice. One that is down gets a rest, and another before each lower rate,
 * until it holds one: what breaks before that may be the overload's doing.
 */
export class RecoveryCheck {
  /** `unknown`: it could not be looked at. */
  outcome: 'open' | 'back' | 'down' | 'unknown' = 'open';
  /** Rate that held after a rest, for a system that was down; null: none did, or it was not. */
  backAtPerSecond: number | null = null;
  readonly #overload: Overload;
  #looks = 0;
  #failures = 0;
  #rests = 0;
  /** False once the overload was stopped: it would be stopped again. */
  #isRepeated: boolean;
  #drainMs: number;
  #sinceMs: number;
  #lastMs: number;

  constructor(overload: Overload) {
    const { trial } = overload;
    this.#overload = overload;
    this.#isRepeated = trial.stopped === null;
    const settleMs = trial.order.approach.at(-1)?.durationMs ?? 0;
    const overloadMs = settleMs + trial.measured.offeredMs;
    this.#drainMs = drainMs(overload, this.#isRepeated ? OVERLOAD_MS : overloadMs);
    this.#sinceMs = trial.endedMs;
    this.#lastMs = trial.endedMs;
  }

  /** True while what the system shows may be the overload's doing. */
  get isDown(): boolean {
    return this.outcome === 'down' && this.backAtPerSecond === null;
  }

  /** The next look, or the next rest; null when it is over. */
  next(): TrialOrder | null {
    if (this.isDown) return this.#rest();
    if (this.outcome !== 'open') return null;
    const { row, restPerSecond } = this.#overload;
    const waitMs = Math.min(WAIT_MS_MAX, Math.max(WAIT_MS_MIN, DRAINS * this.#drainMs));
    const rest = { ratePerSecond: restPerSecond, durationMs: Math.ceil(waitMs / 1000) * 1000 };
    const peak = { ratePerSecond: row.ratePerSecond, durationMs: OVERLOAD_MS };
    const approach: Stretch[] = this.#isRepeated ? [peak, rest] : [rest];
    return { purpose: 'recovery', ratePerSecond: restPerSecond, durationMs: TRIAL_MS_MIN, approach };
  }

  /** Takes in what was ordered last. */
  add(trial: Trial, row: TrialReport): void {
    if (this.outcome === 'open') {
      this.#look(trial, row);
      return;
    }
    this.#rests += 1;
    if (row.shows === 'held') this.backAtPerSecond = row.ratePerSecond;
  }

  #look(trial: Trial, row: TrialReport): void {
    const { stopped, measured, startedMs, endedMs } = trial;
    const { counts } = measured.recording;
    const isSeen = counts.sent + counts.dropped > 0;
    this.#looks += 1;
    this.#lastMs = endedMs;
    if (stopped?.by === 'signal') {
      this.outcome = 'unknown';
    } else if (this.#isRepeated && !isSeen) {
      this.#isRepeated = false;
      this.#sinceMs = endedMs;
    } else if (row.shows !== 'broken' && isSeen && !this.#isSlower(row)) {
      this.outcome = 'back';
    } else if (isSeen || startedMs - this.#sinceMs >= Math.max(FAIR_MS_MIN, FAIR_DRAINS * this.#drainMs)) {
      this.#failures += 1;
    }
    if (this.#failures >= FAILURES) this.outcome = 'down';
    else if (this.outcome === 'open' && this.#looks >= LOOKS_MAX) this.outcome = 'unknown';
  }

  /** Some time without traffic, and the way to a rate that it should carry then. */
  #rest(): TrialOrder | null {
    const { plan, isHighest, restPerSecond } = this.#overload;
    if (this.#rests >= (isHighest ? RESTS_MAX : 1)) return null;
    const ratePerSecond = restPerSecond / REST_FACTOR ** this.#rests;
    const restMs = Math.min(REST_MS_MAX, Math.max(REST_MS_MIN, this.#lastMs - this.#sinceMs));
    const pause = { ratePerSecond: 0, durationMs: Math.ceil(restMs / 1000) * 1000 };
    return {
      purpose: 'recovery',
      ratePerSecond,
      durationMs: firstTrialMs(plan, ratePerSecond),
      approach: [pause, ...wayTo({ toPerSecond: ratePerSecond, fromPerSecond: null })],
    };
  }

  /** Null unless it stayed down. @param heldPerSecond highest rate that held at any time; null: none */
  collapse(heldPerSecond: number | null): Collapse | null {
    if (this.outcome !== 'down') return null;
    const { row, restPerSecond, isHighest } = this.#overload;
    const after = formatDurationMs(Math.floor((this.#lastMs - this.#sinceMs) / 1000) * 1000);
    const rest = formatRate(restPerSecond);
    const broke = `It broke at ${formatRate(row.ratePerSecond)} and did not come back: ${after} later`;
    if (Math.max(heldPerSecond ?? 0, this.backAtPerSecond ?? 0) >= restPerSecond) {
      const text = `${broke}, at ${rest}, which it carries otherwise, it was still in breach. A moment of too much load may take it down, and what comes then keeps it down.`;
      return { reason: { code: 'METASTABLE', text }, isHighest };
    }
    const back =
      this.backAtPerSecond === null ? '' : ` After a rest ${formatRate(this.backAtPerSecond)} held.`;
    const text = `${broke}, at ${rest}, it was still in breach.${back} Either it does not come back from overload, or it never carried that much.`;
    return { reason: { code: 'NO_RECOVERY', text }, isHighest };
  }

  #isSlower({ p50Ms }: TrialReport): boolean {
    const { medianMs } = this.#overload;
    return medianMs !== null && (p50Ms.low ?? 0) > MEDIAN_RATIO * medianMs + MEDIAN_MS;
  }
}

/**
 * Time in which a system that carries the peak works off the queue of an overload while the lower rate goes on:
 * (lambda - mu) d / (mu - rest) with the peak for mu. One that needs longer carries less, which is a no just as well.
 */
function drainMs({ row, peakPerSecond, restPerSecond }: Overload, overloadMs: number): number {
  return ((row.ratePerSecond - peakPerSecond) * overloadMs) / (peakPerSecond - restPerSecond);
}
