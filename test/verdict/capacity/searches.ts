/** Searches of simulated servers, from their first trial to their end. */

import type { CapacityOptions } from '../../../src/verdict/capacity/capacity-search.ts';
import { CapacitySearch } from '../../../src/verdict/capacity/capacity-search.ts';
import type { ServerModel } from '../../support/simulator/server-model.ts';
import type { SimulationOptions } from '../../support/simulator/simulation.ts';
import { createSimulation, runSearch } from '../../support/simulator/simulation.ts';
import { planOf } from '../measured.ts';

/** What is searched, and how; without limits, from 10/s on, with "p99 < 250ms". */
export interface Quest extends Partial<CapacityOptions> {
  readonly server: ServerModel;
  readonly objectives?: readonly string[];
  readonly seed?: number;
  readonly generator?: SimulationOptions['generator'];
}

/** A search that ended. */
export function searchOf({ server, seed = 1, objectives, generator, ...options }: Quest): CapacitySearch {
  const plan = planOf(objectives ?? ['p99 < 250ms'], { seed });
  const simulated = { plan, server: { ...server, seed } };
  const simulation = createSimulation(generator === undefined ? simulated : { ...simulated, generator });
  const all = { startPerSecond: 10, maxPerSecond: null, budgetMs: null, ...options };
  return runSearch(new CapacitySearch(plan, all), simulation);
}

/** How many brackets were what they should be. */
export interface Tallied {
  readonly searches: number;
  /** Neither bound is on the wrong side of the truth. */
  readonly right: number;
  /** Both bounds are known, and no further apart than asked. */
  readonly narrow: number;
  readonly bounded: number;
  /** More than 2 % above the truth was said to hold. */
  readonly boastful: number;
  /** Means per search. */
  readonly trials: number;
  readonly minutes: number;
  readonly requests: number;
}

/** Between 8 and 16 per second, another one for each seed, so that no rate always lies as close to the truth. */
function startFor(seed: number): number {
  return 8 + ((seed * 37) % 80) / 10;
}

/** The same quest with seeds 1 to `searches`, from different starts. */
export function tally(quest: Quest, truthPerSecond: number, searches: number): Tallied {
  const sum = { right: 0, narrow: 0, bounded: 0, boastful: 0, trials: 0, minutes: 0, requests: 0 };
  for (let seed = 1; seed <= searches; seed += 1) {
    const { book, elapsedMs, options } = searchOf({ startPerSecond: startFor(seed), ...quest, seed });
    const { held, broke } = book.bounds();
    const low = held?.ratePerSecond ?? 0;
    const high = broke?.ratePerSecond ?? Infinity;
    if (low <= truthPerSecond && high >= truthPerSecond) sum.right += 1;
    if (held !== null && broke !== null) sum.bounded += 1;
    if ((high - low) / high <= options.precisionRatio * (1 + 1e-9)) sum.narrow += 1;
    if (low > 1.02 * truthPerSecond) sum.boastful += 1;
    sum.trials += book.trials.length / searches;
    sum.minutes += elapsedMs / 60_000 / searches;
    sum.requests += book.requests / searches;
  }
  return { searches, ...sum };
}

/** Searches per statistical test: `HEADROOM_SEEDS` asks for more than are made by default. */
export function seeds(byDefault: number): number {
  const asked = Number(process.env['HEADROOM_SEEDS'] ?? 0);
  return Math.max(byDefault, Number.isInteger(asked) ? asked : 0);
}
