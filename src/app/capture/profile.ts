/** Reads the profiles of Go's net/http/pprof. */

import { safeText } from '../../core/text.ts';
import type { WatchedSource } from '../observe/source.ts';
import type { Scrape, ScrapeResponse } from '../world/scrape.ts';

/** Longest CPU profile, s: long enough for some hundred samples of each busy core. */
const PROFILE_S = 5;

/** What a page may take beyond the time that it is about, ms. */
const PATIENCE_MS = 5000;

/** Most that is saved of a page. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The pages of one server. */
export interface Pages {
  readonly source: WatchedSource;
  readonly scrape: Scrape;
  readonly version: string;
}

/** A page, or why there is none, safe to show. */
export type Fetched =
  | { readonly kind: 'fetched'; readonly body: Uint8Array }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * A CPU profile of five seconds, or of what is left of the load, one second at least. Go refuses a profile that is longer
 * than its server may write an answer (400 `profile duration exceeds server's WriteTimeout`): half as long is asked for then.
 *
 * @param leftMs time to the end of the load
 */
export async function fetchProfile(pages: Pages, leftMs: number): Promise<Fetched> {
  const longest = Math.min(PROFILE_S, Math.max(1, Math.floor(leftMs / 1000)));
  for (let seconds = longest; ; seconds = Math.floor(seconds / 2)) {
    const fetched = await fetchPage(
      pages,
      { path: `profile?seconds=${seconds}`, forMs: seconds * 1000 },
      isGzip,
    );
    const isTooLong = fetched.kind === 'failed' && fetched.reason.includes('WriteTimeout');
    if (!isTooLong || seconds <= 1) return fetched;
  }
}

/** The stacks of all goroutines, as text. */
export function fetchGoroutines(pages: Pages): Promise<Fetched> {
  return fetchPage(pages, { path: 'goroutine?debug=2', forMs: 0 }, (body) =>
    startOf(body).startsWith('goroutine '),
  );
}

async function fetchPage(
  { source, scrape, version }: Pages,
  { path, forMs }: { readonly path: string; readonly forMs: number },
  isOne: (body: Uint8Array) => boolean,
): Promise<Fetched> {
  try {
    const answer = await scrape({
      url: pageUrl(source.url ?? '', path),
      headers: { accept: '*/*', 'user-agent': `headroom/${version}`, ...source.headers },
      timeoutMs: forMs + PATIENCE_MS,
      maxBytes: MOST_BYTES,
      ...(source.address === undefined ? {} : { address: source.address }),
    });
    const reason = refusalOf(answer, isOne);
    return reason === null ? { kind: 'fetched', body: answer.body } : { kind: 'failed', reason };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : 'it could not be read' };
  }
}

function refusalOf(answer: ScrapeResponse, isOne: (body: Uint8Array) => boolean): string | null {
  if (answer.status !== 200) {
    const said = safeText(startOf(answer.body).trim(), { maxLength: 200 });
    return said === '' ? `it answered ${answer.status}` : `it answered ${answer.status}: ${said}`;
  }
  if (answer.isCut) return 'it is larger than 64 MB';
  return isOne(answer.body) ? null : 'what it answered is none';
}

/** The page of this name beside the index, with what the index's URL asks for: it may be a token. */
function pageUrl(index: string, path: string): string {
  const url = new URL(index);
  if (!url.pathname.endsWith('/')) url.pathname = `${url.pathname}/`;
  const page = new URL(path, url);
  for (const [name, value] of url.searchParams) {
    if (!page.searchParams.has(name)) page.searchParams.set(name, value);
  }
  page.username = url.username;
  page.password = url.password;
  return page.href;
}

function isGzip(body: Uint8Array): boolean {
  return body[0] === 0x1f && body[1] === 0x8b;
}

function startOf(body: Uint8Array): string {
  return new TextDecoder().decode(body.subarray(0, 1000));
}
