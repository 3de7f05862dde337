/** How many more requests per second a server can take. */

import { loadShare } from './binding.ts';
import type { ServerFacts } from './facts.ts';
import type { Room } from './row.ts';

/** A share of less says too little of the whole to be scaled up. */
const LEAST_SHARE = 0.1;

/** What an estimate of a capacity rests on. */
export interface Load {
  readonly ratePerSecond: number;
  /** Failed requests among them. */
  readonly errorsPerSecond: number;
  /** Share of the resource that grows with the load, > 0. */
  readonly utilization: number;
}

/**
 * Rate at which a server would be full, per second: rate over utilisation, errors counted as load on top of it. gRFC A58
 * (grpc/proposal, weighted round robin): qps / (utilization + eps / qps * penalty).
 */
export function estimatedCapacity(
  { ratePerSecond, errorsPerSecond, utilization }: Load,
  penalty = 1,
): number {
  return ratePerSecond / (utilization + (errorsPerSecond / ratePerSecond) * penalty);
}

/**
 * Known capacity less the current rate, 0 when that is more; without a known one, the estimate of
 * {@link estimatedCapacity}. Null when the rate is not known, or too little of the server is used for an estimate.
 */
export function roomOf(facts: ServerFacts): Room | null {
  const { ratePerSecond, capacityPerSecond } = facts;
  if (ratePerSecond === null) return null;
  if (capacityPerSecond !== null) return roomTo(capacityPerSecond, ratePerSecond, 'history');
  const utilization = loadShare(facts.signals);
  if (utilization === null || utilization < LEAST_SHARE || ratePerSecond <= 0) return null;
  const errorsPerSecond = facts.errorsPerSecond ?? 0;
  return roomTo(
    estimatedCapacity({ ratePerSecond, errorsPerSecond, utilization }),
    ratePerSecond,
    'estimate',
  );
}

function roomTo(capacityPerSecond: number, ratePerSecond: number, source: Room['source']): Room {
  return { perSecond: Math.max(0, capacityPerSecond - ratePerSecond), capacityPerSecond, source };
}
