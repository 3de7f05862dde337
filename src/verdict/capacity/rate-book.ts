/** What is known of every rate so far: trials are judged by themselves, pooled by rate, and the bounds are read off. */

import { isLatency, type Plan } from '../../plan/plan.ts';
import { LIMIT_FACTORS } from '../../plan/trial-plan.ts';
import type { Trial, TrialPurpose } from '../trial.ts';
import { type JudgedRun, judgeRun } from '../verdict.ts';
import { relevantBounds } from './mlrsearch.ts';
import { factsOf, GrowingPool, type RatePool, runOf } from './rate-pool.ts';
import type { LimitReport, TrialReport } from './report.ts';
import { asked, isInvalid, labelOf, trialReport } from './showing.ts';

export type { RatePool } from './rate-pool.ts';

/** The bracket: the highest rate shown to hold below the lowest one shown to break. */
export interface Bounds {
  readonly held: RatePool | null;
  readonly broke: RatePool | null;
}

/** Trials that look at something else than whether a rate holds: after overload, at a jump, over a long time. */
const APART: readonly TrialPurpose[] = ['recovery', 'surge', 'soak'];

/** Keeps all trials of a search. */
export class RateBook {
  readonly #pools = new Map<number, GrowingPool>();
  readonly #trials: TrialReport[] = [];
  readonly #plan: Plan;
  #requests = 0;

  /** @param plan the user's plan */
  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** The plan that the trials are about. */
  get plan(): Plan {
    return this.#plan;
  }

  /** In the order in which they ran. */
  get trials(): readonly TrialReport[] {
    return this.#trials;
  }

  /** Attempts sent in all trials, approaches included. */
  get requests(): number {
    return this.#requests;
  }

  /** Highest rate of any trial; null before the first. */
  get highestPerSecond(): number | null {
    const rates = this.#trials.map(({ ratePerSecond }) => ratePerSecond);
    return rates.length === 0 ? null : Math.max(...rates);
  }

  /** What is known of each rate that was tried, ascending. */
  pools(): readonly RatePool[] {
    return this.#ascending();
  }

  /** What is known of a rate; null when it was not tried. */
  at(ratePerSecond: number): RatePool | null {
    return this.#pools.get(ratePerSecond) ?? null;
  }

  /**
   * Judges a trial by itself, lays it behind the earlier ones at its rate, and judges them together. The trial's
   * recording is taken: it is empty afterwards, unless the trial was not pooled (its generator left nothing to be
   * said, or it was about something else: recovery, surge, soak).
   */
  add(made: Trial): RatePool {
    const plan = asked(made.measured.plan, made.order.ratePerSecond);
    const trial = { ...made, measured: { ...made.measured, plan } };
    const judged = judgeRun(runOf(trial));
    const { sent, warmup } = trial.measured.recording.counts;
    this.#requests += sent + warmup;
    const shown = labelOf(factsOf(trial, judged));
    const row = trialReport({
      trial,
      number: this.#trials.length + 1,
      judged,
      shows: shown.label,
    });
    if (APART.includes(trial.order.purpose)) {
      this.#trials.push({ ...row, label: shown.label });
      return this.#pools.get(trial.order.ratePerSecond) ?? new GrowingPool(trial, judged);
    }
    const pool = this.#poolFor(trial, judged, row);
    if (isInvalid(judged.validity.checks)) pool.refuse(shown.reason);
    else pool.absorb(trial);
    this.#trials.push({ ...row, label: pool.label });
    return pool;
  }

  /** The relevant bounds of RFC 9971, for the latency limits as they are, or scaled by a factor. */
  bounds(factor: 0.5 | 1 | 2 = 1): Bounds {
    const loads = this.#ascending().map((pool) => ({ load: pool, label: pool.labelAt(factor) }));
    const { lower, upper } = relevantBounds(loads, (pool) => pool.ratePerSecond);
    return { held: lower, broke: upper };
  }

  /** True of the second of two confirmations in a row, at one rate, that both showed a breach. */
  isRefuted({
    number,
    purpose,
    ratePerSecond,
    shows,
  }: Pick<TrialReport, 'number' | 'purpose' | 'ratePerSecond' | 'shows'>): boolean {
    const before = this.#trials[number - 2];
    const isSame = before?.purpose === 'confirm' && before.ratePerSecond === ratePerSecond;
    return purpose === 'confirm' && shows === 'broken' && isSame && before.shows === 'broken';
  }

  #ascending(): GrowingPool[] {
    return [...this.#pools.values()].sort((a, b) => a.ratePerSecond - b.ratePerSecond);
  }

  #poolFor(trial: Trial, judged: JudgedRun, row: Omit<TrialReport, 'label'>): GrowingPool {
    const { ratePerSecond } = trial.order;
    const found = this.#pools.get(ratePerSecond);
    // After overload the system may be another one: what a rate showed before does not excuse what it shows now.
    if (found !== undefined && !this.isRefuted(row)) return found;
    const pool = new GrowingPool(trial, judged);
    this.#pools.set(ratePerSecond, pool);
    return pool;
  }
}

/** The brackets at scaled latency limits; empty without a latency objective. */
export function limitReports(book: RateBook): LimitReport[] {
  const isScalable = book.plan.objectives.some(
    ({ indicator, op }) => isLatency(indicator) && op.startsWith('<'),
  );
  if (!isScalable) return [];
  const [half, twice] = LIMIT_FACTORS;
  return ([half, 1, twice] as const).map((factor) => {
    const { held, broke } = book.bounds(factor);
    return {
      factor,
      heldPerSecond: held?.ratePerSecond ?? null,
      brokePerSecond: broke?.ratePerSecond ?? null,
    };
  });
}
