/** What a look at a fleet takes from the history, and leaves in it. */

import { OutputError } from '../../core/errors.ts';
import { redactUrl } from '../../core/text.ts';
import type { FleetStore, FleetWindow } from '../../history/fleet/fleet-store.ts';
import type { ServerFacts } from '../../verdict/fleet/facts.ts';
import { type HistoryPlace, hasHistory, withFile } from '../history/open.ts';
import type { FleetServer } from './servers.ts';

/** A server, and what was found out about it. */
export interface Seen {
  /** Null for one that a Prometheus server told of. */
  readonly server: FleetServer | null;
  readonly facts: ServerFacts;
}

/** How long a history that others keep busy is waited for, ms: a look is worth more than its record. */
const PATIENCE_MS = 5_000;

/** Fewer answers have no interval, and are no window to compare with. */
function windowOf({ server, facts }: Seen, atMs: number): FleetWindow[] {
  const response = facts.latency?.response ?? null;
  const place = placeOf(server);
  if (place === null || response === null || response.highMs === null || response.medianMs <= 0) return [];
  return [{ place, atMs, response, ratePerSecond: facts.ratePerSecond }];
}

/** The page that is timed, and the address: only like is compared with like. Null when none is. */
function placeOf(server: FleetServer | null): string | null {
  const page = server?.pages.find(({ kind }) => kind === 'service');
  return page === undefined || server === null
    ? null
    : `${redactUrl(page.url)} ${server.address ?? ''}`.trim();
}

/**
 * The same with calm moments and capacities from the history; without a history, or with trouble, as it was.
 *
 * @param atMs start of the look, Unix time
 */
export async function withPast(
  seen: readonly Seen[],
  atMs: number,
  place: HistoryPlace | null,
): Promise<readonly Seen[]> {
  if (place === null || !hasHistory(place)) return seen;
  const places = new Set(seen.flatMap(({ server }) => placeOf(server) ?? []));
  const past = await used(place, (store) => ({
    calm: store.calm(places),
    capacities: store.capacities(atMs),
  }));
  if (past === null) return seen;
  return seen.map(({ server, facts }) => {
    const origins = server?.origins ?? [];
    const capacity = origins.map((origin) => past.capacities.get(origin)).find((rate) => rate !== undefined);
    const calm = past.calm.get(placeOf(server) ?? '') ?? null;
    const latency = facts.latency === null ? null : { ...facts.latency, calm };
    return { server, facts: { ...facts, latency, capacityPerSecond: capacity ?? null } };
  });
}

/** Keeps how fast the servers answered. @param atMs start of the look, Unix time */
export async function keepWindows(
  seen: readonly Seen[],
  atMs: number,
  place: HistoryPlace | null,
): Promise<void> {
  const windows = seen.flatMap((each) => windowOf(each, atMs));
  if (place !== null && windows.length > 0) await used(place, (store) => store.keep(windows));
}

/** Uses the history; null when that fails, which is a remark and no more. */
async function used<T>(place: HistoryPlace, use: (store: FleetStore) => T): Promise<T | null> {
  const { FleetStore: Store } = await import('../../history/fleet/fleet-store.ts');
  const without = '--no-history does without a history';
  try {
    return await withFile(place, { open: (path) => new Store(path), patienceMs: PATIENCE_MS, without }, use);
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    place.say(error.message);
    return null;
  }
}
