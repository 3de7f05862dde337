/** Asks about the rates in turn, from the highest down, until the launch question is decided or time is up. */

import type { Plan } from '../../plan/plan.ts';
import { SETTLE_MS, settleFor } from '../capacity/effort.ts';
import type { RateBook, RatePool } from '../capacity/rate-book.ts';
import type { Reason } from '../finding.ts';
import { requests } from '../objective/because.ts';
import type { Trial, TrialOrder } from '../trial.ts';
import { judgeRun } from '../verdict.ts';
import { firstTrialMs, isFutile, leastTrialMs, lengthOf, nextTrialMs, wayTo } from './effort.ts';
import { type AskedRate, isAtMost } from './questions.ts';
import { type Collapse, isRefused, RecoveryCheck } from './recovery.ts';

/** Share of the time left that one rate may take while others have not been asked about. */
const FAIR_SHARE = 0.5;

/**
 * Beside its approach and its measured part a trial takes this long, ms: the last answers, and a pause. The first one
 * takes longer, since workers start and the generator is calibrated before it.
 */
const OVERHEAD_MS = 1500;
const FIRST_OVERHEAD_MS = 4000;

/** Most time that one rate gets when there is no budget, ms. */
const UNBOUNDED_MS = 20 * 60_000;

/** What an inquiry is about. */
export interface InquiryInput {
  readonly plan: Plan;
  readonly book: RateBook;
  /** Highest first. */
  readonly asked: readonly AskedRate[];
  /** Nothing faster is sent; null: no bound. */
  readonly maxPerSecond: number | null;
  /** Time that the system gets to adapt to a new rate before it is measured; null: the least. */
  readonly settleMs: number | null;
}

/** Why a rate is left open: it may not be sent, the system was down, time was up, or more would show no more. */
export type Gap = 'cap' | 'down' | 'time' | 'futile';

/** Time of the search, and when the inquiry must be over; ms since the start. */
interface Clock {
  readonly nowMs: number;
  readonly endMs: number;
}

/** Turns questions into trials. Labels are read off the book, which others fill. */
export class Inquiry {
  #recovery: RecoveryCheck | null = null;
  readonly #input: InquiryInput;
  /** When the share of a rate is used up, ms since the start. */
  readonly #deadlines = new Map<number, number>();
  #fromPerSecond: number | null = null;
  #settleMs = SETTLE_MS;
  #unreachable: Reason | null = null;
  #orderedMs = 0;
  /** What the longest trial took beside its approach and its measured part, ms; null before the first. */
  #overheadMs: number | null = null;

  constructor(input: InquiryInput) {
    this.#input = input;
  }

