/** Servers held against each other: who answers much slower than the rest, when nothing else is known. */

import { median } from '../../stats/trend.ts';
import type { LatencyFacts, ServerFacts } from './facts.ts';

/** Fewer than this many others, or answers of each, say nothing. */
const LEAST_PEERS = 3;
const LEAST_ANSWERS = 30;

/** Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (1993): a modified z-score beyond it is an outlier. */
const OUTLIER_SCORE = 3.5;

/** A fleet whose medians are closer together than this share of them is taken to be as far apart: 2 % slower is no news. */
const LEAST_SPREAD = 0.05;

/** Turns a median absolute deviation into a standard deviation of a normal law. */
const NORMAL = 1.4826;

/** One server among its peers. */
export interface PeerView {
  /** Standard deviations slower than the median server. */
  readonly score: number;
  /** Its median over that of the fleet. */
  readonly ratio: number;
  readonly fleetMs: number;
  readonly peers: number;
  readonly isOutlier: boolean;
}

/** Views by the server's name, of those with enough answers among enough peers that were asked for the same path. */
export function peerViews(servers: readonly ServerFacts[]): ReadonlyMap<string, PeerView> {
  const views = new Map<string, PeerView>();
  for (const group of groupsOf(servers).values()) {
    if (group.length <= LEAST_PEERS) continue;
    const medians = group.map(({ medianMs }) => medianMs);
    const fleetMs = median(medians);
    const deviation = median(medians.map((ms) => Math.abs(ms - fleetMs)));
    const spread = Math.max(NORMAL * deviation, LEAST_SPREAD * fleetMs);
    for (const { name, medianMs, lowMs } of group) {
      const score = spread > 0 ? (medianMs - fleetMs) / spread : 0;
      const isOutlier = score >= OUTLIER_SCORE && lowMs > fleetMs;
      views.set(name, { score, ratio: medianMs / fleetMs, fleetMs, peers: group.length - 1, isOutlier });
    }
  }
  return views;
}

interface Peer {
  readonly name: string;
  readonly medianMs: number;
  readonly lowMs: number;
}

function groupsOf(servers: readonly ServerFacts[]): ReadonlyMap<string, Peer[]> {
  const groups = new Map<string, Peer[]>();
  for (const { name, latency } of servers) {
    if (latency === null || !isComparable(latency)) continue;
    const { medianMs, lowMs } = latency.response ?? { medianMs: 0, lowMs: 0 };
    groups.set(latency.path, [...(groups.get(latency.path) ?? []), { name, medianMs, lowMs }]);
  }
  return groups;
}

function isComparable({ response }: LatencyFacts): boolean {
  return response !== null && response.count >= LEAST_ANSWERS && response.medianMs > 0;
}
