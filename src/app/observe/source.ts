/** Sources as they are asked: references filled in, and names settled. */

import type { ObserveKind, ObserveSource } from '../../plan/observe/observe-source.ts';
import { serverNameOf } from '../../plan/observe/server-name.ts';
import type { Secrets } from '../../plan/plan.ts';
import { expand } from '../../plan/secrets.ts';

/** A source with nothing left open. */
export interface WatchedSource {
  readonly kind: ObserveKind;
  /** Whose it is; null where its answers say that themselves (`orca`, `prometheus-api`). */
  readonly server: string | null;
  /** With what references stand for: it may hold secrets. */
  readonly url: string | null;
  /** The same as it may be shown: without user, password and query. */
  readonly shownUrl: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Label matchers of `prometheus-api`; null for every other kind. */
  readonly match: string | null;
  /** Where a plan says that the host of the URL is; absent: where it is by its name. */
  readonly address?: string;
}

/** The source with the values of its references. @param address where its host is, whatever its name means */
export function watchedSource(source: ObserveSource, secrets: Secrets, address?: string): WatchedSource {
  const url = source.url === null ? null : expand(source.url, secrets);
  const headers = source.headers.map(([name, value]) => [name, expand(value, secrets)] as const);
  return {
    kind: source.kind,
    server: serverNameOf(source, secrets),
    url,
    shownUrl: url === null ? null : shownUrl(url),
    headers: Object.fromEntries(headers),
    match: source.match,
    ...(address === undefined ? {} : { address }),
  };
}

/** Sources that are asked the same are asked once; the first of them stays. */
export function distinctSources(sources: readonly WatchedSource[]): WatchedSource[] {
  const byQuestion = new Map<string, WatchedSource>();
  for (const source of sources) {
    const { kind, url, match, server } = source;
    const key = JSON.stringify([kind, url === null ? server : new URL(url).href, match]);
    if (!byQuestion.has(key)) byQuestion.set(key, source);
  }
  return [...byQuestion.values()];
}

/** A URL without user, password, query and fragment. */
function shownUrl(url: string): string {
  if (!URL.canParse(url)) return '';
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
