/** Where the runs of a plan changed: by commit and time. */

import type { StoredRun } from '../../history/row.ts';
import { CHANGE_RUNS, type HistoryChange } from '../../report/history/model.ts';
import { type ChangePoint, changePoints } from '../../stats/changes/change-points.ts';
import { withoutOutliers } from '../../stats/changes/outliers.ts';

/** Smaller changes than this are nobody's concern: a share of the level. */
const MAGNITUDE_MIN = 0.05;

/** And of error ratios a difference, which a share of nearly nothing is not. */
const ERRORS_MIN = 0.001;

const INDICATORS: readonly (readonly [HistoryChange['indicator'], (run: StoredRun) => number | null])[] = [
  ['p50', ({ p50Ms }) => p50Ms],
  ['p99', ({ p99Ms }) => p99Ms],
  ['errors', ({ errorRatio }) => errorRatio],
];

/**
 * The changes of p50, p99 and the error ratio, oldest first. A run that is far off its neighbours makes none, nor does a
 * machine that is busier for some runs.
 *
 * @param runs of one plan and class of machine, oldest first
 */
export function changesOf(runs: readonly StoredRun[]): HistoryChange[] {
  const found = INDICATORS.flatMap(([indicator, valueOf]) => {
    const known = runs.flatMap((run) => {
      const value = valueOf(run);
      return value === null ? [] : [{ run, value }];
    });
    const values = withoutOutliers(known.map(({ value }) => value));
    return changePoints(values, { magnitude: MAGNITUDE_MIN, mayDrift: true }).flatMap((change) => {
      const run = known[change.index]?.run;
      return run === undefined || !isWorthTelling(indicator, change)
        ? []
        : [changeOf(indicator, change, run)];
    });
  });
  return found.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : 0));
}

function isWorthTelling(indicator: HistoryChange['indicator'], { before, after }: ChangePoint): boolean {
  if (Math.min(before.count, after.count) < CHANGE_RUNS) return false;
  return indicator !== 'errors' || Math.abs(after.mean - before.mean) >= ERRORS_MIN;
}

function changeOf(
  indicator: HistoryChange['indicator'],
  { before, after, probability }: ChangePoint,
  { runId, startedAt, git }: StoredRun,
): HistoryChange {
  return {
    indicator,
    runId,
    startedAt,
    commit: git?.commit ?? null,
    from: before.mean,
    to: after.mean,
    ratio: before.mean === 0 ? null : after.mean / before.mean,
    probability,
    runsBefore: before.count,
    runsAfter: after.count,
  };
}
