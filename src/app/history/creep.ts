/** A baseline that moves with its runs follows a slow decay down: each run is as good as the few before it. */

import { BASELINE_RUNS } from '../../history/retention.ts';
import type { StoredRun } from '../../history/row.ts';
import { formatDuration, formatIn } from '../../report/format.ts';
import type { Reason } from '../../result/document.ts';
import { median } from '../../stats/trend.ts';

/** Runs that are looked back on. */
export const CREEP_RUNS = 100;

/** Fewer say nothing of the time before the baseline. */
const RUNS_MIN = 4 * BASELINE_RUNS;

/** Code of the note that says so. */
export const BASELINE_CREPT = 'BASELINE_CREPT';

/** What is looked at, and by how much the median must have grown: twice what matters to a comparison. */
const CREEPERS = [
  { name: 'p50', of: ({ p50Ms }: StoredRun) => p50Ms, show: formatDuration, share: 0.1, amount: 0 },
  { name: 'p99', of: ({ p99Ms }: StoredRun) => p99Ms, show: formatDuration, share: 0.2, amount: 0 },
  {
    name: 'errors',
    of: ({ errorRatio }: StoredRun) => errorRatio,
    show: (value: number) => formatIn('ratio', value),
    share: 0,
    amount: 0.01,
  },
] as const;

/**
 * Whether the last five of these runs are worse than the first five: every one of them than each of those, which chance
 * alone does to one series in 252, and by more than matters. @param runs that may be part of a baseline, newest first
 */
export function creepOf(runs: readonly StoredRun[]): Reason | null {
  if (runs.length < RUNS_MIN) return null;
  const [newest, oldest] = [runs.slice(0, BASELINE_RUNS), runs.slice(-BASELINE_RUNS)];
  const found = CREEPERS.flatMap(({ name, of, show, share, amount }) => {
    const now = newest.flatMap((run) => of(run) ?? []);
    const then = oldest.flatMap((run) => of(run) ?? []);
    if (now.length < BASELINE_RUNS || then.length < BASELINE_RUNS) return [];
    const [before, after] = [median(then), median(now)];
    const isApart = Math.min(...now) > Math.max(...then);
    return isApart && after > before * (1 + share) + amount
      ? [`${name} from ${show(before)} to ${show(after)}`]
      : [];
  });
  if (found.length === 0) return null;
  const since = oldest.at(-1)?.startedAt.slice(0, 10) ?? '';
  const text = `The baseline itself got worse in ${runs.length} passing runs since ${since}: ${found.join(', ')}; each was held against the ${BASELINE_RUNS} before it alone. headroom history --changes shows when, headroom baseline set pins the one that counts.`;
  return { code: BASELINE_CREPT, text };
}
