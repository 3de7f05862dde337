/** Which resource limits a server, or would first, by what it tells of itself. */

import { RESOURCES, type Resource, type Signal } from '../../core/server/signal.ts';

/**
 * Resources that grow with the load and end it. A server that tells of none of them may be at its limit whatever the
 * rest says: memory half full is no idle processor.
 */
const DECISIVE: ReadonlySet<Resource> = new Set(['cpu', 'run-queue', 'application']);

/** A share of less is near no limit by itself. */
const NEAR_SHARE = 0.8;

/** Resources whose share grows in proportion to the load. */
const PROPORTIONAL: readonly Resource[] = ['application', 'cpu'];

/** The signal that limits, and how hot it is: 1 and more is saturated, `near` and more near. */
export interface Binding {
  readonly signal: Signal;
  readonly heat: number;
}

/** The hottest of the signals that can be held against a limit; null when none can. Ties: see {@link RESOURCES}. */
export function bindingOf(signals: readonly Signal[], near: number): Binding | null {
  const known = signals.flatMap((signal): Binding[] => {
    const heat = heatOf(signal, near);
    return heat === null ? [] : [{ signal, heat }];
  });
  known.sort((a, b) => b.heat - a.heat || placeOf(a.signal) - placeOf(b.signal));
  return known[0] ?? null;
}

function placeOf({ resource }: Signal): number {
  return RESOURCES.indexOf(resource);
}

/** The share that is taken, at least what the state says; null when nothing is known of a limit. */
function heatOf({ utilization, state }: Signal, near: number): number | null {
  if (state === 'saturated') return Math.max(1, utilization ?? 1);
  // Short for another reason than its share, such as tasks that wait or a quota that holds them back.
  if (state === 'near' && (utilization ?? 0) < NEAR_SHARE) return Math.max(near, utilization ?? 0);
  if (state === 'unknown' && utilization === null) return null;
  return utilization ?? 0;
}

/** True when the signals would show a server that is at its limit for want of processor, or says so itself. */
export function isTelling(signals: readonly Signal[]): boolean {
  return signals.some(
    ({ resource, state, utilization }) =>
      DECISIVE.has(resource) && (state !== 'unknown' || utilization !== null),
  );
}

/** True of a resource whose share grows in proportion to the load. */
export function isProportional(resource: Resource | 'latency' | null): boolean {
  return PROPORTIONAL.some((each) => each === resource);
}

/** The highest share of a resource that grows in proportion to the load; null when none is told. */
export function loadShare(signals: readonly Signal[]): number | null {
  const shares = signals.flatMap(({ resource, utilization }) =>
    PROPORTIONAL.includes(resource) && utilization !== null ? [utilization] : [],
  );
  return shares.length === 0 ? null : Math.max(...shares);
}
