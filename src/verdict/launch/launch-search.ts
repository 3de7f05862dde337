/**
 * The launch question as a search: the rates asked about, a surge and a soak once the answer is yes, and with the time
 * that is left, where the capacity lies.
 */

import { formatRate } from '../../core/units.ts';
import type { LaunchQuestion, Plan } from '../../plan/plan.ts';
import { CapacitySearch } from '../capacity/capacity-search.ts';
import { RateBook, type RatePool } from '../capacity/rate-book.ts';
import type { Search, SearchState } from '../search.ts';
import type { Trial, TrialOrder } from '../trial.ts';
import {
  type Acceptance,
  answerOf,
  decisiveOf,
  growthOf,
  highestHeld,
  isAccepted,
  type LaunchFacts,
} from './answer.ts';
import { wayTo } from './effort.ts';
import { Exercise } from './exercised.ts';
import { Inquiry } from './inquiry.ts';
import { type AskedRate, askedRates } from './questions.ts';
import { type ReasonInput, reasonsOf, stepOf } from './reasons.ts';
import { Aftermath } from './recovery.ts';
import type { LaunchReport, SoakReport, SurgeReport } from './report.ts';
import { judgeSoak, soakOrder } from './soak.ts';
import { judgeSurge, surgeOrder } from './surge.ts';

/** What is asked beside the rates, and what it may take. */
export interface LaunchOptions {
  /** How long the objectives may be breached after a jump to the peak, ms; null: no surge is asked for. */
  readonly surgeMs: number | null;
  /** Length of the soak, ms; null: none is asked for. */
  readonly soakMs: number | null;
  /** Most time that all may take, ms; null: as long as it needs. */
  readonly budgetMs: number | null;
  /** Search the capacity with the time that is left. */
  readonly bracket: boolean;
  /** Nothing faster is sent; null: no bound. */
  readonly maxPerSecond: number | null;
}

/** A surge or a soak that was asked for. */
type Rehearsal =
  | { readonly kind: 'surge'; readonly order: TrialOrder; report: SurgeReport | null }
  | { readonly kind: 'soak'; readonly order: TrialOrder; report: SoakReport | null };

type Phase = 'asking' | 'rehearsing' | 'narrowing' | 'over';

/** Shown of the last trials. */
const RECENT = 8;

/** Told the time, and repeatable. */
export class LaunchSearch implements Search {
  readonly plan: Plan;
  readonly question: LaunchQuestion;
  readonly options: LaunchOptions;
  readonly book: RateBook;
  readonly #asked: readonly AskedRate[];
  readonly #inquiry: Inquiry;
  readonly #rehearsals: readonly Rehearsal[];
  readonly #exercise = new Exercise();
  readonly #aftermath: Aftermath;
  #capacity: CapacitySearch | null = null;
  #phase: Phase = 'asking';
  #hasHeld = false;
  #isInterrupted = false;
  #ordered: TrialOrder | null = null;
  #isWaiting = false;

