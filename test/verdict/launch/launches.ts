/** Launch questions put to simulated servers. */

import type { LaunchQuestion, Plan } from '../../../src/plan/plan.ts';
import { RateBook } from '../../../src/verdict/capacity/rate-book.ts';
import type { RateLabel } from '../../../src/verdict/capacity/report.ts';
import type { LaunchFacts } from '../../../src/verdict/launch/answer.ts';
import { type LaunchOptions, LaunchSearch } from '../../../src/verdict/launch/launch-search.ts';
import { askedRates } from '../../../src/verdict/launch/questions.ts';
import type { LaunchReport } from '../../../src/verdict/launch/report.ts';
import { flatDelay, mdc } from '../../support/simulator/servers.ts';
import { createSimulation, runSearch, type SimulationOptions } from '../../support/simulator/simulation.ts';
import { planOf } from '../measured.ts';

/** A peak with a margin, and no zones. */
export function question(peakPerSecond: number, overrides: Partial<LaunchQuestion> = {}): LaunchQuestion {
  return { peakPerSecond, marginRatio: 0.3, zones: 1, lose: 0, users: null, ...overrides };
}

/** Nothing but the rates, without a budget. */
export const OPTIONS: LaunchOptions = {
  surgeMs: null,
  soakMs: null,
  budgetMs: null,
  bracket: false,
  maxPerSecond: null,
};

/** A question, what it is put to, and how. */
export interface Asked extends Partial<LaunchOptions> {
  readonly question: LaunchQuestion;
  readonly system: Pick<SimulationOptions, 'server'> & Partial<SimulationOptions>;
  readonly seed?: number;
}

export const OBJECTIVES = ['p99 < 250ms', 'errors < 1%'] as const;

/** The plan of a seed; server and traffic both depend on it. */
export function seededPlan(seed: number, objectives: readonly string[] = OBJECTIVES): Plan {
  return planOf(objectives, { seed });
}

/** Runs a launch search in virtual time to its end. */
export function ask({ question: asked, system, seed = 1, ...options }: Asked): LaunchSearch {
  const plan = system.plan ?? seededPlan(seed);
  const simulation = createSimulation({ ...system, plan, server: { ...system.server, seed } });
  return runSearch(new LaunchSearch(plan, asked, { ...OPTIONS, ...options }), simulation);
}

/** The codes of the reasons of a report. */
export function codes({ reasons }: LaunchReport): string[] {
  return reasons.map(({ code }) => code);
}

/** What the trials of a search were for, in their order. */
export function purposes({ book }: LaunchSearch): string[] {
  return book.trials.map(({ purpose }) => purpose);
}

const SECONDS: Readonly<Record<RateLabel, number>> = { held: 20, broken: 20, undecided: 1 };

/** A book in which trials have shown these labels. */
export function bookOf(labels: readonly (readonly [rate: number, label: RateLabel])[]): RateBook {
  const plan = seededPlan(1);
  const book = new RateBook(plan);
  for (const [ratePerSecond, label] of labels) {
    const server = label === 'broken' ? flatDelay(0.5) : mdc(50, 2);
    const simulation = createSimulation({ plan, server, breaker: false });
    const durationMs = SECONDS[label] * 1000;
    const pool = book.add(
      simulation.runTrial({ purpose: 'question', ratePerSecond, durationMs, approach: [] }, 1),
    );
    if (pool.label !== label) throw new Error(`${ratePerSecond}/s is ${pool.label}, not ${label}`);
  }
  return book;
}

/** What such a book makes known of a question. */
export function factsOf(asked: LaunchQuestion, book: RateBook, more: Partial<LaunchFacts> = {}): LaunchFacts {
  const { held, broke } = book.bounds();
  const nothing = { hasHeld: false, collapse: null, unreachable: null, aftermath: null, rehearsals: [] };
  return { asked: askedRates(asked), held, broke, ...nothing, ...more };
}
