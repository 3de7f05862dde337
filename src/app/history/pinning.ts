/** Baselines shown, chosen and cleared by hand. */

import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { baselineFacts } from '../../history/baseline.ts';
import { unfitFor } from '../../history/promotion.ts';
import type { StoredRun } from '../../history/row.ts';
import type { HistoryStore } from '../../history/store.ts';
import type { BaselineReport } from '../../report/history/model.ts';
import type { ResultDocument } from '../../result/document.ts';
import { findRuns } from './find.ts';
import { type HistoryPlace, hasHistory, withHistory } from './open.ts';
import { readBaseline } from './past.ts';

const NO_RUNS = { hint: 'headroom run keeps its results there, unless --no-history is given' };

/** The baseline of the plan that is meant: of the newest run that matches. @param about see ListWish; null: any */
export function showBaseline(place: HistoryPlace, about: string | null): Promise<BaselineReport> {
  return onLineage(place, about, (store, newest) => reportOf(store, newest, 'shown'));
}

/** Lets the last passing runs be the baseline again. */
export function clearBaseline(place: HistoryPlace, about: string | null): Promise<BaselineReport> {
  return onLineage(place, about, (store, newest) => {
    store.unpin(newest);
    return reportOf(store, newest, 'cleared');
  });
}

async function onLineage(
  place: HistoryPlace,
  about: string | null,
  act: (store: HistoryStore, newest: StoredRun) => BaselineReport,
): Promise<BaselineReport> {
  if (!hasHistory(place)) throw new UsageError('the history is empty', NO_RUNS);
  return withHistory(place, (store) => {
    const [newest] = store.list(about === null ? { limit: 1 } : { about, limit: 1 });
    if (newest === undefined)
      throw new UsageError(
        about === null ? 'the history is empty' : `no run of ${safeText(about)} is kept`,
        NO_RUNS,
      );
    return act(store, newest);
  });
}

/** What is to be the baseline: the name of a stored run, or a result that was read from a file. */
export type Chosen = { readonly name: string } | { readonly result: ResultDocument };

/**
 * Makes the runs the baseline of their plan and class of machines, until it is cleared.
 *
 * @throws UsageError when a name means none, when one is not fit, or when they are not of one plan and class
 */
export async function setBaseline(place: HistoryPlace, chosen: readonly Chosen[]): Promise<BaselineReport> {
  if (!chosen.some((each) => 'result' in each) && !hasHistory(place)) {
    throw new UsageError('the history is empty', NO_RUNS);
  }
  for (const each of chosen) if ('result' in each) refuseUnfit(each.result);
  return withHistory(place, (store) => {
    const runs = chosen.flatMap((each) =>
      'name' in each ? findRuns(each.name, store) : importRun(store, each.result),
    );
    const [first] = runs;
    if (first === undefined) throw new UsageError('no run was named', { hint: 'name one, or latest' });
    for (const run of runs) refuseStranger(run, first);
    for (const { runId, verdict, unfit } of runs) {
      if (verdict === 'fail')
        throw new UsageError(`the run ${runId} is no baseline: ${unfit ?? 'it failed'}`, FIT);
    }
    store.pin(runs);
    return reportOf(store, first, 'set');
  });
}

const FIT = {
  hint: 'a baseline is how things should be: choose a run of headroom run that came to its end and did not fail',
};

/** A stopped run, or a search, says nothing of a usual run; an inconclusive one may be chosen by hand. */
function refuseUnfit(result: ResultDocument): void {
  const unfit = unfitFor(result);
  const isHopeless = result.command !== 'run' || result.stopped !== null || result.verdict.status === 'fail';
  if (isHopeless)
    throw new UsageError(`the run ${safeText(result.runId)} is no baseline: ${unfit ?? ''}`, FIT);
}

function importRun(store: HistoryStore, result: ResultDocument): StoredRun[] {
  store.record(result);
  return store.find({ kind: 'id', prefix: result.runId }).filter(({ runId }) => runId === result.runId);
}

function refuseStranger(run: StoredRun, first: StoredRun): void {
  if (run.command !== 'run' || run.exitCode >= 128) {
    throw new UsageError(`the run ${run.runId} is no baseline: ${run.unfit ?? 'it was stopped'}`, FIT);
  }
  if (run.planHash === first.planHash && run.generator === first.generator) return;
  const what = run.planHash === first.planHash ? 'on another kind of machine' : 'of another plan';
  throw new UsageError(`the run ${run.runId} is ${what} than ${first.runId}`, {
    hint: 'a baseline is of one plan on one kind of machine: choose such runs',
  });
}

function reportOf(store: HistoryStore, run: StoredRun, did: BaselineReport['did']): BaselineReport {
  const { source, results } = readBaseline(store, run);
  return {
    schema: 'headroom.baseline/1',
    did,
    planHash: run.planHash,
    name: run.planFile ?? run.origins,
    generator: run.generatorText,
    baseline: baselineFacts(results, source),
  };
}
