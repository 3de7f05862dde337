import { expect, test } from 'vitest';
import { driveSearch, type TrialRunner } from '../../../src/app/search/drive.ts';
import { Recording } from '../../../src/record/recording.ts';
import { layoutFor } from '../../../src/verdict/objective-scopes.ts';
import type { Search, SearchState } from '../../../src/verdict/search.ts';
import type { Trial, TrialOrder } from '../../../src/verdict/trial.ts';
import type { Stop } from '../../../src/verdict/verdict.ts';
import { atRate, planWith } from '../sample-plan.ts';

function orderAt(ratePerSecond: number): TrialOrder {
  return { purpose: 'climb', ratePerSecond, durationMs: 10_000, approach: [] };
}

function trialOf(order: TrialOrder, sent: number, stopped: Stop | null = null): Trial {
  const plan = planWith({ load: atRate(order.ratePerSecond) });
  const recording = new Recording(layoutFor(plan));
  recording.counts.sent = sent;
  return {
    order,
    measured: { plan, recording, offeredMs: 10_000 },
    generator: {
      askedPeakPerSecond: order.ratePerSecond,
      closedLoop: false,
      workers: 1,
      ceilingPerSecond: null,
      conducts: [],
      suspendedMs: 0,
      deadWorkers: 0,
      throttledMs: null,
      stealRatio: null,
      chosenConnections: null,
      interrupted: false,
    },
    stopped,
    startedMs: 0,
    endedMs: 10_000,
  };
}

/** Orders these rates one after another, for as long as the budget lasts. */
class Listed implements Search {
  readonly added: number[] = [];
  readonly #rates: readonly number[];
  readonly #budgetMs: number;
  constructor(rates: readonly number[], budgetMs = Infinity) {
    this.#rates = rates;
    this.#budgetMs = budgetMs;
  }
  next(nowMs: number): TrialOrder | null {
    const rate = this.#rates[this.added.length];
    return rate === undefined || nowMs >= this.#budgetMs ? null : orderAt(rate);
  }
  add(trial: Trial): void {
    this.added.push(trial.order.ratePerSecond);
  }
  state(nowMs: number): SearchState {
    return {
      doing: 'climbing',
      trials: this.added.length,
      elapsedMs: nowMs,
      leftMs: null,
      heldPerSecond: null,
      brokePerSecond: null,
      recent: [],
    };
  }
}

/** A clock that every trial moves on by ten seconds. */
function tenSecondsEach(): { readonly run: TrialRunner; readonly elapsedMs: () => number } {
  let nowMs = 0;
  return {
    elapsedMs: () => nowMs,
    run: (order) => {
      nowMs += 10_000;
      return Promise.resolve(trialOf(order, 100));
    },
  };
}

test('trials run one after another until the search knows enough', async () => {
  const search = new Listed([10, 20, 40]);
  const { run, elapsedMs } = tenSecondsEach();
  const seen: string[] = [];
  await driveSearch(search, run, {
    elapsedMs,
    isStopped: () => false,
    onOrder: ({ ratePerSecond }, number, state) =>
      seen.push(`${number}: ${ratePerSecond}/s at ${state.elapsedMs} after ${state.trials}`),
    onTrial: (trial, number, state) =>
      seen.push(`${number} took ${trial.endedMs} and is one of ${state.trials}`),
  });
  expect(search.added).toEqual([10, 20, 40]);
  expect(seen).toEqual([
    '1: 10/s at 0 after 0',
    '1 took 10000 and is one of 1',
    '2: 20/s at 10000 after 1',
    '2 took 10000 and is one of 2',
    '3: 40/s at 20000 after 2',
    '3 took 10000 and is one of 3',
  ]);
});

test('the search is told the time of the clock that it is given, so that its budget ends it', async () => {
  const search = new Listed([1, 2, 3, 4, 5], 20_000);
  const { run, elapsedMs } = tenSecondsEach();
  await driveSearch(search, run, { elapsedMs, isStopped: () => false });
  expect(search.added).toEqual([1, 2]);
});

test('a stop ends it before the next trial', async () => {
  const search = new Listed([1, 2, 3]);
  const { run, elapsedMs } = tenSecondsEach();
  await driveSearch(search, run, { elapsedMs, isStopped: () => search.added.length === 2 });
  expect(search.added).toEqual([1, 2]);
});

test.each([
  ['is handed over with what it measured', 7, [10]],
  ['is left out when it measured nothing', 0, []],
] as const)('a trial that a signal stopped %s', async (_, sent, added) => {
  const search = new Listed([10, 20]);
  let stopped = false;
  const interrupted: TrialRunner = (order) => {
    stopped = true;
    return Promise.resolve(trialOf(order, sent, { by: 'signal', text: 'SIGINT was received' }));
  };
  await driveSearch(search, interrupted, { elapsedMs: () => 0, isStopped: () => stopped });
  expect(search.added).toEqual(added);
});

test('what a trial cannot do is thrown, and nothing follows it', async () => {
  const search = new Listed([10, 20]);
  const broken: TrialRunner = () => Promise.reject(new Error('no sockets'));
  await expect(driveSearch(search, broken, { elapsedMs: () => 0, isStopped: () => false })).rejects.toThrow(
    'no sockets',
  );
  expect(search.added).toEqual([]);
});
