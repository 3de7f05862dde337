/** What is said of a fleet, server by server. */

import type { Resource } from '../../core/server/signal.ts';

/** The states, in the order in which servers are listed: what needs somebody first, what is known to be fine last. */
export const FLEET_STATES = ['down', 'saturated', 'near', 'outlier', 'low-observability', 'ok'] as const;

/**
 * `down`: nothing answers, or nothing but errors; `saturated`: at its limit; `near`: at or beyond the threshold, or held
 * up before it; `outlier`: much slower than its peers or than itself, or failing, for a reason that no signal names;
 * `low-observability`: what is known cannot tell; `ok`: shown to be below the threshold.
 */
export type FleetState = (typeof FLEET_STATES)[number];

/** What a state rests on, the most direct evidence first. `peers`: held against the other servers. */
export const FLEET_TIERS = ['reported', 'pressure', 'latency', 'peers', 'none'] as const;

/** A member of {@link FLEET_TIERS}. */
export type FleetTier = (typeof FLEET_TIERS)[number];

/** A share of what there is, 1: all of it; `low` and `high` are the value itself where it is no interval. */
export interface Utilization {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Requests per second that are left. */
export interface Room {
  readonly perSecond: number;
  readonly capacityPerSecond: number;
  /** `history`: a capacity search held it; `estimate`: rate over utilisation, which takes the two to be in proportion. */
  readonly source: 'history' | 'estimate';
}

/** One server. */
export interface FleetRow {
  readonly server: string;
  readonly state: FleetState;
  readonly tier: FleetTier;
  /** What limits it, or would first; null where that is not known. */
  readonly binding: Resource | 'latency' | null;
  /** Of the binding resource; null where no share is known. */
  readonly utilization: Utilization | null;
  /** A sentence. */
  readonly evidence: string;
  readonly ageMs: number | null;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly ratePerSecond: number | null;
  /** Null where it is not known; never told of a server that is down or says nothing. */
  readonly room: Room | null;
}
