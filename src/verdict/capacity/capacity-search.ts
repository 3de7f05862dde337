/**
 * Searches the highest arrival rate that holds the objectives: up in doublings to where it breaks, a look whether the
 * system recovers, then trials on both sides of the edge until the bracket is narrow, and the lower end once more.
 */

import type { Plan } from '../../plan/plan.ts';
import type { Reason } from '../finding.ts';
import type { Search, SearchState } from '../search.ts';
import type { Stretch, Trial, TrialOrder } from '../trial.ts';
import { decayOf, unreachable } from './ailments.ts';
import { proveTop, type Range, type Step, stepDown, stepForEvidence, stepUp } from './climb.ts';
import {
  approachTo,
  estimateMs,
  firmMs,
  type Lack,
  NEAR_MS,
  nearMs,
  SETTLE_MS,
  type SearchExtent,
  SHORT_MS,
  settleFor,
} from './effort.ts';
import { nextAim } from './narrow.ts';
import { type Bounds, RateBook, type RatePool } from './rate-book.ts';
import { neighbours } from './rate-pool.ts';
import { isFirstOverload, isOverload, Recovery, restAfter, servedPerSecond } from './recovery.ts';
import type { TrialReport } from './report.ts';

/** What a search is told. */
export interface CapacityOptions extends Omit<SearchExtent, 'precisionRatio'> {
  /** Default 0.1. */
  readonly precisionRatio?: number;
  /** What is known already; default: nothing. */
  readonly book?: RateBook;
}

/** Width of the bracket at which a search is content, unless told otherwise. */
export const PRECISION_RATIO = 0.1;

/** Most that a rate is measured without a budget, ms; more only where less decides nothing. */
const CAPS_MS: readonly number[] = [1_800_000, 3_600_000, 7_200_000];

/** Least length of a confirmation, ms, with a budget and without, and the greatest. */
const CONFIRM_MS = NEAR_MS;
const CONFIRM_LONG_MS = 60_000;
const CONFIRM_MS_MAX = 240_000;

/** How often the lower end may fail its confirmation before the search leaves it at that. */
const CONFIRM_FAILURES_MAX = 3;

/** What a trial takes beyond its traffic, ms. */
const OVERHEAD_MS = 1500;

/** Trials whose beginnings are looked at to find out how long the system takes to settle. */
const SETTLING_TRIALS = 3;

/** Rates of this ratio are far apart: a short trial tells which side the edge is on. */
const FAR_RATIO = 1.5;

/** Of the time that is left, how much may go into the first lower end. */
const FIRST_END_SHARE = 0.5;

/** Shown of the last trials. */
const RECENT = 8;

/** How a search ended. */
export type CapacityEnd =
  | 'narrow'
  | 'top'
  | 'bottom'
  | 'budget'
  | 'undecidable'
  | 'unrecovered'
  | 'decayed'
  | 'unreachable';

/** The search for the capacity; told the time, and repeatable. */
export class CapacitySearch implements Search {
  readonly plan: Plan;
  readonly book: RateBook;
  readonly options: SearchExtent;
  /** Before the start, ms. */
  readonly estimateMs: number;
  /** The looks after the first overload; null: nothing broke yet. */
  recovery: Recovery | null = null;
  /** Confirmations of a lower end that failed. */
  readonly unconfirmed: TrialReport[] = [];
  /** That the first trial got no answer at all. */
  unreachable: Reason | null = null;
  /** What the budget had no room for. */
  lacked: Lack | null = null;
  /** Null: it goes on. */
  end: CapacityEnd | null = null;
  elapsedMs = 0;
  #settleMs = SETTLE_MS;
  #doing = 'starting';
  #endsAtMs: number;
  #confirmedAt: number | null = null;
  #servedPerSecond = 0;
  readonly #range: Range;
  readonly #knownTrials: number;
  /** Least length of a trial, ms: that of the longest window that an objective is about. */
  readonly #leastMs: number;

