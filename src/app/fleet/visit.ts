/** One server from the first request to its facts: two looks apart, and a light measurement in between. */

import { ageMsOf, mergeReadings } from '../../observe/reading.ts';
import { signalsBetween } from '../../observe/signals.ts';
import type { ServerFacts } from '../../verdict/fleet/facts.ts';
import type { World } from '../world.ts';
import { type Caller, type CallSettings, openCaller } from './caller.ts';
import type { Limiter } from './limiter.ts';
import { type LookSeen, lookAt, type PageAsk, pagesOf } from './look.ts';
import { type ProbesSeen, sendProbes } from './probes.ts';
import { type RequestRate, rateBetween } from './request-rate.ts';
import type { FleetServer } from './servers.ts';

/** How servers are visited, the same for all. */
export interface VisitSettings extends CallSettings {
  /** From the first look to the second, ms. */
  readonly apartMs: number;
  /** Requests that time it; 0: none. */
  readonly probes: number;
  /** Decides when they are sent. */
  readonly seed: number;
}

/** What a visit needs. */
export interface VisitMeans {
  readonly world: Pick<World, 'clock'>;
  readonly settings: VisitSettings;
  /** Looks at once, over all servers. */
  readonly looks: Limiter;
  readonly stop: AbortSignal;
}

/** How long a look keeps others waiting at most, ms. */
const PLACE_MS = 250;

/** Connections of one look to one origin; those of the light measurement. */
const LOOK_CONNECTIONS = 2;
const PROBE_CONNECTIONS = 4;

/**
 * Visits a server. It takes as long as the looks are apart and two deadlines, whatever it does; those that answer nothing
 * are asked a second time, so that one lost packet makes nobody dead.
 */
export async function visit(server: FleetServer, means: VisitMeans): Promise<ServerFacts> {
  if (server.failure !== null) return factsOf(server, { failure: server.failure });
  const { world, settings, stop } = means;
  const startMs = world.clock.nowMs();
  const pages = pagesOf(server);
  const first = await look(server, pages, means);
  const caller = openCaller({ address: server.address, connections: PROBE_CONNECTIONS }, settings, world);
  try {
    const probing = first.isAlive ? probe(server, caller, means) : Promise.resolve(null);
    await world.clock.sleep(Math.max(0, startMs + settings.apartMs - world.clock.nowMs()), stop);
    // Of one that tells nothing the last request shows whether it is still there.
    const isSilent = first.told.length === 0 && (await probing)?.isLastAnswered === false;
    const again = first.isAlive && !isSilent ? first.told : pages;
    const second = again.length === 0 || stop.aborted ? null : await look(server, again, means);
    return factsOf(server, { first, second, probes: await probing });
  } finally {
    caller.close();
  }
}

/** A look that takes long gives its place to the next one: silent servers delay nobody. */
async function look(server: FleetServer, pages: readonly PageAsk[], means: VisitMeans): Promise<LookSeen> {
  const { world, settings, looks } = means;
  const line = { address: server.address, connections: LOOK_CONNECTIONS };
  const over = new AbortController();
  const begun = await looks.run(async () => {
    const caller = openCaller(line, settings, world);
    const seen = lookAt(pages, caller, world).finally(() => {
      caller.close();
      over.abort();
    });
    await Promise.race([seen, world.clock.sleep(PLACE_MS, over.signal)]);
    // In a list, or this would wait for its end as well.
    return [seen] as const;
  });
  return begun[0];
}

async function probe(
  { pages, name }: FleetServer,
  caller: Caller,
  { world, settings, stop }: VisitMeans,
): Promise<ProbesSeen | null> {
  const page = pages.find(({ kind }) => kind === 'service');
  if (page === undefined || settings.probes === 0) return null;
  const { probes: count, apartMs: spreadMs } = settings;
  const plan = { url: page.url, count, spreadMs, seed: seedOf(settings.seed, name) };
  return sendProbes(plan, caller, { clock: world.clock, stop });
}

/** Another seed for each server: all of them at one moment would be a load on what stands in front. */
function seedOf(seed: number, name: string): number {
  let hash = seed;
  for (const character of name) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash;
}

interface Visited {
  readonly failure?: string;
  readonly first?: LookSeen;
  readonly second?: LookSeen | null;
  readonly probes?: ProbesSeen | null;
}

function factsOf(
  { name }: FleetServer,
  { failure, first, second = null, probes = null }: Visited,
): ServerFacts {
  const latency = probes?.latency ?? null;
  const latest = second ?? first;
  // One that ended during the look answered as well, but not at its end.
  const isAlive = latest?.isAlive === true || probes?.isLastAnswered === true;
  const rate = rateOf(first, second);
  return {
    name,
    reach: { isAlive, failure: isAlive ? null : (failure ?? latest?.failure ?? 'nothing answers') },
    ...toldIn(first, second),
    trouble: latest?.trouble ?? null,
    latency,
    ratePerSecond: rate?.perSecond ?? null,
    errorsPerSecond: rate?.failedPerSecond ?? null,
    capacityPerSecond: null,
  };
}

function rateOf(first: LookSeen | undefined, second: LookSeen | null): RequestRate | null {
  return rateBetween(first?.requests ?? null, second?.requests ?? null) ?? first?.rate ?? null;
}

/** The signals of the latest look; what only the first one told, such as a load report, stands too. */
function toldIn(
  first: LookSeen | undefined,
  second: LookSeen | null,
): Pick<ServerFacts, 'signals' | 'ageMs'> {
  if (first === undefined || (first.told.length === 0 && (second?.told.length ?? 0) === 0)) {
    return { signals: [], ageMs: null };
  }
  const latest = second === null ? first.reading : mergeReadings([second.reading, first.reading]);
  const signals = signalsBetween(second === null ? null : first.reading, latest);
  return { signals, ageMs: signals.length === 0 ? null : (ageMsOf(latest) ?? 0) };
}
