/** One source over a run: what it said last, how often it was asked, and how often it said nothing. */

import type { Clock } from '../../core/clock.ts';
import { safeText } from '../../core/text.ts';
import type { ServerReport } from '../../load/protocol.ts';
import { API_REACH_MS } from '../../observe/api/api-queries.ts';
import { readOrca } from '../../observe/orca.ts';
import { mergeReadings, type Reading } from '../../observe/reading.ts';
import { type Answer, type Asker, askSource } from './ask-source.ts';
import { MOST_SERVERS } from './looks.ts';
import type { WatchedSource } from './source.ts';

/** What a source said of a server at this look, and at the last one at which it did. */
export interface Said {
  readonly server: string;
  readonly before: Reading | null;
  readonly after: Reading;
  /** Its rates reach back so far, whatever was said before, ms; absent: they do not. */
  readonly reachMs?: number;
}

/** How a source did, of one server. */
export interface SourceCount {
  readonly looks: number;
  readonly failed: number;
  /** Safe to show; null when no look failed. */
  readonly lastError: string | null;
}

/** Something that tells of servers, look by look. */
export interface SourceWatch {
  readonly source: WatchedSource;
  /**
   * What it says now, or has said since the last look; empty when it failed, or has not said anything yet. Never rejects.
   *
   * @param isFirst of a load: what was asked before is of no use then
   */
  readonly look: (isFirst: boolean) => Promise<readonly Said[]>;
  /** Servers that it ever told of, with what became of the looks. */
  readonly counts: () => ReadonlyMap<string, SourceCount>;
}

/** Books of a source: shared by what is asked and what arrives by itself. */
class Told {
  readonly #last = new Map<string, Reading>();
  readonly #looks = new Map<string, number>();

  /** Servers, and at how many looks each was told of. */
  get looks(): ReadonlyMap<string, number> {
    return this.#looks;
  }

  /** False for a server that is one too many. */
  knows(server: string): boolean {
    return this.#looks.has(server) || this.#looks.size < MOST_SERVERS;
  }

  take(server: string, readings: readonly Reading[]): Said {
    const after = mergeReadings(readings);
    const before = this.#last.get(server) ?? null;
    this.#last.set(server, after);
    this.#looks.set(server, (this.#looks.get(server) ?? 0) + 1);
    return { server, before, after };
  }
}

/** A Prometheus server knows nothing new more often than it scrapes, and is asked many queries at once, ms. */
const API_MS = 4500;

/** Why some servers of a source are not told of. */
const TOO_MANY = `it tells of more than ${MOST_SERVERS} servers, and the rest are left out`;

/** A source that is asked. */
export function askedSource(source: WatchedSource, asker: Asker): SourceWatch {
  const told = new Told();
  let failed = 0;
  let lastError: string | null = null;
  let askedMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<Answer> | null = null;
  const take = ({ heard, error }: Answer): Said[] => {
    const byServer = new Map<string, Reading[]>();
    for (const { server, reading } of heard) {
      byServer.set(server, [...(byServer.get(server) ?? []), reading]);
    }
    const known = [...byServer].filter(([server], index) => index < MOST_SERVERS && told.knows(server));
    if (known.length < byServer.size) lastError = TOO_MANY;
    if (heard.length === 0) {
      failed += 1;
      lastError = error ?? 'it told of no server';
    }
    const reach = source.kind === 'prometheus-api' ? { reachMs: API_REACH_MS } : {};
    return known.map(([server, readings]) => ({ ...told.take(server, readings), ...reach }));
  };
  const look = async (): Promise<readonly Said[]> => {
    const nowMs = asker.world.clock.nowMs();
    if (underWay === null) {
      if (source.kind === 'prometheus-api' && nowMs - askedMs < API_MS) return [];
      askedMs = nowMs;
      underWay = askSource(source, asker);
    }
    const answer = await within(underWay, asker.world.clock);
    if (answer === null) return [];
    underWay = null;
    return take(answer);
  };
  return {
    source,
    look: async (isFirst) => {
      const isOld = underWay !== null;
      const said = await look();
      return isFirst && isOld && underWay === null ? look() : said;
    },
    counts: () => {
      const names = told.looks.size > 0 ? told.looks : new Map([[source.server ?? placeNameOf(source), 0]]);
      return new Map(
        [...names].map(([server, looks]) => [server, { looks: looks + failed, failed, lastError }]),
      );
    },
  };
}

/**
 * Longest that a look waits for a source, ms; what it says later belongs to a later look. So short that the beat after it
 * is kept: no source takes looks from the others.
 */
const PATIENCE_MS = 600;

/** The answer; null where it is not there yet. */
async function within(answer: Promise<Answer>, clock: Clock): Promise<Answer | null> {
  const answered = new AbortController();
  const late = clock.sleep(PATIENCE_MS, answered.signal).then(() => null);
  const first = await Promise.race([answer, late]);
  answered.abort();
  return first;
}

/** Of a source that never said whose it is. */
function placeNameOf({ shownUrl, kind }: WatchedSource): string {
  return shownUrl === null || shownUrl === '' ? kind : new URL(shownUrl).host;
}

/** What responses say of the servers that sent them, as it comes with the load. */
export interface ReportWatch extends SourceWatch {
  /** Takes in the latest texts of the header, by the address that sent them. */
  readonly take: (reports: readonly ServerReport[]) => void;
}

/** The source `orca`. @param nameOf whose an address is */
export function reportedSource(
  source: WatchedSource,
  nameOf: (remote: string) => string,
  clock: Pick<Clock, 'nowMs'>,
): ReportWatch {
  const told = new Told();
  const arrived = new Map<string, Reading>();
  const failures = new Map<string, SourceCount>();
  return {
    source,
    take: (reports) => {
      for (const { remote, text } of reports) {
        const server = source.server ?? nameOf(remote);
        if (!told.knows(server) || (arrived.size >= MOST_SERVERS && !arrived.has(server))) continue;
        try {
          arrived.set(server, readOrca(text, clock.nowMs()));
        } catch (error) {
          const lastError = safeText(error instanceof Error ? error.message : '', { maxLength: 200 });
          const failed = (failures.get(server)?.failed ?? 0) + 1;
          if (failures.size < MOST_SERVERS) failures.set(server, { looks: failed, failed, lastError });
        }
      }
    },
    look: () => {
      const said = [...arrived].map(([server, reading]) => told.take(server, [reading]));
      arrived.clear();
      return Promise.resolve(said);
    },
    counts: () => {
      const counts = new Map(failures);
      for (const [server, looks] of told.looks) {
        const { failed = 0, lastError = null } = failures.get(server) ?? {};
        counts.set(server, { looks: looks + failed, failed, lastError });
      }
      return counts;
    },
  };
}
