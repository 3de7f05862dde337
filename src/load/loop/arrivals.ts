/** How arrivals are divided, among targets and among workers: by calculation, so that every worker and machine agrees. */

import { STREAM, uniformAt } from '../../core/random.ts';
import type { Plan } from '../../plan/plan.ts';

/** Picks a target's index for arrival i, in proportion to the weights. */
export type PickTarget = (index: number) => number;

/** The plan's weighted choice of target. */
export function targetPicker(plan: Plan): PickTarget {
  const { seed, targets } = plan;
  if (targets.length === 1) return () => 0;
  const total = targets.reduce((sum, target) => sum + target.weight, 0);
  let below = 0;
  const bounds = targets.map((target) => {
    below += target.weight / total;
    return below;
  });
  return (index) => {
    const at = uniformAt(seed, STREAM.target, index);
    const found = bounds.findIndex((bound) => at < bound);
    return found === -1 ? targets.length - 1 : found;
  };
}

/** This segment's part of a whole number of things: the parts add up to it. */
export function shareOf(whole: number, segment: { readonly index: number; readonly count: number }): number {
  return Math.floor(whole / segment.count) + (segment.index < whole % segment.count ? 1 : 0);
}
