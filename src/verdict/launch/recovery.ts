/**
 * After overload: does the system come back by itself once the load falls to what it should carry with ease? One that
 * stays down is metastable (Bronson et al., "Metastable failures in distributed systems", HotOS 2021): a peak that is
 * long over still keeps it from serving anybody.
 */

import { formatDurationMs, formatRate } from '../../core/units.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Recording } from '../../record/recording.ts';
import type { TrialReport } from '../capacity/report.ts';
import type { Reason } from '../finding.ts';
import type { Stretch, Trial, TrialOrder } from '../trial.ts';
import { firstTrialMs, leastTrialMs, wayTo } from './effort.ts';

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

/** Statuses by which a limiter refuses, and the share of the failures that they must be. */
const REFUSALS: readonly number[] = [429, 503];
const REFUSAL_SHARE = 0.9;

/** What is known of the overload, and where to go from there. Rates per second. */
export interface Overload {
  readonly plan: Plan;
  readonly trial: Trial;
  readonly row: TrialReport;
  /** It came from the highest rate asked about: what the lower ones would have shown without it is open. */
  readonly isHighest: boolean;
  /** The expected peak: a system that cannot carry that much is none that one waits for. */
  readonly peakPerSecond: number;
  /** Its failures were refusals. */
  readonly isRefused: boolean;
  /** Half of what held, or of the peak. */
  readonly restPerSecond: number;
  /** Median response time of a rate at or above it that held before; null: none did. */
  readonly medianMs: number | null;
}

/** An overload that the system did not come back from while traffic went on. */
export interface Collapse {
  /**
   * METASTABLE where it carries the lower rate otherwise, NO_RECOVERY where that was not shown, RATE_LIMITED where
   * requests were refused.
   */
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
  #isRefused: boolean;
  #rests = 0;
  /** False once the overload was stopped: it would be stopped again. */
  #isRepeated: boolean;
  #drainMs: number;
  #sinceMs: number;
  #lastMs: number;

  constructor(overload: Overload) {
    const { trial } = overload;
    this.#overload = overload;
    this.#isRefused = overload.isRefused;
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
    const { plan, row, restPerSecond } = this.#overload;
    const waitMs = Math.min(WAIT_MS_MAX, Math.max(WAIT_MS_MIN, DRAINS * this.#drainMs));
    const rest = { ratePerSecond: restPerSecond, durationMs: Math.ceil(waitMs / 1000) * 1000 };
    const peak = { ratePerSecond: row.ratePerSecond, durationMs: OVERLOAD_MS };
    const approach: Stretch[] = this.#isRepeated ? [peak, rest] : [rest];
    const durationMs = leastTrialMs(plan);
    return { purpose: 'recovery', ratePerSecond: restPerSecond, durationMs, approach };
  }

  /** Takes in what was ordered last. */
  add(trial: Trial, row: TrialReport): void {
    const { recording } = trial.measured;
    if (row.shows === 'broken' && recording.counts.failed > 0) this.#isRefused = isRefused(recording);
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
    if (this.#isRefused) {
      const text = `${broke}, at ${rest}, requests were still refused with status 429 or 503. This is a limiter: its reserve was used up.`;
      return { reason: { code: 'RATE_LIMITED', text }, isHighest };
    }
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

/** True when nearly all failures were refusals, with status 429 or 503; false without a failure. */
export function isRefused({ counts, targets }: Recording): boolean {
  const refused = targets.reduce((sum, { statuses }) => {
    return sum + REFUSALS.reduce((count, status) => count + (statuses.get(status) ?? 0), 0);
  }, 0);
  return counts.failed > 0 && refused >= REFUSAL_SHARE * counts.failed;
}

/** What overload above the highest rate asked about left of that rate, which had held before. */
export class Aftermath {
  readonly #heldPerSecond: number;
  #brokePerSecond: number | null = null;
  /** Rates of the looks that broke, less those that a later look took back. */
  #looks: number[] = [];
  #isRefused = false;
  #isSeen = false;

  /** @param heldPerSecond rate that the answer rests on */
  constructor(heldPerSecond: number) {
    this.#heldPerSecond = heldPerSecond;
  }

  /** Looks at what failed, before the book takes the trial's recording. */
  prepare({ measured: { recording } }: Trial): void {
    const { sent, failed, warmupFailed } = recording.counts;
    if (failed > 0) this.#isRefused = isRefused(recording);
    // On the way down a queue may still drain; a limiter has none, and what fails there it refused.
    this.#isSeen = sent > 0 || (this.#isRefused && warmupFailed > 0);
  }

  /** Takes in the row of the same trial. */
  add({ ratePerSecond, shows, codes }: TrialReport): void {
    // What the breaker stopped had broken, though its short sample may be too much alike to show it.
    const isBroken = shows === 'broken' || codes.includes('BREAKER');
    if (ratePerSecond > this.#heldPerSecond) {
      if (isBroken) this.#brokePerSecond ??= ratePerSecond;
    } else if (!isBroken) {
      this.#looks = this.#looks.filter((rate) => rate > ratePerSecond);
    } else if (this.#isSeen) {
      this.#looks.push(ratePerSecond);
    }
  }

  /** RATE_LIMITED or HYSTERESIS where looks broke; null where they did not, or where it was one alone. */
  get reason(): Reason | null {
    if (this.#looks.length < FAILURES || this.#brokePerSecond === null) return null;
    const lowest = formatRate(Math.min(...this.#looks));
    const now = `After ${formatRate(this.#brokePerSecond)} broke, so did ${lowest}, at ${this.#looks.length} looks in all`;
    const before = `although ${formatRate(this.#heldPerSecond)} had held before`;
    if (this.#isRefused) {
      const text = `${now}, ${before}: requests were refused with status 429 or 503. This is a limiter: its reserve was used up, and what it lets through for long is less.`;
      return { code: 'RATE_LIMITED', text };
    }
    const text = `${now}, ${before}: the answer is about a system that was not overloaded, and overload leaves less of it.`;
    return { code: 'HYSTERESIS', text };
  }
}
