/** Shape of the `observe` section of a plan, and of `--observe`: where servers tell of themselves. */
import { z } from 'zod';
import { UnitError } from '../../core/units.ts';
import { nearestOf } from '../request/reference.ts';
import { type HeaderInput, headersSchema } from '../section/headers.ts';
import { type Report, report, type Schema, said, text, textOf } from '../section/scalar.ts';
import { OBSERVE_KINDS, type ObserveKind } from './observe-source.ts';

/** One source as it was written. */
export interface SourceInput {
  readonly kind: ObserveKind;
  /** Null for kinds without an address. */
  readonly url: string | null;
  readonly server: string | null;
  readonly headers: readonly HeaderInput[];
  readonly match: string | null;
}

/** Kinds that are told by name alone, since they have no address of their own. */
const BARE_KINDS: readonly ObserveKind[] = ['orca', 'host'];
const MAX_SOURCES = 100;
const MAX_NAME_LENGTH = 100;
const EXAMPLE = '{ prometheus: "http://10.0.0.7:9100/metrics" }';

/** How the path of a URL tells its kind. */
const BY_PATH: readonly (readonly [path: RegExp, kind: ObserveKind])[] = [
  [/\/metrics\/?$/, 'prometheus'],
  [/\/debug\/vars\/?$/, 'expvar'],
  [/\/debug\/pprof\/?$/, 'pprof'],
];

/**
 * Reads a source in one text: `KIND=URL`, a URL whose path tells its kind (`/metrics`, `/debug/vars`, `/debug/pprof`),
 * or `orca` or `host` alone.
 *
 * @throws UnitError for any other text; its message holds no part of a URL
 */
export function readSource(written: string): SourceInput {
  const source = { server: null, headers: [], match: null };
  const whole = written.trim();
  const [, name, url] = /^([a-z][a-z\d-]*)=(.*)$/is.exec(whole) ?? [];
  if (name === undefined || url === undefined) {
    const bare = BARE_KINDS.find((kind) => kind === whole.toLowerCase());
    return bare === undefined
      ? { ...source, kind: kindByPath(whole), url: whole }
      : { ...source, kind: bare, url: null };
  }
  const kind = kindNamed(name);
  if (BARE_KINDS.includes(kind)) {
    throw new UnitError(`"${kind}" has no address`, { hint: `write ${kind} alone` });
  }
  if (url === '')
    throw new UnitError(`"${kind}" needs an address`, { hint: `write ${kind}=http://host:port/` });
  return { ...source, kind, url };
}

function kindNamed(name: string): ObserveKind {
  const known = OBSERVE_KINDS.find((kind) => kind === name.toLowerCase());
  if (known !== undefined) return known;
  const near = nearestOf(name, OBSERVE_KINDS);
  const hint = near === null ? `known are ${OBSERVE_KINDS.join(', ')}` : `did you mean ${near}?`;
  throw new UnitError(`"${name.slice(0, 40)}" is no kind of source`, { hint });
}

function kindByPath(url: string): ObserveKind {
  if (!/^https?:\/\//i.test(url)) return kindNamed(/^[\w-]*/.exec(url)?.[0] ?? '');
  const [path = ''] = url.split(/[?#]/);
  const found = BY_PATH.find(([pattern]) => pattern.test(path));
  if (found !== undefined) return found[1];
  throw new UnitError('the path of this URL does not tell what is there', {
    hint: 'write KIND=URL, such as prometheus=http://10.0.0.7:9100/metrics',
  });
}

function readServer(name: string): string {
  const trimmed = name.trim();
  const hint = 'write a name such as api-1: objectives about it are written server(api-1)';
  if (trimmed === '') throw new UnitError('the name of the server is empty', { hint });
  if (trimmed.length > MAX_NAME_LENGTH) {
    throw new UnitError(`the name of a server has at most ${MAX_NAME_LENGTH} characters`, { hint });
  }
  const index = name.search(/[\p{Cc}\p{Cf}(){}]/u);
  if (index < 0) return trimmed;
  throw new UnitError('this character cannot stand in the name of a server', { hint, index });
}

/** The keys of an entry: one of a kind, and what is said beside it. */
interface Entry {
  readonly prometheus?: string | undefined;
  readonly expvar?: string | undefined;
  readonly pprof?: string | undefined;
  readonly orca?: true | undefined;
  readonly host?: true | undefined;
  readonly 'prometheus-api'?: string | undefined;
  readonly server?: string | undefined;
  readonly headers?: readonly HeaderInput[] | undefined;
  readonly match?: string | undefined;
}

function bare(about: string): Schema<true> {
  const error = said('expected true', 'write it as true: it has no address of its own');
  return z.literal(true, { error }).meta({ description: about });
}

function entrySchema(): Schema<SourceInput> {
  return z
    .strictObject({
      prometheus: text('A page of metrics (default path: /metrics).').optional(),
      expvar: text('The page of Go expvar (default path: /debug/vars).').optional(),
      pprof: text('The index of Go pprof (default path: /debug/pprof/).').optional(),
      orca: bare('The header endpoint-load-metrics of the responses themselves.').optional(),
      host: bare('This very machine, where the server runs on it.').optional(),
      'prometheus-api': text('A Prometheus server that scrapes the servers already.').optional(),
      server: textOf('Whose it is (default: host and port of the URL).', readServer).optional(),
      headers: headersSchema('Headers of the requests that read it.').optional(),
      match: text(
        'Of prometheus-api: the label matchers that choose the servers, such as job="api".',
      ).optional(),
    })
    .superRefine(checkEntry)
    .transform((entry): SourceInput => {
      const kind = OBSERVE_KINDS.find((each) => entry[each] !== undefined) ?? 'host';
      const url = entry[kind];
      return {
        kind,
        url: typeof url === 'string' ? url : null,
        server: entry.server ?? null,
        headers: entry.headers ?? [],
        match: entry.match ?? null,
      };
    });
}

function checkEntry(entry: Entry, context: Report): void {
  const [first, second] = OBSERVE_KINDS.filter((kind) => entry[kind] !== undefined);
  if (first === undefined) {
    const hint = `add one of ${OBSERVE_KINDS.join(', ')}`;
    report(context, { message: 'this source has no kind', hint, missing: true });
    return;
  }
  const refuse = (key: string, other: string, hint: string): void =>
    report(context, { message: `"${key}" does not go with "${other}"`, hint, path: [key], onKey: true });
  if (second !== undefined) refuse(second, first, 'let each of them be an item of the list');
  if (entry.match !== undefined && first !== 'prometheus-api')
    refuse('match', first, 'it chooses servers of prometheus-api');
  if (entry.headers !== undefined && BARE_KINDS.includes(first))
    refuse('headers', first, 'nothing is requested for it: leave them out');
}

/** Shape of the section; unknown keys are refused. */
export function observeSchema(): Schema<readonly SourceInput[]> {
  const inText = textOf(
    'Kind and URL, such as prometheus=http://10.0.0.7:9100/metrics; orca; host.',
    readSource,
  );
  const entry = z.union([inText, entrySchema()], {
    error: said('expected keys with values, or a text', `write it as ${EXAMPLE}`),
  });
  return z
    .array(entry)
    .max(MAX_SOURCES)
    .meta({ description: 'Where servers tell of themselves; read while the load is on.' });
}