  /** @param plan the user's plan, of an open loop */
  constructor(plan: Plan, options: CapacityOptions) {
    const { book = new RateBook(plan), precisionRatio = PRECISION_RATIO, ...rest } = options;
    this.plan = plan;
    this.book = book;
    this.options = { ...rest, precisionRatio };
    this.estimateMs = estimateMs(this.options, plan);
    this.#endsAtMs = this.estimateMs;
    this.#knownTrials = book.trials.length;
    this.#leastMs = Math.max(SHORT_MS, ...plan.objectives.map(({ windowMs }) => windowMs ?? 0));
    this.#range = {
      startPerSecond: options.startPerSecond,
      maxPerSecond: options.maxPerSecond ?? Infinity,
    };
  }

  next(nowMs: number): TrialOrder | null {
    this.elapsedMs = nowMs;
    if (this.end !== null) return null;
    const order = this.#look() ?? this.#ordered(this.#step());
    if (order === null) return null;
    const fitted = this.#fitted(order);
    if (fitted === null) this.end = 'budget';
    return fitted;
  }

  add(trial: Trial): void {
    if (this.book.trials.length < this.#knownTrials + SETTLING_TRIALS && trial.order.purpose === 'climb') {
      this.#settleMs = settleFor(trial.measured, this.#settleMs);
    }
    this.elapsedMs = trial.endedMs;
    this.#servedPerSecond = Math.max(this.#servedPerSecond, servedPerSecond(trial));
    if (this.book.trials.length === 0) this.unreachable = unreachable(trial);
    if (this.unreachable !== null) this.end = 'unreachable';
    const poolsBefore = this.book.pools();
    this.book.add(trial);
    const report = this.book.trials.at(-1);
    if (report === undefined) return;
    if (report.purpose === 'recovery') this.recovery?.add(report, trial.endedMs - trial.startedMs);
    else if (this.recovery === null && isFirstOverload(poolsBefore, report)) {
      this.recovery = new Recovery(poolsBefore, report, trial.order.approach);
    }
    if (report.label === 'broken') this.#confirmedAt = null;
    if (this.book.isRefuted(report)) this.unconfirmed.push(report);
    else if (report.purpose === 'confirm' && report.shows !== 'broken')
      this.#confirmedAt = report.ratePerSecond;
  }

  state(nowMs: number): SearchState {
    const { held, broke } = this.book.bounds();
    const { budgetMs } = this.options;
    const left = Math.max(0, this.#endsAtMs - nowMs);
    return {
      doing: this.#doing,
      trials: this.book.trials.length,
      elapsedMs: nowMs,
      leftMs: budgetMs === null ? left : Math.max(0, Math.min(left, budgetMs - nowMs)),
      heldPerSecond: held?.ratePerSecond ?? null,
      brokePerSecond: broke?.ratePerSecond ?? null,
      recent: this.book.trials.slice(-RECENT).map(({ ratePerSecond, label }) => ({ ratePerSecond, label })),
    };
  }

  #look(): TrialOrder | null {
    const look = this.recovery?.next() ?? null;
    if (look !== null) {
      this.#doing = 'looking whether the system recovers';
      return { ...look, purpose: 'recovery' };
    }
    const result = this.recovery?.result ?? null;
    if (result === 'metastable' || result === 'worsening') this.end = 'unrecovered';
    return null;
  }

  #step(): Step | null {
    if (this.end !== null) return null;
    const pools = this.book.pools();
    const { held, broke } = this.book.bounds();
    const step = broke === null ? this.#stepTowards(pools) : this.#stepAround(pools);
    if (step !== null || this.end !== null) return step;
    const evidence = stepForEvidence({ held, broke }, this.#settleMs);
    if (evidence !== null) {
      this.#doing = 'looking what broke';
      return evidence;
    }
    const confirmation = this.#confirmation({ held, broke });
    if (confirmation === null) this.end = this.#endOf({ held, broke });
    return confirmation;
  }

  /** The lower end once more after all overload, by a fresh trial, until it holds firmly. */
  #confirmation({ held, broke }: Bounds): Step | null {
    if (held === null || broke === null || this.unconfirmed.length >= CONFIRM_FAILURES_MAX) return null;
    const wantedMs = firmMs(held);
    if (this.#confirmedAt === held.ratePerSecond && wantedMs === 0) return null;
    this.#doing = 'confirming the lower end';
    const leastMs = this.options.budgetMs === null ? CONFIRM_LONG_MS : CONFIRM_MS;
    const durationMs = Math.max(leastMs, Math.min(CONFIRM_MS_MAX, Math.ceil(wantedMs / 1000) * 1000));
    return { purpose: 'confirm', ratePerSecond: held.ratePerSecond, durationMs };
  }

  /** While nothing broke. */
  #stepTowards(pools: readonly RatePool[]): Step | null {
    this.#doing = 'climbing';
    const up = stepUp(pools, this.#range);
    if (up !== null) return up;
    this.#doing = 'proving the highest rate';
    const step = proveTop(pools, Math.min(this.#leftMs(), CAPS_MS[0] ?? 0));
    if (step === null) this.end = 'top';
    return step;
  }

  /** Once something broke. */
  #stepAround(pools: readonly RatePool[]): Step | null {
    this.#doing = 'going down';
    const down = stepDown(pools, this.#range);
    if (down !== null && decayOf(this.book.trials) !== null) {
      this.end = 'decayed';
      return null;
    }
    if (down !== null) return down;
    const { good, bad } = neighbours(pools);
    if (good === null || bad === null) {
      this.end = 'bottom';
      return null;
    }
    this.#doing = 'narrowing';
    const leftMs = this.#leftMs() - this.#reserveMs();
    if (leftMs < this.#leastMs + this.#settleMs) return null;
    const { held, broke } = this.book.bounds();
    const isOneSided = held === null || broke === null;
    const aim = nextAim({
      pools,
      precisionRatio: this.options.precisionRatio,
      capsMs: this.options.budgetMs === null ? CAPS_MS : [leftMs, Infinity],
      leftMs: isOneSided ? leftMs * FIRST_END_SHARE : leftMs,
    });
    const needMs = aim === null || !Number.isFinite(aim.needMs) ? 0 : aim.needMs;
    this.#endsAtMs = this.elapsedMs + needMs + this.#reserveMs();
    if (aim === null) return null;
    const pool = this.book.at(aim.ratePerSecond);
    const isFar = aim.needMs === 0 && bad > good * FAR_RATIO;
    const wanted = isFar ? SHORT_MS : nearMs(pool, aim.needMs);
    const durationMs = Math.min(wanted, Math.floor((leftMs - this.#settleMs) / 1000) * 1000);
    return { purpose: 'narrow', ratePerSecond: aim.ratePerSecond, durationMs };
  }

  #endOf({ held, broke }: Bounds): CapacityEnd {
    const { precisionRatio, budgetMs } = this.options;
    if (held !== null && broke !== null && isNarrow(held, broke, precisionRatio)) return 'narrow';
    return budgetMs === null ? 'undecidable' : 'budget';
  }

  #leftMs(): number {
    const { budgetMs } = this.options;
    return budgetMs === null ? Infinity : budgetMs - this.elapsedMs;
  }

  /** For the confirmation. */
  #reserveMs(): number {
    return CONFIRM_MS + this.#settleMs + 2 * OVERHEAD_MS;
  }

  #ordered(step: Step | null): TrialOrder | null {
    if (step === null) return null;
    const { ratePerSecond } = step;
    const highest = this.book.highestPerSecond;
    const way = { ratePerSecond, highestPerSecond: highest, settleMs: this.#settleMs };
    const durationMs = Math.max(step.durationMs, this.#leastMs);
    return { ...step, durationMs, approach: [...this.#rest(), ...(step.approach ?? approachTo(way))] };
  }

  /** What a trial left in the queues is no doing of the next one: nothing is sent until it should be gone. */
  #rest(): Stretch[] {
    const last = this.book.trials.at(-1);
    if (!isOverload(last)) return [];
    const { good } = neighbours(this.book.pools());
    return [restAfter(last, { good, servedPerSecond: this.#servedPerSecond })];
  }

  /** Null when it cannot be finished within the budget. */
  #fitted(order: TrialOrder): TrialOrder | null {
    const approachMs = order.approach.reduce((sum, { durationMs }) => sum + durationMs, 0);
    const leftMs = this.#leftMs() - approachMs - OVERHEAD_MS;
    if (order.durationMs <= leftMs) return order;
    const durationMs = Math.floor(leftMs / 1000) * 1000;
    if (durationMs >= this.#leastMs) return { ...order, durationMs };
    this.lacked = { leftMs: this.#leftMs(), needMs: approachMs + this.#leastMs + OVERHEAD_MS };
    return null;
  }
}

function isNarrow(held: RatePool, broke: RatePool, precisionRatio: number): boolean {
  return held.ratePerSecond >= broke.ratePerSecond * (1 - precisionRatio) * (1 - 1e-9);
}
