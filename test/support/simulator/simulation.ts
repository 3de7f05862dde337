/**
 * A system under test in virtual time: trials of a search run against it in milliseconds, and come out as real trials
 * with real recordings.
 */

import { InternalError } from '../../../src/core/errors.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { trialPlan } from '../../../src/plan/trial-plan.ts';
import type { Search } from '../../../src/verdict/search.ts';
import type { Trial, TrialOrder } from '../../../src/verdict/trial.ts';
import { SimulatedServer } from './server.ts';
import type { ServerModel } from './server-model.ts';
import { type SimulatedGenerator, TrialRun } from './trial-run.ts';

/** Time between two trials, ms: workers are started and torn down. */
const GAP_MS = 500;

/** Most trials of a search: one that asks for more will never end. */
const TRIALS_MAX = 500;

/** What is simulated. */
export interface SimulationOptions {
  /** The user's plan; an open loop. */
  readonly plan: Plan;
  readonly server: ServerModel;
  readonly generator?: SimulatedGenerator;
  /** Default: on. */
  readonly breaker?: boolean;
  /** Default 500. */
  readonly gapMs?: number;
}

/** A server, a generator, and their clock. */
export interface Simulation {
  readonly clock: { nowMs(): number };
  readonly server: SimulatedServer;
  /** Attempts sent so far, warm-up included. */
  readonly requests: number;
  /** Runs a trial and moves the clock to the end of the gap behind it. @param number from 1 */
  runTrial(order: TrialOrder, number: number): Trial;
}

/**
 * A fresh system. Its server lives on from trial to trial: what it still has to do, it does in the gap; leaks, collapse,
 * workers and tokens stay as they are.
 */
export function createSimulation(options: SimulationOptions): Simulation {
  const server = new SimulatedServer({ seed: options.plan.seed, ...options.server });
  const generator = options.generator ?? {};
  const breaker = options.breaker ?? true;
  let nowMs = 0;
  let requests = 0;
  return {
    server,
    clock: { nowMs: () => nowMs },
    get requests() {
      return requests;
    },
    runTrial: (order, number) => {
      const plan = trialPlan(options.plan, order, number);
      const { load } = plan;
      if (load.kind === 'closed') throw new InternalError('a closed loop has no trials');
      const settings = { plan, load, order, server, generator, breaker, startMs: nowMs, firstId: requests };
      const run = new TrialRun(settings);
      const trial = run.run();
      requests = run.nextId;
      nowMs = trial.endedMs + (options.gapMs ?? GAP_MS);
      server.advance(nowMs);
      return trial;
    },
  };
}

/**
 * Drives a search to its end on a simulation's clock, and returns it.
 *
 * @throws InternalError when it asks for more than 500 trials
 */
export function runSearch<T extends Search>(search: T, simulation: Simulation): T {
  let number = 0;
  const next = (): TrialOrder | null => search.next(simulation.clock.nowMs());
  for (let order = next(); order !== null; order = next()) {
    number += 1;
    if (number > TRIALS_MAX) throw new InternalError(`a search asked for more than ${TRIALS_MAX} trials`);
    search.add(simulation.runTrial(order, number));
  }
  return search;
}
