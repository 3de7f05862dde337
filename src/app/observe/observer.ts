/**
 * Looks at the servers while a load is on: once a second at every source, on the main thread, so that the workers, which
 * measure, are left alone.
 */

import type { Clock } from '../../core/clock.ts';
import type { ServerLooks } from '../../core/server/signal.ts';
import type { ServerReport } from '../../load/protocol.ts';
import { mergeReadings } from '../../observe/reading.ts';
import { isOtherProcess } from '../../observe/same-process.ts';
import { signalsBetween } from '../../observe/signals.ts';
import { scheduleMs } from '../../plan/pacer.ts';
import type { Load } from '../../plan/plan.ts';
import type { ServerSource } from '../../result/server/server-result.ts';
import type { Scrape } from '../world/scrape.ts';
import type { World } from '../world.ts';
import { namesOfAddresses } from './addresses.ts';
import { keepBeat } from './beat.ts';
import { LooksBook } from './looks.ts';
import type { WatchedSource } from './source.ts';
import {
  askedSource,
  type ReportWatch,
  reportedSource,
  type Said,
  type SourceWatch,
} from './source-watch.ts';

/** What is looked at, and how. */
export interface ObserveOrder {
  readonly sources: readonly WatchedSource[];
  readonly scrape: Scrape;
  /** Told what a user should know of a source, a line each, safe to show. */
  readonly say: (line: string) => void;
}

/** Sources that are watched, over one load or several. */
export interface Observer {
  readonly sources: readonly WatchedSource[];
  /** Takes in what servers say of themselves in their responses; null: nobody wants to know. */
  readonly onReports: ((reports: readonly ServerReport[]) => void) | null;
  /** Follows a load that is about to be sent. */
  readonly follow: (load: Load) => Following;
  /** How each source did so far, by server, in the order in which they were first told of. */
  readonly told: () => ReadonlyMap<string, readonly ServerSource[]>;
}

/** One load, followed. */
export interface Following {
  /** To be told a moment before the schedule begins. @param startMs monotonic */
  readonly onSchedule: (startMs: number) => void;
  /** What was seen up to now. */
  readonly soFar: () => readonly ServerLooks[];
  /** To be called when the load is over. What was seen of it, times from the start of its measured part; no look at the silent. */
  readonly end: () => Promise<readonly ServerLooks[]>;
}

/**
 * Begins to watch. Each source is asked once at once, so that a connection is there, and what it says now is what the
 * first look is held against.
 */
export async function startObserving(
  { sources, scrape, say }: ObserveOrder,
  world: Pick<World, 'clock' | 'files' | 'version' | 'lookup'>,
): Promise<Observer> {
  const asker = { world, scrape };
  const names = await namesOfAddresses(sources, world);
  const reports: ReportWatch[] = [];
  const watches = sources.map((source): SourceWatch => {
    if (source.kind !== 'orca') return askedSource(source, asker);
    const watch = reportedSource(source, names, world.clock);
    reports.push(watch);
    return watch;
  });
  const mixed = new MixedServers(world.clock, say);
  const look = async (isFirst: boolean): Promise<Said[]> => {
    const said = await Promise.all(watches.map((each) => each.look(isFirst)));
    return mixed.without(said.flat());
  };
  await look(true);
  return {
    sources,
    onReports: reports.length === 0 ? null : (texts) => reports.forEach((watch) => watch.take(texts)),
    follow: (load) =>
      follow(load, { look, isMixed: (server) => mixed.has(server), named: namesOf(sources) }, world),
    told: () => toldBy(watches, mixed),
  };
}

interface Looking {
  readonly look: (isFirst: boolean) => Promise<readonly Said[]>;
  /** Whether what was seen of a server is of several, and so of none. */
  readonly isMixed: (server: string) => boolean;
  /** Servers that are known before anything is told of them. */
  readonly named: readonly string[];
}

function namesOf(sources: readonly WatchedSource[]): string[] {
  return [...new Set(sources.flatMap(({ server }) => (server === null ? [] : [server])))];
}

