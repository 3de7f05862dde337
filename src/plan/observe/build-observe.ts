/** What the `observe` section means: every default filled in, every address checked. */
import { endpointFault } from '../notify/endpoint.ts';
import type { Secrets } from '../plan.ts';
import { expand } from '../request/expansion.ts';
import { mergeHeaders } from '../section/headers.ts';
import type { Complain } from '../section/schedule.ts';
import type { SourceInput } from './observe-section.ts';
import type { ObserveKind, ObserveSource } from './observe-source.ts';

/** What the plan file says, and what the flags say; undefined where they say nothing. */
export interface ObserveSources {
  readonly file: readonly SourceInput[] | undefined;
  readonly flags: readonly SourceInput[] | undefined;
  readonly secrets: Secrets;
}

/** Where each kind is found, in a URL without a path. */
const USUAL_PATHS: Readonly<Partial<Record<ObserveKind, string>>> = {
  prometheus: '/metrics',
  expvar: '/debug/vars',
  pprof: '/debug/pprof/',
};

/** Scheme and authority, and no path; a text that is a reference as a whole is none. */
const WITHOUT_PATH = /^https?:\/\/(?:\$\{[^}]*\}|[^/?#\s$])+\/?$/i;

/**
 * The sources; null when neither file nor flags name any. Those of the flags take the place of those of the file, as
 * objectives do. A URL without a path gets the usual one of its kind.
 *
 * @param complain called once for each thing that does not fit; the list returned is then not to be used
 */
export function buildObserve(
  { file, flags, secrets }: ObserveSources,
  complain: Complain,
): readonly ObserveSource[] | null {
  const written = flags ?? file;
  if (written === undefined || written.length === 0) return null;
  const seen = new Set<string>();
  return written.map((input, index) => {
    const source = sourceOf(input);
    const say = (fault: { readonly message: string; readonly hint: string }): void =>
      complain(flags === undefined ? 'file' : 'flags', { path: ['observe', index, source.kind], ...fault });
    const fault = source.url === null ? null : urlFault(source.url, secrets);
    if (fault !== null) say(fault);
    const key = JSON.stringify([source.kind, source.url, source.match]);
    if (seen.has(key)) {
      say({ message: `this ${source.kind} source is there twice`, hint: 'keep one of the two' });
    }
    seen.add(key);
    return source;
  });
}

function sourceOf({ kind, url, server, headers, match }: SourceInput): ObserveSource {
  return {
    kind,
    server,
    url: url === null ? null : withPath(url.trim(), kind),
    headers: mergeHeaders(headers),
    match,
  };
}

function withPath(url: string, kind: ObserveKind): string {
  const path = USUAL_PATHS[kind];
  return path !== undefined && WITHOUT_PATH.test(url) ? url.replace(/\/$/, '') + path : url;
}

/** What is wrong with the URL of something that is requested; null when it can be. */
export function urlFault(
  url: string,
  secrets: Secrets,
): { readonly message: string; readonly hint: string } | null {
  const fault = endpointFault(url, secrets);
  if (fault !== null) return fault;
  if (!expand(url, secrets).includes('#')) return null;
  return {
    message: 'the URL has a fragment, which is never sent',
    hint: 'leave out "#" and what follows it',
  };
}
