/** The history as a report: runs by plan and class of machine, their baselines, and where they changed. */

import type { StoredRun } from '../../history/row.ts';
import type { HistoryStore, Span } from '../../history/store.ts';
import type { HistoryReport, HistoryRun, PlanHistory } from '../../report/history/model.ts';
import { keptChecks } from '../canary/keep.ts';
import { changesOf } from './changes.ts';
import { type HistoryPlace, hasHistory, withHistory } from './open.ts';

/** What to list. */
export interface ListWish extends Span {
  /** Part of a plan's file or of a target's address, or the beginning of a plan's hash; null: everything. */
  readonly about: string | null;
  /** Runs to show at most. */
  readonly limit: number;
  readonly withChanges: boolean;
}

/** Runs of a plan that a sparkline shows, and in which changes are looked for. */
const DRAWN = 60;
const SEARCHED = 1000;

/** The report. @throws OutputError when the history cannot be used */
export async function listHistory(place: HistoryPlace, wish: ListWish): Promise<HistoryReport> {
  const { about, since = null, until = null, withChanges } = wish;
  const checks = (await keptChecks(place)).filter(({ check }) => about === null || check.includes(about));
  const common = {
    schema: 'headroom.history/1',
    folder: place.folder,
    filter: about,
    since,
    until,
    withChanges,
    canaries: checks.length,
  } as const;
  if (!hasHistory(place)) return { ...common, kept: 0, plans: [] };
  return withHistory(place, (store) => ({ ...common, kept: store.count(), plans: plansOf(store, wish) }));
}

function plansOf(store: HistoryStore, { about, limit, withChanges, ...span }: ListWish): PlanHistory[] {
  const groups = new Map<string, StoredRun[]>();
  for (const run of store.list({ ...span, ...(about === null ? {} : { about }), limit })) {
    const key = `${run.planHash} ${run.generator}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].flatMap((runs) => planOf(store, runs, { ...span, withChanges }));
}

function planOf(
  store: HistoryStore,
  shown: readonly StoredRun[],
  { withChanges, ...span }: Span & Pick<ListWish, 'withChanges'>,
): PlanHistory[] {
  const [newest] = shown;
  if (newest === undefined) return [];
  const { planHash, generator } = newest;
  const all = store
    .list({ ...span, planHash, limit: withChanges ? SEARCHED : DRAWN * 4 })
    .filter((run) => run.generator === generator);
  const whole = all
    .filter(({ command, exitCode }) => command === newest.command && exitCode < 128)
    .toReversed();
  const baseline = new Set(store.baseline(newest).runs.map(({ runId }) => runId));
  return [
    {
      planHash,
      name: newest.planFile ?? newest.origins,
      generator: newest.generatorText,
      p99Ms: whole.slice(-DRAWN).map(({ p99Ms }) => p99Ms),
      runs: shown.map((run) => historyRun(run, baseline)),
      ...(withChanges ? { changes: changesOf(whole), searched: whole.length } : {}),
    },
  ];
}

function historyRun(run: StoredRun, baseline: ReadonlySet<string>): HistoryRun {
  const { runId, command, startedAt, durationMs, verdict, exitCode, git, unfit } = run;
  const { ratePerSecond, p50Ms, p99Ms, errorRatio } = run;
  const isBaseline = baseline.has(runId);
  const facts = { runId, command, startedAt, durationMs, verdict, exitCode, git };
  return { ...facts, ratePerSecond, p50Ms, p99Ms, errorRatio, isBaseline, unfit };
}