function follow(
  load: Load,
  { look: ask, isMixed, named }: Looking,
  { clock }: Pick<World, 'clock'>,
): Following {
  const ended = new AbortController();
  const book = new LooksBook();
  let zeroMs = Number.NaN;
  let lastMs = Number.NEGATIVE_INFINITY;
  let beating: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | null = null;
  const all = (): ServerLooks[] => {
    const seen = book.all().filter(({ server }) => !isMixed(server));
    const known = new Set(seen.map(({ server }) => server));
    // One that is silent is unknown, which is more than one that nobody asks for.
    return [...seen, ...named.flatMap((server) => (known.has(server) ? [] : [{ server, looks: [] }]))];
  };
  const look = async (isFirst: boolean): Promise<void> => {
    lastMs = clock.nowMs();
    const said = await ask(isFirst);
    // What came before the schedule began tells of no load.
    if (!isFirst) note(said, { startMs: zeroMs - load.warmupMs, zeroMs }, book);
  };
  return {
    onSchedule: (startMs) => {
      zeroMs = startMs + load.warmupMs;
      const beat = { startMs, measuredMs: zeroMs, endMs: startMs + lengthMs(load) };
      beating = keepBeat(beat, { clock, ended: ended.signal }, look).catch((error: unknown) => {
        failure = { error };
      });
    },
    soFar: all,
    end: async () => {
      const endedMs = clock.nowMs();
      ended.abort();
      await beating;
      if (failure !== null) throw failure.error;
      // A load that was stopped has a last second too.
      if (endedMs < zeroMs - load.warmupMs + lengthMs(load) && endedMs - lastMs >= LAST_MS) await look(false);
      return all();
    },
  };
}

/** Least length of the last second of a load that was stopped, ms. */
const LAST_MS = 250;

/** Length of the schedule with its warm-up, ms; Infinity when a number of requests ends it. */
export function lengthMs(load: Load): number {
  if (load.kind === 'open') return scheduleMs(load);
  return load.durationMs === null ? Infinity : load.durationMs + load.warmupMs;
}

/** Puts together what the sources said of each server. */
function note(
  said: readonly Said[],
  { startMs, zeroMs }: { readonly startMs: number; readonly zeroMs: number },
  book: LooksBook,
): void {
  const byServer = new Map<string, Said[]>();
  for (const each of said) byServer.set(each.server, [...(byServer.get(each.server) ?? []), each]);
  for (const [server, parts] of byServer) {
    const known = parts.flatMap(({ before }) => (before === null ? [] : [before]));
    // A server that was never seen before has told of no time yet.
    if (known.length === 0) continue;
    const before = mergeReadings(known);
    const after = mergeReadings(parts.map((part) => part.after));
    const signals = signalsBetween(before, after);
    // A source that said nothing as the load began is held against what it said before.
    const fromMs = Math.max(before.atMs, startMs);
    if (after.atMs <= fromMs) continue;
    const reachMs = Math.max(0, ...parts.map((part) => part.reachMs ?? 0));
    const look = { atMs: after.atMs - zeroMs, spanMs: after.atMs - fromMs, signals };
    book.add(server, reachMs > 0 ? { ...look, reachMs } : look);
  }
}

function toldBy(watches: readonly SourceWatch[], mixed: MixedServers): Map<string, ServerSource[]> {
  const byServer = new Map<string, ServerSource[]>();
  for (const { source, counts } of watches) {
    for (const [server, { looks, failed, lastError }] of counts()) {
      const fate = mixed.has(server) ? { failed: looks, lastError: MIXED } : { failed, lastError };
      const entry = { kind: source.kind, url: source.shownUrl, looks, ...fate };
      byServer.set(server, [...(byServer.get(server) ?? []), entry]);
    }
  }
  return byServer;
}

/** Why a server is not told of. */
const MIXED = 'several processes answer here in turn, and no difference between them means anything';

/** Names under which several processes answer: what is behind a balancer is not looked at through it. */
class MixedServers {
  readonly #names = new Set<string>();
  readonly #clock: Pick<Clock, 'nowMs' | 'wallMs'>;
  readonly #say: (line: string) => void;

  constructor(clock: Pick<Clock, 'nowMs' | 'wallMs'>, say: (line: string) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  has(server: string): boolean {
    return this.#names.has(server);
  }

  /** What is left of what was said without those servers. */
  without(said: readonly Said[]): Said[] {
    const unixOf = (atMs: number): number => atMs + this.#clock.wallMs() - this.#clock.nowMs();
    for (const { server, before, after } of said) {
      if (before === null || this.has(server) || !isOtherProcess(before, after, unixOf(before.atMs)))
        continue;
      this.#names.add(server);
      this.#say(`${server} is left out: ${MIXED}; observe: in a plan, or --observe, names each of them`);
    }
    return said.filter(({ server }) => !this.has(server));
  }
}
