/** Requests to one server: over connections that are kept while it is looked at, each timed, each with a deadline. */

import { buildConnector, Pool } from 'undici';
import { plainHeaders, readUpTo } from '../world/answer.ts';
import { wordsFor } from '../world/failure-words.ts';
import { lookupTo } from '../world/fixed-lookup.ts';
import { withoutUser } from '../world/post.ts';
import type { World } from '../world.ts';

/** How requests are sent, the same for all servers. */
export interface CallSettings {
  /** For each request, ms. */
  readonly timeoutMs: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Certificates are not verified. */
  readonly insecure: boolean;
}

/** A whole answer. */
export interface Answer {
  readonly status: number;
  /** Names in lower case; of several values the first. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** There was more of it. */
  readonly isCut: boolean;
  /** From the call to its end, ms. */
  readonly tookMs: number;
}

/** What is asked. */
export interface Question {
  readonly url: string;
  readonly accept: string;
  /** Of the body, more is not read. */
  readonly maxBytes: number;
}

/** Requests to one server under way. */
export interface Caller {
  /** Rejects with an Error in words when no whole answer came in time. */
  readonly get: (question: Question) => Promise<Answer>;
  /** Times that connections took to open, ms. */
  readonly connectsMs: readonly number[];
  /** Closes its connections at once. */
  readonly close: () => void;
}

/** Longest time for which a connection that nobody uses is kept, ms. */
const KEPT_MS = 30_000;

/** Where the connections of a caller go. */
export interface Line {
  readonly address: string | null;
  /** Most connections to one origin. */
  readonly connections: number;
}

/** A caller of one server. Redirects are not followed, no proxy is used: another server's answer tells nothing of it. */
export function openCaller(line: Line, settings: CallSettings, { clock }: Pick<World, 'clock'>): Caller {
  const pools = new Map<string, Pool>();
  const connectsMs: number[] = [];
  const connect = buildConnector({
    rejectUnauthorized: !settings.insecure,
    timeout: settings.timeoutMs,
    ...(line.address === null ? {} : { lookup: lookupTo(line.address) }),
  });
  const timedConnect: typeof connect = (options, callback) => {
    const startMs = clock.nowMs();
    connect(options, (...results) => {
      if (results[0] === null) connectsMs.push(clock.nowMs() - startMs);
      callback(...results);
    });
  };
  const poolOf = (origin: string): Pool => {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const { connections } = line;
    const lasting = { keepAliveTimeout: KEPT_MS, headersTimeout: 0, bodyTimeout: 0 };
    const made = new Pool(origin, { connect: timedConnect, connections, ...lasting });
    pools.set(origin, made);
    return made;
  };
  return {
    get: (question) => timed(question, { poolOf, settings, clock }),
    connectsMs,
    close: () => {
      for (const pool of pools.values()) pool.destroy().catch(() => undefined);
    },
  };
}

interface Means {
  readonly poolOf: (origin: string) => Pool;
  readonly settings: CallSettings;
  readonly clock: World['clock'];
}

async function timed(question: Question, { poolOf, settings, clock }: Means): Promise<Answer> {
  const { timeoutMs } = settings;
  const { url, authorization } = withoutUser(question.url);
  const deadline = new AbortController();
  const over = new AbortController();
  void clock.sleep(timeoutMs, over.signal).then(() => deadline.abort());
  const startMs = clock.nowMs();
  try {
    const { statusCode, headers, body } = await poolOf(url.origin).request({
      path: url.pathname + url.search,
      method: 'GET',
      headers: { accept: question.accept, ...settings.headers, ...authorization },
      signal: deadline.signal,
    });
    const read = await readUpTo(body, question.maxBytes);
    return { status: statusCode, headers: plainHeaders(headers), ...read, tookMs: clock.nowMs() - startMs };
  } catch (error) {
    const words = deadline.signal.aborted
      ? `no whole answer came within ${timeoutMs / 1000}s`
      : wordsFor(error);
    throw new Error(words, { cause: error });
  } finally {
    over.abort();
  }
}
