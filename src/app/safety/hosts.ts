/** The hosts that a plan's traffic would reach, and their addresses. */

import { isIP } from 'node:net';
import { isPublicAddress } from '../../load/dial/public-address.ts';
import { routeTo } from '../../load/dial/route.ts';
import type { Plan, Secrets } from '../../plan/plan.ts';
import { compileTarget } from '../../plan/request/template.ts';
import { expand } from '../../plan/secrets.ts';
import type { World } from '../world.ts';

/** How long a name may take before it counts as unresolvable here, ms. */
const LOOKUP_MS = 5000;

/** A host, looked up. */
export interface FoundHost {
  readonly host: string;
  /** Empty when the name has none. */
  readonly addresses: readonly string[];
  /** Whether it lies, or may lie, beyond this machine and private networks. */
  readonly isForeign: boolean;
  /** The public address; null when there is none, or when only a proxy can know it. */
  readonly foreignAddress: string | null;
  /** True when it is this very machine. */
  readonly isOwn: boolean;
}

/** A host before it is looked up; `hidden`: a proxy resolves it, and may find what we cannot. */
interface Place {
  readonly host: string;
  readonly fixed: readonly string[] | null;
  readonly hidden: boolean;
}

type Network = Pick<World, 'lookup' | 'machine' | 'clock'>;

/** Every host once; none for a unix socket. */
export async function findHosts(
  subject: { readonly plan: Plan; readonly secrets: Secrets },
  world: Network,
): Promise<FoundHost[]> {
  return Promise.all(placesOf(subject).map((place) => look(place, world)));
}

function placesOf({ plan, secrets }: { readonly plan: Plan; readonly secrets: Secrets }): Place[] {
  if (plan.http.unixSocket !== null) return [];
  const proxyUrl = plan.http.proxy === null ? null : expand(plan.http.proxy, secrets);
  const places = new Map<string, Place>();
  for (const target of plan.targets) {
    const { origin } = compileTarget(target, { secrets, data: plan.data, seed: plan.seed });
    const route = routeTo(origin, plan.http, proxyUrl);
    const fixed = route.fixedAddresses;
    places.set(`dial ${route.dialHost} ${fixed?.join() ?? ''}`, {
      host: route.dialHost,
      fixed,
      hidden: false,
    });
    if (route.proxy !== null) {
      places.set(`behind ${route.host}`, { host: route.host, fixed: null, hidden: true });
    }
  }
  return [...places.values()];
}

async function look({ host, fixed, hidden }: Place, world: Network): Promise<FoundHost> {
  const addresses = fixed ?? (await resolveHost(host, world));
  const foreignAddress = addresses.find(isPublicAddress) ?? null;
  return {
    host,
    addresses,
    isForeign: foreignAddress !== null || (hidden && addresses.length === 0),
    foreignAddress,
    isOwn: addresses.some((address) => isOwnAddress(address, world.machine.addresses)),
  };
}

async function resolveHost(host: string, world: Network): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const limit = new AbortController();
  const none = world.clock.sleep(LOOKUP_MS, limit.signal).then((): readonly string[] => []);
  const found = world.lookup(host).catch((): readonly string[] => []);
  const addresses = await Promise.race([found, none]);
  limit.abort();
  return addresses;
}

/** True for an address of this machine: a loopback one, or one of its interfaces. */
function isOwnAddress(address: string, interfaces: readonly string[]): boolean {
  const plain = address.replace(/%.*$/, '').replace(/^::ffff:/i, '');
  const loopback = plain.startsWith('127.') || plain === '::1' || plain === '0.0.0.0' || plain === '::';
  return loopback || interfaces.includes(plain);
}
