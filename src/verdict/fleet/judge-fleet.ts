/** A fleet: which servers run near their limit, in order, and what becomes of the others when one is lost. */

import { formatRatio } from '../../core/units.ts';
import { loadShare } from './binding.ts';
import type { ServerFacts } from './facts.ts';
import { judgeServer } from './judge-server.ts';
import { type Carrier, type LostAnswer, whenLost } from './lost.ts';
import { type PeerView, peerViews } from './peers.ts';
import { FLEET_STATES, FLEET_TIERS, type FleetRow, type FleetState } from './row.ts';
import type { FleetRules } from './view.ts';

/** What is said of all of them. */
export interface FleetVerdict {
  /** In order: by state, see {@link FLEET_STATES}, then by what is estimated, hottest first. */
  readonly rows: readonly FleetRow[];
  readonly counts: Readonly<Record<FleetState, number>>;
  /** Null when the loads of fewer than two servers are known. */
  readonly lost: LostAnswer | null;
  /** fail: one or more is near, saturated or down; inconclusive: none is, but not all can be told; pass: all are fine. */
  readonly status: 'pass' | 'fail' | 'inconclusive';
  readonly text: string;
}

/** Judges a fleet. */
export function judgeFleet(servers: readonly ServerFacts[], rules: FleetRules): FleetVerdict {
  const peers = peerViews(servers);
  const judged = servers.map((facts) => {
    const view = peers.get(facts.name);
    return { row: judgeServer(facts, rules, view), view };
  });
  const rows = judged.toSorted(inOrder).map(({ row }) => row);
  const counts = countsOf(rows);
  const carriers = carriersOf(servers, rows);
  return {
    rows,
    counts,
    lost: whenLost(carriers, rules.near, servers.length - counts.down - carriers.length),
    status: statusOf(counts),
    text: textOf(counts, rules.near),
  };
}

interface Judged {
  readonly row: FleetRow;
  readonly view: PeerView | undefined;
}

/** By state; then, of those that cannot be told, by kind of evidence; then by estimate; then by name. */
function inOrder(a: Judged, b: Judged): number {
  const states = FLEET_STATES.indexOf(a.row.state) - FLEET_STATES.indexOf(b.row.state);
  if (states !== 0) return states;
  const isTold = a.row.state !== 'low-observability' && a.row.state !== 'outlier';
  const tiers = isTold ? 0 : FLEET_TIERS.indexOf(a.row.tier) - FLEET_TIERS.indexOf(b.row.tier);
  if (tiers !== 0) return tiers;
  return estimateOf(b) - estimateOf(a) || byName(a.row, b.row);
}

function byName(a: FleetRow, b: FleetRow): number {
  return a.server < b.server ? -1 : 1;
}

/** What a server is placed by within its tier: a share, else how far it stands out. */
function estimateOf({ row, view }: Judged): number {
  return row.utilization?.value ?? view?.score ?? 0;
}

function countsOf(rows: readonly FleetRow[]): Record<FleetState, number> {
  const counts = { down: 0, saturated: 0, near: 0, outlier: 0, 'low-observability': 0, ok: 0 };
  for (const { state } of rows) counts[state] += 1;
  return counts;
}

/** Those that answer and whose load is known. */
function carriersOf(servers: readonly ServerFacts[], rows: readonly FleetRow[]): Carrier[] {
  const down = new Set(rows.filter(({ state }) => state === 'down').map(({ server }) => server));
  return servers.flatMap(({ name, signals, ratePerSecond }): Carrier[] => {
    const utilization = down.has(name) ? null : loadShare(signals);
    return utilization === null ? [] : [{ server: name, utilization, ratePerSecond }];
  });
}

function statusOf({
  down,
  saturated,
  near,
  ok,
  ...open
}: Record<FleetState, number>): FleetVerdict['status'] {
  if (down + saturated + near > 0) return 'fail';
  return open.outlier + open['low-observability'] > 0 || ok === 0 ? 'inconclusive' : 'pass';
}

function textOf(counts: Record<FleetState, number>, near: number): string {
  const servers = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const hot = counts.near + counts.saturated;
  const open = counts.outlier + counts['low-observability'];
  const head =
    hot > 0
      ? `${hot} of ${plural(servers)} at or beyond ${formatRatio(near)} of capacity`
      : open === 0
        ? `none of ${plural(servers)} at or beyond ${formatRatio(near)} of capacity`
        : `none of ${plural(servers)} is shown to be at or beyond ${formatRatio(near)} of capacity`;
  const parts = [
    head,
    ...(counts.down > 0 ? [`${counts.down} down`] : []),
    ...(open > 0 ? [`${open} that cannot be told`] : []),
  ];
  return parts.join(', ');
}

function plural(servers: number): string {
  return servers === 1 ? '1 server' : `${servers} servers`;
}
