/** A trial cut into slices of time, each with what it counted of the objectives. */

import type { Plan } from '../../plan/plan.ts';
import type { Recording } from '../../record/recording.ts';
import { addCoarse, COARSE_LENGTH, coarseMs, type Window } from '../../record/window.ts';
import { claimOf, isShare } from '../objective/evidence.ts';

/** Attempts of an objective in a slice, and those that count against it. */
export interface SliceCount {
  readonly count: number;
  readonly bad: number;
}

/** Counts of one objective about a share of attempts, slice by slice. */
export interface SlicedObjective {
  readonly text: string;
  /** Fraction of attempts that must not be bad, in (0, 1). */
  readonly q: number;
  readonly slices: readonly SliceCount[];
}

/** What is cut. */
export interface Cut {
  readonly recording: Recording;
  /** Windows in a slice, and slices in all. */
  readonly width: number;
  readonly slices: number;
}

/** The objectives that can be judged slice by slice. Attempts stand where they were due. */
export function sliceObjectives({ objectives }: Plan, cut: Cut): SlicedObjective[] {
  const groups = groupsOf(cut);
  return objectives.flatMap((objective, index) => {
    if (!isShare(objective)) return [];
    const { q } = claimOf(objective, { count: 0, exceeded: 0, pending: 0 });
    if (q <= 0 || q >= 1) return [];
    const slices = groups.map((windows) => {
      const sum = { count: 0, exceeded: 0, pending: 0 };
      for (const { exceedances } of windows) {
        sum.count += exceedances[index]?.count ?? 0;
        sum.exceeded += exceedances[index]?.exceeded ?? 0;
      }
      const { count, bad } = claimOf(objective, sum);
      return { count, bad };
    });
    return [{ text: objective.text, q, slices }];
  });
}

/** Median response time of the successes of each slice, ms; null for one with fewer than `least` of them. */
export function sliceMedians(cut: Cut, least: number): (number | null)[] {
  return groupsOf(cut).map((windows) => {
    const sum = new Uint32Array(COARSE_LENGTH);
    for (const { coarse } of windows) addCoarse(sum, coarse);
    return medianOf(sum, least);
  });
}

function groupsOf({ recording, width, slices }: Cut): Window[][] {
  const groups: Window[][] = Array.from({ length: slices }, () => []);
  for (const window of recording.windows()) groups[Math.floor(window.index / width)]?.push(window);
  return groups;
}

/** Within its bucket by the share of its attempts below the middle: buckets are too wide to show a small change. */
function medianOf(coarse: Uint32Array, least: number): number | null {
  const count = coarse.reduce((sum, here) => sum + here, 0);
  if (count < Math.max(1, least)) return null;
  let below = 0;
  const index = coarse.findIndex((here) => {
    if (below + here >= count / 2) return true;
    below += here;
    return false;
  });
  return coarseMs(index + (count / 2 - below) / (coarse[index] ?? 1) - 0.5);
}
