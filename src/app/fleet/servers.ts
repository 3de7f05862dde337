/** From targets to servers: names become addresses, and what is said of one server comes together. */

import { isIP } from 'node:net';
import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { isPublicAddress } from '../../load/dial/public-address.ts';
import { DEFAULTS } from '../../plan/plan.ts';
import type { World } from '../world.ts';
import { Limiter } from './limiter.ts';
import type { FleetTarget, TargetKind } from './target.ts';

/** One page of a server. */
export interface ServerPage {
  readonly url: string;
  readonly kind: TargetKind;
}

/** One server: one address, and the pages that are known of it. */
export interface FleetServer {
  /** Unique in its fleet. */
  readonly name: string;
  /** Where to connect to, whatever host its pages name; null: to the host itself. */
  readonly address: string | null;
  /** Why it cannot be reached at all; null when it may be. */
  readonly failure: string | null;
  readonly pages: readonly ServerPage[];
  /** Under which a capacity of it alone may be kept; a name of many addresses is none of one server. */
  readonly origins: readonly string[];
}

/** How long a name may take, ms. */
const LOOKUP_MS = 5_000;
const LOOKUPS_AT_ONCE = 64;

type Network = Pick<World, 'lookup' | 'clock'>;

/** Every server once, in the order in which they were named. A name with several addresses is as many servers. */
export async function serversOf(targets: readonly FleetTarget[], world: Network): Promise<FleetServer[]> {
  const found = await addressesOf(targets, world);
  const drafts = new Map<string, Draft>();
  const byPlace = new Map<string, string>();
  // Those with a name first: one without it that is at the same place is the same server.
  for (const target of [...targets.filter(isNamed), ...targets.filter((each) => !isNamed(each))]) {
    const url = new URL(target.url);
    const addresses = found.get(url.hostname) ?? [null];
    for (const address of addresses.length === 0 ? [null] : addresses) {
      const place = `${url.origin} ${address ?? ''}`;
      const key = isNamed(target) ? `=${target.name} ${address ?? ''}` : (byPlace.get(place) ?? place);
      if (!byPlace.has(place)) byPlace.set(place, key);
      const known = drafts.get(key) ?? newDraft(target, { url, address, addresses });
      drafts.set(key, withPage(known, target, { url, address, addresses }));
    }
  }
  return uniquelyNamed([...drafts.values()]);
}

function isNamed({ name }: FleetTarget): boolean {
  return name !== null;
}

interface Place {
  readonly url: URL;
  readonly address: string | null;
  /** All that the name has; none: it cannot be looked up. */
  readonly addresses: readonly (string | null)[];
}

type Draft = FleetServer;

function newDraft({ name }: FleetTarget, place: Place): Draft {
  const failure = place.addresses.length === 0 ? 'its name has no address' : null;
  return { name: nameOf(name, place), address: place.address, failure, pages: [], origins: [] };
}

function nameOf(given: string | null, { url, address, addresses }: Place): string {
  const one = addresses.length < 2 || address === null;
  if (given !== null) return one ? given : `${given}@${address}`;
  const host = one
    ? url.host
    : `${url.hostname}@${bracketed(address)}${url.port === '' ? '' : `:${url.port}`}`;
  return url.protocol === 'http:' ? host : `https://${host}`;
}

function withPage(draft: Draft, { url: page, kind }: FleetTarget, { url, address, addresses }: Place): Draft {
  const isKnown = draft.pages.some((known) => known.url === page && known.kind === kind);
  const port = url.port === '' ? '' : `:${url.port}`;
  const direct = address === null ? [] : [`${url.protocol}//${bracketed(address)}${port}`];
  const origins = addresses.length > 1 ? direct : [url.origin, ...direct];
  return {
    ...draft,
    pages: isKnown ? draft.pages : [...draft.pages, { url: page, kind }],
    origins: [...new Set([...draft.origins, ...origins])],
  };
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function uniquelyNamed(drafts: readonly Draft[]): FleetServer[] {
  const taken = new Set<string>();
  return drafts.map((draft) => {
    let { name } = draft;
    for (let number = 2; taken.has(name); number += 1) name = `${draft.name} (${number})`;
    taken.add(name);
    return { ...draft, name };
  });
}

/** Addresses by host name; those that need no lookup are not in it. Empty: it has none. */
async function addressesOf(
  targets: readonly FleetTarget[],
  world: Network,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const hosts = new Set(targets.map(({ url }) => new URL(url).hostname).filter(needsLookup));
  const limiter = new Limiter(LOOKUPS_AT_ONCE);
  const found = await Promise.all(
    [...hosts].map(async (host) => [host, await limiter.run(() => lookUp(host, world))] as const),
  );
  return new Map(found);
}

/** The addresses of localhost are this machine once, not two servers. */
function needsLookup(host: string): boolean {
  return isIP(host.replaceAll(/[[\]]/g, '')) === 0 && host !== 'localhost' && !host.endsWith('.localhost');
}

async function lookUp(host: string, world: Network): Promise<readonly string[]> {
  const limit = new AbortController();
  const none = world.clock.sleep(LOOKUP_MS, limit.signal).then((): readonly string[] => []);
  const found = world.lookup(host).catch((): readonly string[] => []);
  const addresses = await Promise.race([found, none]);
  limit.abort();
  return [...new Set(addresses)].toSorted();
}

/**
 * Whether a look may be sent. It is a few requests for each server; many servers behind one public address, or many
 * requests in a short time, are a load.
 *
 * @param perSecond requests to each server  @throws UsageError when a public address would get more than 50 a second
 */
export function guardFleet(servers: readonly FleetServer[], perSecond: number, owned: boolean): void {
  if (owned) return;
  const rates = new Map<string, number>();
  for (const { address, pages } of servers) {
    const host = address ?? new URL(pages[0]?.url ?? 'http://localhost').hostname.replaceAll(/[[\]]/g, '');
    if (isIP(host) === 0 || !isPublicAddress(host)) continue;
    const rate = (rates.get(host) ?? 0) + perSecond;
    rates.set(host, rate);
    if (rate <= DEFAULTS.guardRatePerSecond) continue;
    throw new UsageError(
      `${safeText(host)} is not on this machine or a private network, and would get ${Math.round(rate)} requests/s and more; nothing was sent`,
      {
        hint: 'if these servers are yours, say so with --yes-i-own-this; or send fewer --probes, or for longer',
      },
    );
  }
}
