/** Requests that read what a server tells of itself: straight to it, bounded, over connections that are kept. */

import { rootCertificates } from 'node:tls';
import { Agent, request as send } from 'undici';
import { plainHeaders, readUpTo } from './answer.ts';
import { wordsFor } from './failure-words.ts';
import { lookupTo } from './fixed-lookup.ts';
import { withoutUser } from './post.ts';

/** One read. Redirects are not followed. */
export interface ScrapeRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** All of it, a whole number of ms. */
  readonly timeoutMs: number;
  /** Of the answer, more is not read. */
  readonly maxBytes: number;
  /** Connects to this address, whatever the name in the URL means; absent: to one that it means. */
  readonly address?: string;
}

/** The answer. */
export interface ScrapeResponse {
  readonly status: number;
  /** Names in lower case; of several values the first. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** There was more of it than was read. */
  readonly isCut: boolean;
}

/** Sends one read. Rejects with an Error when no answer came in time; its message is in words, without the URL. */
export type Scrape = (request: ScrapeRequest) => Promise<ScrapeResponse>;

/** Whom a scrape trusts. */
export interface ScrapeTrust {
  /** Certificates are not verified. */
  readonly insecure?: boolean;
  /** PEM text of roots beside those that are known anyway; null: none. */
  readonly ca?: string | null;
}

/** How long a connection that nobody uses is kept, ms: looks come once a second. */
const KEPT_MS = 5000;

/**
 * How the world scrapes. No proxy: what it would tell is not the server's own. Certificates are verified unless
 * `insecure`. The time of a request ends it wherever it is, also within a slow body.
 */
export function systemScrape({ insecure = false, ca = null }: ScrapeTrust = {}): Scrape {
  const agents = new Map<string, Agent>();
  const agentFor = (address: string | undefined): Agent => {
    const key = address ?? '';
    const known = agents.get(key);
    if (known !== undefined) return known;
    const made = new Agent({
      keepAliveTimeout: KEPT_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {
        rejectUnauthorized: !insecure,
        ...(ca === null ? {} : { ca: [...rootCertificates, ca] }),
        ...(address === undefined ? {} : { lookup: lookupTo(address) }),
      },
    });
    // Those of a large fleet are asked once: they are not kept.
    if (address === undefined) agents.set(key, made);
    return made;
  };
  return async (asked) => {
    const agent = agentFor(asked.address);
    const signal = AbortSignal.timeout(asked.timeoutMs);
    try {
      return await exchange(asked, agent, signal);
    } catch (error) {
      const seconds = asked.timeoutMs / 1000;
      const words = signal.aborted ? `no whole answer came within ${seconds}s` : wordsFor(error);
      throw new Error(words, { cause: error });
    } finally {
      if (asked.address !== undefined) agent.destroy().catch(() => undefined);
    }
  };
}

async function exchange(asked: ScrapeRequest, agent: Agent, signal: AbortSignal): Promise<ScrapeResponse> {
  const { url, authorization } = withoutUser(asked.url);
  const headers = { ...asked.headers, ...authorization };
  const answer = await send(url, { dispatcher: agent, signal, method: 'GET', headers });
  const read = await readUpTo(answer.body, asked.maxBytes);
  return { status: answer.statusCode, headers: plainHeaders(answer.headers), ...read };
}
