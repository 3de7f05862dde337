/** What `headroom fleet` answers: document `headroom.fleet/1`; its JSON form is itself. */

import type { Reason, Status } from '../../result/document.ts';
import type { LostAnswer } from '../../verdict/fleet/lost.ts';
import type { FleetRow, FleetState } from '../../verdict/fleet/row.ts';

/** One look at a fleet. Names and evidence are safe to show. */
export interface FleetReport {
  readonly schema: 'headroom.fleet/1';
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Share of a resource from which on a server is near its limit. */
  readonly near: number;
  readonly counts: Readonly<Record<FleetState, number>>;
  /** All of them: by state in the order down, saturated, near, outlier, low-observability, ok; then hottest first. */
  readonly servers: readonly FleetRow[];
  /** Who breaks when the server that carries most is lost; null when the loads of fewer than two are known. */
  readonly lost: Omit<LostAnswer, 'after'> | null;
  readonly verdict: { readonly status: Status; readonly reasons: readonly Reason[] };
  readonly exitCode: number;
}