  /** @param plan the user's plan, of an open loop */
  constructor(plan: Plan, question: LaunchQuestion, options: LaunchOptions) {
    this.plan = plan;
    this.question = question;
    this.options = options;
    this.book = new RateBook(plan);
    this.#asked = askedRates(question);
    this.#rehearsals = rehearsalsOf(question, options);
    this.#aftermath = new Aftermath(this.#asked[0]?.ratePerSecond ?? 0);
    const { maxPerSecond, surgeMs } = options;
    this.#inquiry = new Inquiry({
      plan,
      book: this.book,
      asked: this.#asked,
      maxPerSecond,
      settleMs: surgeMs,
    });
  }

  /** The search for the capacity, over the same trials; its report is worth having even when it was not reached. */
  get capacity(): CapacitySearch {
    const { book, options, question } = this;
    const { maxPerSecond, budgetMs } = options;
    this.#capacity ??= new CapacitySearch(this.plan, {
      startPerSecond: question.peakPerSecond,
      maxPerSecond,
      budgetMs,
      book,
    });
    return this.#capacity;
  }

  /** The rate that the answer rests on; null when none was measured. */
  get decisive(): RatePool | null {
    return decisiveOf(this.#facts(), this.book);
  }

  /** What is sure to come, if all goes well: the first question, the surge and the soak, ms; whatever the budget. */
  get neededMs(): number | null {
    const open = this.#rehearsals.filter(({ report }) => report === null);
    const rehearsalMs = open.reduce((sum, { order }) => sum + this.#inquiry.totalMs(order), 0);
    const [first] = this.#asked;
    const isFirst = this.book.trials.length === 0 && first !== undefined;
    if (!isFirst && rehearsalMs === 0) return null;
    return rehearsalMs + (isFirst ? this.#inquiry.totalMs(this.#inquiry.opening(first)) : 0);
  }

  next(nowMs: number): TrialOrder | null {
    this.#ordered = this.#isInterrupted ? null : this.#next(nowMs);
    this.#isWaiting = this.#ordered !== null;
    if (this.#ordered === null) this.#phase = 'over';
    return this.#ordered;
  }

  add(trial: Trial): void {
    this.#isWaiting = false;
    this.#exercise.add(trial.measured, trial.stopped === null);
    if (trial.stopped?.by === 'signal') this.#isInterrupted = true;
    if (this.#phase === 'narrowing') {
      this.#aftermath.prepare(trial);
      this.capacity.add(trial);
      const row = this.book.trials.at(-1);
      if (row !== undefined) this.#aftermath.add(row);
      return;
    }
    const rehearsal = this.#rehearsals.find(({ order }) => order.purpose === trial.order.purpose);
    if (rehearsal === undefined) this.#inquiry.prepare(trial);
    this.book.add(trial);
    if (rehearsal === undefined) this.#inquiry.add(trial);
    else this.#judge(rehearsal, trial);
  }

  state(nowMs: number): SearchState {
    if (this.#phase === 'narrowing') return this.capacity.state(nowMs);
    const { held, broke } = this.book.bounds();
    const { trials } = this.book;
    return {
      doing: this.#doing(),
      trials: trials.length,
      elapsedMs: nowMs,
      leftMs: this.#leftMs(nowMs),
      heldPerSecond: held?.ratePerSecond ?? null,
      brokePerSecond: broke?.ratePerSecond ?? null,
      recent: trials.slice(-RECENT).map(({ ratePerSecond, label }) => ({ ratePerSecond, label })),
    };
  }

  /** The answer so far. @param acceptance which flaws the user is content with; default: none */
  report(acceptance: Acceptance = { noMargin: false, noSpareZone: false }): LaunchReport {
    const { question } = this;
    const input = this.#reasonInput();
    const answer = answerOf(input.facts);
    const growth = growthOf(input.facts, this.book, question.peakPerSecond);
    return {
      answer,
      askedPerSecond: question.peakPerSecond,
      marginRatio: question.marginRatio,
      zones: question.zones,
      lose: question.lose,
      users: question.users,
      questions: this.#asked.map((asked) => stepOf(asked, input)),
      headroom: { low: lessOne(growth.low), high: lessOne(growth.high) },
      growth,
      surge: this.#rehearsals.find((rehearsal) => rehearsal.kind === 'surge')?.report ?? null,
      soak: this.#rehearsals.find((rehearsal) => rehearsal.kind === 'soak')?.report ?? null,
      exercised: this.#exercise.report(this.plan),
      accepted: isAccepted(answer, acceptance),
      reasons: reasonsOf(answer, input),
    };
  }

  #next(nowMs: number): TrialOrder | null {
    if (this.#phase === 'asking') {
      const order = this.#inquiry.next(nowMs, this.#endMs() - this.#reservedMs());
      if (order !== null) return order;
      const [first] = this.#asked;
      const held = highestHeld({ asked: this.#asked, held: this.book.bounds().held });
      this.#hasHeld = this.#inquiry.collapse === null && held?.id === first?.id;
      this.#phase = 'rehearsing';
    }
    if (this.#phase === 'rehearsing') {
      const order = this.#rehearse(nowMs);
      if (order !== null) return order;
      this.#phase = 'narrowing';
    }
    const { collapse, unreachable } = this.#inquiry;
    const isWorthwhile =
      this.options.bracket && collapse === null && unreachable === null && this.book.trials.length > 0;
    return this.#phase === 'narrowing' && isWorthwhile ? this.capacity.next(nowMs) : null;
  }

  /** The surge, then the soak, once the answer is yes, until one of them is a no. */
  #rehearse(nowMs: number): TrialOrder | null {
    if (!this.#hasHeld || this.#rehearsals.some(({ report }) => report?.status === 'fail')) return null;
    const open = this.#rehearsals.find(({ report, order }) => {
      return report === null && this.#inquiry.totalMs(order) <= this.#endMs() - nowMs;
    });
    return open?.order ?? null;
  }

  #judge(rehearsal: Rehearsal, trial: Trial): void {
    if (rehearsal.kind === 'surge') rehearsal.report = judgeSurge(trial, this.options.surgeMs ?? 0);
    else rehearsal.report = judgeSoak(trial);
  }

  #endMs(): number {
    return this.options.budgetMs ?? Infinity;
  }

  /** Time that the surge and the soak are sure to need, ms. */
  #reservedMs(): number {
    return this.#rehearsals.reduce((sum, { order }) => sum + this.#inquiry.totalMs(order), 0);
  }

  #facts(): LaunchFacts {
    const { held, broke } = this.book.bounds();
    return {
      asked: this.#asked,
      held,
      broke,
      hasHeld: this.#hasHeld,
      collapse: this.#inquiry.collapse,
      unreachable: this.#inquiry.unreachable,
      aftermath: this.#hasHeld ? this.#aftermath.reason : null,
      rehearsals: this.#rehearsals,
    };
  }

  #reasonInput(): ReasonInput {
    return {
      question: this.question,
      facts: this.#facts(),
      book: this.book,
      gapOf: (asked) => this.#inquiry.gapOf(asked),
      needsMs: (asked) => this.#inquiry.totalMs(this.#inquiry.opening(asked)),
      maxPerSecond: this.options.maxPerSecond,
      // A trial that was ordered and never came was not finished.
      interrupted: this.#isInterrupted || this.#isWaiting,
    };
  }

  #doing(): string {
    if (this.#ordered === null) return this.#phase === 'over' ? 'done' : 'starting';
    const rate = formatRate(this.#ordered.ratePerSecond);
    switch (this.#ordered.purpose) {
      case 'recovery':
        return `looking whether it comes back at ${rate}`;
      case 'surge':
        return `surging to ${rate}`;
      case 'soak':
        return `soaking at ${rate}`;
      default:
        return `asking about ${rate}`;
    }
  }

  #leftMs(nowMs: number): number | null {
    if (this.#phase === 'over') return 0;
    const { neededMs } = this;
    return neededMs === null ? null : Math.max(0, Math.min(this.#endMs() - nowMs, neededMs));
  }
}

function rehearsalsOf({ peakPerSecond }: LaunchQuestion, { surgeMs, soakMs }: LaunchOptions): Rehearsal[] {
  const rehearsals: Rehearsal[] = [];
  if (surgeMs !== null) {
    rehearsals.push({ kind: 'surge', order: surgeOrder(peakPerSecond, surgeMs), report: null });
  }
  if (soakMs !== null) {
    const approach = wayTo({ toPerSecond: peakPerSecond, fromPerSecond: null });
    rehearsals.push({ kind: 'soak', order: soakOrder(peakPerSecond, soakMs, approach), report: null });
  }
  return rehearsals;
}

function lessOne(ratio: number | null): number | null {
  return ratio === null ? null : ratio - 1;
}
