/** Servers as a look might find them. */

import type { Resource, Signal } from '../../../src/core/server/signal.ts';
import {
  type CalmFacts,
  type LatencyFacts,
  middleIn,
  type ServerFacts,
} from '../../../src/verdict/fleet/facts.ts';

/** A server that answers and tells nothing, unless told otherwise. */
export function server(name: string, more: Partial<ServerFacts> = {}): ServerFacts {
  return {
    name,
    reach: { isAlive: true, failure: null },
    signals: [],
    ageMs: null,
    trouble: null,
    latency: null,
    ratePerSecond: null,
    errorsPerSecond: null,
    capacityPerSecond: null,
    ...more,
  };
}

/** A share of a resource that a server tells of. */
export function signal(resource: Resource, utilization: number | null, more: Partial<Signal> = {}): Signal {
  const state = utilization === null ? 'unknown' : utilization >= 0.8 ? 'near' : 'ok';
  return {
    resource,
    tier: 'reported',
    value: utilization ?? 0,
    utilization,
    state,
    evidence: 'test',
    ...more,
  };
}

/** A server that tells its cpu. */
export function busy(name: string, cpu: number, more: Partial<ServerFacts> = {}): ServerFacts {
  return server(name, { signals: [signal('cpu', cpu)], ageMs: 0, ...more });
}

/** Answers of these times. */
export function answered(valuesMs: readonly number[], more: Partial<LatencyFacts> = {}): LatencyFacts {
  return {
    path: '/',
    sent: valuesMs.length,
    broken: 0,
    refused: 0,
    limited: 0,
    errors: 0,
    response: middleIn(valuesMs),
    connectMs: null,
    spanMs: 60_000,
    lagMs: 0,
    calm: null,
    ...more,
  };
}

/** A calm moment that is known to be one. */
export function calmOf(valuesMs: readonly number[]): CalmFacts {
  const response = middleIn(valuesMs);
  if (response === null) throw new Error('a calm moment needs answers');
  return { response, looks: 20, coveredMs: 3 * 86_400_000 };
}

/** So many answers of the same time. */
export function same(ms: number, count: number): number[] {
  return Array.from({ length: count }, () => ms);
}
