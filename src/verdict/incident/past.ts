/** The runs up to now, the present one among them. */

import type { CanaryRun, PastRuns } from '../canary/run.ts';
import type { ToldSpan } from './incident.ts';
import { spendsBudget } from './spent.ts';

/** Runs that count, and those of them that take from the error budget. */
export interface RunCounts {
  readonly runs: number;
  readonly bad: number;
}

/** What is known at the time of a run. What a stepped clock put into its future is not. */
export interface Known {
  readonly nowMs: number;
  /** Runs are kept that began later than now. */
  readonly hasFuture: boolean;
  /** Over the so many ms up to now, or up to a moment before, but for those in the spans, which come by their beginning. */
  readonly count: (
    windowMs: number,
    but?: { readonly without?: readonly ToldSpan[]; readonly atMs?: number },
  ) => RunCounts;
  /** Runs that count, from a moment on, oldest first. */
  readonly since: (fromMs: number) => readonly CanaryRun[];
}

/** What is known with the present run. */
export function knownAt(run: CanaryRun, past: PastRuns): Known {
  const nowEndMs = run.atMs + 1;
  const isCounted = run.outcome !== 'blind' && !run.isMaintenance;
  const counted = (fromMs: number, toMs: number): RunCounts => {
    if (fromMs >= toMs) return { runs: 0, bad: 0 };
    const { runs, bad } = past.count(fromMs, toMs);
    if (!isCounted || run.atMs < fromMs || run.atMs >= toMs) return { runs, bad };
    return { runs: runs + 1, bad: bad + (spendsBudget(run) ? 1 : 0) };
  };
  return {
    nowMs: run.atMs,
    hasFuture: (past.latest(1)[0]?.atMs ?? -Infinity) > run.atMs,
    count: (windowMs, { without = [], atMs = run.atMs } = {}) => {
      const endMs = atMs + 1;
      let { runs, bad } = counted(endMs - windowMs, endMs);
      let fromMs = endMs - windowMs;
      for (const span of without) {
        const told = counted(Math.max(fromMs, span.fromMs), Math.min(endMs, span.toMs + 1));
        runs -= told.runs;
        bad -= told.bad;
        fromMs = Math.max(fromMs, span.toMs + 1);
      }
      return { runs, bad };
    },
    since: (fromMs) => [...past.between(fromMs, nowEndMs), ...(isCounted ? [run] : [])],
  };
}