  /** Null when it is over. @param endMs Infinity: no budget */
  next(nowMs: number, endMs: number): TrialOrder | null {
    const clock = { nowMs, endMs };
    this.#orderedMs = nowMs;
    if (this.#unreachable !== null) return null;
    return this.#recover(clock) ?? this.#takeTurns(clock) ?? this.#useTheRest(clock);
  }

  /** Looks at how long all took, and whether anybody answered, before the book takes the trial's recording. */
  prepare(trial: Trial): void {
    const { measured, order } = trial;
    if (this.#overheadMs === null) this.#unreachable = unreachableBy(trial);
    const spentMs = trial.endedMs - this.#orderedMs - lengthOf(order.approach) - order.durationMs;
    // What was stopped early tells nothing of how long its end would have taken.
    const overheadMs = trial.stopped === null ? spentMs : OVERHEAD_MS;
    this.#overheadMs = Math.max(this.#overheadMs ?? 0, OVERHEAD_MS, overheadMs);
    if (order.purpose === 'question') this.#settleMs = settleFor(measured, this.#settleMs);
  }

  /** Why nobody answers: the first trial had no answer at all. Null when it had one, or there was none yet. */
  get unreachable(): Reason | null {
    return this.#unreachable;
  }

  /** How long a trial takes in all, ms. */
  totalMs(order: TrialOrder): number {
    return lengthOf(order.approach) + order.durationMs + (this.#overheadMs ?? FIRST_OVERHEAD_MS);
  }

  /** Takes in the trial that was ordered last, after the book has. */
  add(trial: Trial): void {
    const { book } = this.#input;
    const row = book.trials.at(-1);
    const isFit = trial.stopped === null && row?.shows !== 'broken';
    this.#fromPerSecond = isFit ? trial.order.ratePerSecond : null;
    if (trial.order.purpose === 'recovery' && row !== undefined) this.#recovery?.add(trial, row);
    else if (row !== undefined) this.#noteOverload(trial);
  }

  /** An overload that the system did not come back from; null when none was seen. */
  get collapse(): Collapse | null {
    return this.#recovery?.collapse(this.#input.book.bounds().held?.ratePerSecond ?? null) ?? null;
  }

  /** Why a rate is open; null when it is decided. */
  gapOf({ ratePerSecond }: AskedRate): Gap | null {
    if (this.#isDecided(ratePerSecond)) return null;
    if (this.#isCapped(ratePerSecond)) return 'cap';
    if (!this.#askable().some((asked) => asked.ratePerSecond === ratePerSecond)) return 'down';
    const pool = this.#input.book.at(ratePerSecond);
    return pool !== null && isFutile(pool) ? 'futile' : 'time';
  }

  /** The first trial at a rate, from a standing start. */
  opening({ ratePerSecond }: AskedRate): TrialOrder {
    return this.#orderFor(ratePerSecond, { pool: null, fromPerSecond: null });
  }

  #isCapped(ratePerSecond: number): boolean {
    const { maxPerSecond } = this.#input;
    return maxPerSecond !== null && !isAtMost(ratePerSecond, maxPerSecond);
  }

  /** By its own trials, by a higher rate that held, or by a lower one that broke. */
  #isDecided(ratePerSecond: number): boolean {
    const { held, broke } = this.#input.book.bounds();
    if (broke !== null && isAtMost(broke.ratePerSecond, ratePerSecond)) return true;
    return held !== null && isAtMost(ratePerSecond, held.ratePerSecond);
  }

  /** After the first overload above the peak. At or below it the answer is known without. */
  #noteOverload(trial: Trial): void {
    const { book, asked } = this.#input;
    const { held, broke } = book.bounds();
    const peak = asked.at(-1)?.ratePerSecond ?? 0;
    if (this.#recovery !== null || broke === null || isAtMost(broke.ratePerSecond, peak)) return;
    const row = book.trials.at(-1);
    if (row === undefined || row.ratePerSecond !== broke.ratePerSecond) return;
    this.#recovery = new RecoveryCheck({
      plan: this.#input.plan,
      trial,
      row,
      isHighest: isAtMost(asked[0]?.ratePerSecond ?? 0, row.ratePerSecond),
      peakPerSecond: peak,
      isRefused: isRefused(broke.measured.recording),
      restPerSecond: (held?.ratePerSecond ?? peak) / 2,
      medianMs: held?.p50Ms ?? null,
    });
  }

  #recover({ nowMs, endMs }: Clock): TrialOrder | null {
    const recovery = this.#recovery;
    if (recovery === null) return null;
    const order = recovery.next();
    if (order === null || this.totalMs(order) <= endMs - nowMs) return order;
    if (recovery.outcome === 'open') recovery.outcome = 'unknown';
    return null;
  }

  /** Each rate within its share of the time, the highest first. */
  #takeTurns(clock: Clock): TrialOrder | null {
    const open = this.#open();
    for (const [index, { ratePerSecond }] of open.entries()) {
      const deadlineMs = this.#deadlineOf(ratePerSecond, { ...clock, isLast: index === open.length - 1 });
      const order = this.#orderWithin(ratePerSecond, Math.min(deadlineMs, clock.endMs) - clock.nowMs);
      if (order !== null) return order;
    }
    return null;
  }

