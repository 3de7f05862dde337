/** What is to be read for a source: pages to get, and files. */

import { API_QUERIES, promqlOf } from './api/api-queries.ts';
import { HOST_FILES } from './host/host-files.ts';

/** The kinds of sources, as a plan names them. */
export type SourceKind = 'prometheus' | 'expvar' | 'pprof' | 'orca' | 'host' | 'prometheus-api';

/** One thing to read. */
export interface Ask {
  readonly kind: SourceKind;
  /** Which page, file or query of the source; for `readAnswer`, and to say what failed. */
  readonly part: string;
  /** To GET; null for a file. */
  readonly url: string | null;
  /** A file of this machine; null for a page. */
  readonly file: string | null;
  /** Value of the header `accept`. */
  readonly accept: string;
  /** The source is well without it: a file that this machine lacks, a profile that a service does not offer. */
  readonly isOptional: boolean;
}

/** The old format first: every server has it, and it is the one that does not change its names. */
const METRICS = 'text/plain;version=0.0.4;q=0.9, application/openmetrics-text;version=1.0.0;q=0.7, */*;q=0.1';

/**
 * What to read for a source, each time; nothing for `orca`, whose reports come with the responses themselves.
 *
 * @param source as a plan holds it: `url` is there for the kinds that have an address
 */
export function asksOf(source: {
  readonly kind: SourceKind;
  readonly url: string | null;
  readonly match: string | null;
}): readonly Ask[] {
  const { kind, url, match } = source;
  if (kind === 'host') return HOST_FILES.map(fileAsk);
  if (url === null || kind === 'orca') return [];
  switch (kind) {
    case 'prometheus':
      return [page(kind, { part: 'metrics', url, accept: METRICS })];
    case 'expvar':
      return [page(kind, { part: 'vars', url, accept: 'application/json, */*;q=0.1' })];
    case 'pprof':
      return pprofAsks(url);
    case 'prometheus-api':
      return API_QUERIES.map((query) =>
        page(kind, {
          part: query.fact,
          url: queryUrl(url, promqlOf(query, match)),
          accept: 'application/json',
        }),
      );
    default:
      return kind satisfies never;
  }
}

function fileAsk(file: string): Ask {
  return { kind: 'host', part: file, url: null, file, accept: '', isOptional: true };
}

function page(
  kind: SourceKind,
  { isOptional = false, ...rest }: { part: string; url: string; accept: string; isOptional?: boolean },
): Ask {
  return { kind, file: null, isOptional, ...rest };
}

function pprofAsks(text: string): readonly Ask[] {
  const root = new URL(text);
  root.pathname = root.pathname.replace(/\/*$/, '/');
  const mutex = new URL(root);
  mutex.pathname += 'mutex';
  mutex.searchParams.set('debug', '1');
  const accept = 'text/html, text/plain, */*;q=0.1';
  return [
    page('pprof', { part: 'index', url: root.href, accept }),
    page('pprof', { part: 'mutex', url: mutex.href, accept, isOptional: true }),
  ];
}

/** The server's address may be given with or without the path of the interface. */
function queryUrl(text: string, promql: string): string {
  const url = new URL(text);
  url.pathname = `${url.pathname.replace(/(?:\/api\/v1(?:\/query)?)?\/*$/, '')}/api/v1/query`;
  url.searchParams.set('query', promql);
  return url.href;
}
