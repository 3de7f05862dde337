/** What a server showed over the whole of the measured part, resource by resource. */

import {
  RESOURCE_UNITS,
  RESOURCES,
  type Resource,
  type SignalState,
  type SignalUnit,
  type Tier,
} from '../../core/server/signal.ts';
import { lastingState, type Moment, mean, signalsOf, tellingOf } from './moments.ts';

/** One resource over the measured part. */
export interface ResourceSummary {
  readonly resource: Resource;
  readonly tier: Tier;
  readonly unit: SignalUnit;
  readonly mean: number;
  readonly max: number;
  /** Of the time of the highest rate, or at the end where it fills up with time; 1: all of it; null where no limit is known. */
  readonly utilization: number | null;
  /** The worst that lasted, in the whole time or in that of the highest rate, or at the end where it fills up with time. */
  readonly state: SignalState;
  /** Of the look that showed most of it. */
  readonly evidence: string;
}

/** The resources that somebody told of, in the order in which reports list them. Means count each look by its length. */
export function summarize(moments: readonly Moment[]): readonly ResourceSummary[] {
  return RESOURCES.flatMap((resource) => {
    const signals = signalsOf(moments, resource);
    const most = signals.toSorted((a, b) => b.value - a.value)[0];
    if (most === undefined) return [];
    const top = tellingOf(moments, resource);
    const shares = top.map(({ utilization }) => utilization);
    // One drop of a connection is a fact, however short it was.
    const isEvent = RESOURCE_UNITS[resource] === 'per-second' && most.value > 0;
    return [
      {
        resource,
        tier: signals.some(({ tier }) => tier === 'reported') ? 'reported' : 'pressure',
        unit: RESOURCE_UNITS[resource],
        mean: meanValue(moments, resource),
        max: most.value,
        utilization: mean(shares.filter((share) => share !== null)),
        state: isEvent ? most.state : lastingState(signals, top),
        evidence: most.evidence,
      },
    ];
  });
}

function meanValue(moments: readonly Moment[], resource: Resource): number {
  let [sum, weight] = [0, 0];
  for (const { look } of moments) {
    const found = look.signals.find((signal) => signal.resource === resource);
    if (found === undefined) continue;
    const span = Math.max(1, look.spanMs);
    sum += found.value * span;
    weight += span;
  }
  return sum / weight;
}