  /** What the others left over goes to the peak, which decides most, and then to the highest rate. */
  #useTheRest(clock: Clock): TrialOrder | null {
    if (clock.endMs === Infinity) return null;
    const open = this.#open();
    const peakFirst = [...open.slice(-1), ...open.slice(0, -1)];
    for (const { ratePerSecond } of peakFirst) {
      const order = this.#orderWithin(ratePerSecond, clock.endMs - clock.nowMs, true);
      if (order !== null) return order;
    }
    return null;
  }

  /** After a collapse, once the system is back, the peak alone: what lies above it could take it down again. */
  #askable(): readonly AskedRate[] {
    const { asked } = this.#input;
    const collapse = this.collapse;
    if (collapse === null) return asked;
    return collapse.isHighest && this.#recovery?.isDown === false ? asked.slice(-1) : [];
  }

  #open(): readonly AskedRate[] {
    return this.#askable().filter(({ ratePerSecond }) => {
      const pool = this.#input.book.at(ratePerSecond);
      const isHopeless = this.#isCapped(ratePerSecond) || (pool !== null && isFutile(pool));
      return !isHopeless && !this.#isDecided(ratePerSecond);
    });
  }

  #deadlineOf(ratePerSecond: number, { nowMs, endMs, isLast }: Clock & { readonly isLast: boolean }): number {
    const known = this.#deadlines.get(ratePerSecond);
    if (known !== undefined) return known;
    const leftMs = endMs === Infinity ? UNBOUNDED_MS / FAIR_SHARE : endMs - nowMs;
    // One trial that can decide is worth more than two that cannot.
    const neededMs = this.totalMs(this.#orderFor(ratePerSecond, this.#next(ratePerSecond)));
    const shareMs = isLast ? leftMs : Math.max(leftMs * FAIR_SHARE, Math.min(leftMs, neededMs));
    this.#deadlines.set(ratePerSecond, nowMs + shareMs);
    return nowMs + shareMs;
  }

  #orderWithin(ratePerSecond: number, roomMs: number, isLastResort = false): TrialOrder | null {
    const { pool, fromPerSecond } = this.#next(ratePerSecond);
    const order = this.#orderFor(ratePerSecond, { pool, fromPerSecond });
    if (this.totalMs(order) <= roomMs) return order;
    const durationMs = Math.floor((roomMs - (this.totalMs(order) - order.durationMs)) / 1000) * 1000;
    // Less than what was measured already would hardly change it.
    const isEnough = pool === null || isLastResort || durationMs >= pool.measuredMs;
    const isWorthwhile = durationMs >= leastTrialMs(this.#input.plan) && isEnough;
    return isWorthwhile ? { ...order, durationMs } : null;
  }

  #next(ratePerSecond: number): Start {
    return { pool: this.#input.book.at(ratePerSecond), fromPerSecond: this.#fromPerSecond };
  }

  #orderFor(ratePerSecond: number, { pool, fromPerSecond }: Start): TrialOrder {
    const { plan, settleMs } = this.#input;
    const isFirst = pool === null;
    return {
      purpose: 'question',
      ratePerSecond,
      durationMs: isFirst ? firstTrialMs(plan, ratePerSecond) : nextTrialMs(plan, pool),
      approach: wayTo({
        toPerSecond: ratePerSecond,
        fromPerSecond,
        settleMs: Math.max(this.#settleMs, isFirst ? (settleMs ?? 0) : 0),
      }),
    };
  }
}

/** Where a trial begins. */
interface Start {
  /** What is known of its rate. */
  readonly pool: RatePool | null;
  readonly fromPerSecond: number | null;
}

/** UNREACHABLE of a trial in which nobody answered, on the way up either; null otherwise. */
function unreachableBy({ measured, generator, stopped }: Trial): Reason | null {
  const { counts } = measured.recording;
  if (stopped?.by === 'signal' || counts.completed > 0 || counts.warmup > counts.warmupFailed) return null;
  const { verdict, validity } = judgeRun({ ...measured, generator, stopped });
  const reason = verdict.reasons.find(({ code }) => code === 'UNREACHABLE');
  if (reason !== undefined) return reason;
  const isDoubted = validity.checks.some(({ status, blocks }) => {
    return status === 'fail' && (blocks === 'fail' || blocks === 'both');
  });
  if (isDoubted || counts.sent > 0 || stopped?.by !== 'breaker') return null;
  if (counts.warmup === 0) return { code: 'UNREACHABLE', text: 'No request that was sent got an answer.' };
  // Failures on the way up may be answers, unless no connection was ever opened.
  if (counts.connectionsOpened > 0) return null;
  const text = `None of the ${requests(counts.warmup)} that were sent got a connection.`;
  return { code: 'UNREACHABLE', text };
}
