/** Whose an address is: a response names the address that it came from, and a source the host that it asks. */

import { isIP } from 'node:net';
import { safeText } from '../../core/text.ts';
import type { World } from '../world.ts';
import type { WatchedSource } from './source.ts';

/** Longest that a name may take, ms. */
const LOOKUP_MS = 2000;

/**
 * A function from `address:port` to the server's name: that of the source on the same port of a host that has this
 * address alone. Of a host with several addresses nobody can say which of them answered a source, and an address that no
 * source is about has no other name; both are called by the address itself.
 */
export async function namesOfAddresses(
  sources: readonly WatchedSource[],
  world: Pick<World, 'lookup' | 'clock'>,
): Promise<(remote: string) => string> {
  const names = new Map<string, string>();
  if (sources.some(({ kind }) => kind === 'orca')) {
    const found = await Promise.all(sources.map((source) => placesOf(source, world)));
    for (const [place, server] of found.flat()) if (!names.has(place)) names.set(place, server);
  }
  return (remote) => names.get(bare(remote)) ?? safeText(remote, { maxLength: 100 });
}

async function placesOf(
  { url, server, address }: WatchedSource,
  world: Pick<World, 'lookup' | 'clock'>,
): Promise<(readonly [place: string, server: string])[]> {
  if (url === null || server === null || !URL.canParse(url)) return [];
  const { hostname, port, protocol } = new URL(url);
  const number = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  const addresses = address === undefined ? await addressesOf(bare(hostname), world) : [address];
  const families = addresses.map((each) => isIP(each));
  if (new Set(families).size < families.length) return [];
  return addresses.map((each) => [`${each}:${number}`, server] as const);
}

async function addressesOf(host: string, world: Pick<World, 'lookup' | 'clock'>): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const limit = new AbortController();
  const none = world.clock.sleep(LOOKUP_MS, limit.signal).then((): readonly string[] => []);
  const found = world.lookup(host).catch((): readonly string[] => []);
  const addresses = await Promise.race([found, none]);
  limit.abort();
  return addresses;
}

/** Without the brackets of IPv6. */
function bare(text: string): string {
  return text.replaceAll(/[[\]]/g, '');
}
