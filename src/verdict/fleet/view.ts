/** What the judgement of one server goes by, and what its steps say. */

import type { Binding } from './binding.ts';
import type { Middle, ServerFacts } from './facts.ts';
import type { PeerView } from './peers.ts';
import type { FleetRow, Utilization } from './row.ts';

/** What the judgement of every server goes by. */
export interface FleetRules {
  /** Share of a resource from which on a server is near its limit, in (0, 1]. */
  readonly near: number;
  /** Most requests that a server works on at once, for what only its latency tells; >= 1. */
  readonly workers: number;
}

/** What a step of the judgement says. */
export type Judged = Pick<FleetRow, 'state' | 'tier' | 'evidence' | 'confidence'> &
  Partial<Pick<FleetRow, 'binding' | 'utilization'>>;

/** What is seen of one server, put together. */
export interface View {
  readonly facts: ServerFacts;
  readonly rules: FleetRules;
  readonly peers: PeerView | undefined;
  /** Of signals that are not stale. */
  readonly binding: Binding | null;
  readonly isTelling: boolean;
  /** Null when our own lateness spoils it, and without answers. */
  readonly response: Middle | null;
  /** By latency against a calm moment; null without one. */
  readonly seen: Utilization | null;
}
