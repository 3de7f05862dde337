/** The targets of a run: those of the plan file or the URL of the command line, with the flags laid over them. */
import { isSecretHeader } from '../../core/text.ts';
import { DEFAULTS, type Secrets, type Target } from '../plan.ts';
import type { Issue, Path } from '../position.ts';
import type { FlagsInput, PlanInput } from '../schema.ts';
import { attemptRead, type PlanReads } from '../source/reads.ts';
import { addressOf } from './address.ts';
import { mergeHeaders } from './headers.ts';
import { type BodyInput, NO_EXPECTATION, type TargetInput } from './target.ts';

/** Leaves room for the number of a second one. */
const LONGEST_NAME = 90;

type RequestFlags = NonNullable<FlagsInput['request']>;

/** What targets are made from. */
export interface TargetSources {
  readonly file: PlanInput;
  readonly flags: FlagsInput;
  readonly secrets: Secrets;
  readonly reads: PlanReads;
  /** The plan file, for the paths in it. */
  readonly relativeTo: string | null;
  readonly complain: (source: 'file' | 'flags', issue: Issue) => void;
}

/** A target as written and where it was written. */
interface Draft {
  readonly input: TargetInput;
  readonly source: 'file' | 'flags';
  readonly path: Path;
  readonly bodySource: 'file' | 'flags';
}

function flagBody(request: RequestFlags): BodyInput | null {
  if (request.bodyFile !== undefined) return { kind: 'file', path: request.bodyFile };
  return request.body === undefined ? null : { kind: 'text', text: request.body, contentType: null };
}

function draftOfUrl(url: string, request: RequestFlags): Draft {
  const body = flagBody(request);
  const method = request.method ?? (body === null ? DEFAULTS.method : 'POST');
  const common = { headers: [], weight: 1, timeoutMs: null, expect: NO_EXPECTATION };
  const input = { name: null, method, url, urlKey: 'url', body, ...common };
  return { input, source: 'flags', path: ['request'], bodySource: 'flags' };
}

function draftsOfFile({ file, flags, complain }: TargetSources): Draft[] {
  const { request = {} } = flags;
  const inputs = file.targets ?? [];
  const body = flagBody(request);
  const key = request.method !== undefined ? 'method' : body !== null ? 'body' : null;
  if (key !== null && inputs.length > 1) {
    const message = `the plan has ${inputs.length} targets, and it is not known which is meant`;
    complain('flags', { path: ['request', key], message, hint: 'drop the flag and edit the plan' });
  }
  return inputs.map((input, index) => ({
    input: { ...input, method: request.method ?? input.method, body: body ?? input.body },
    source: 'file',
    path: ['targets', index],
    bodySource: body === null ? 'file' : 'flags',
  }));
}

function draftsOf(sources: TargetSources): Draft[] {
  const { request = {} } = sources.flags;
  return request.url === undefined ? draftsOfFile(sources) : [draftOfUrl(request.url, request)];
}

function readBody(draft: Draft, sources: TargetSources): string | Uint8Array | null {
  const { body } = draft.input;
  if (body === null) return null;
  if (body.kind !== 'file') return body.kind === 'text' ? body.text : body.bytes;
  const { reads, complain } = sources;
  const isStdin = draft.bodySource === 'flags' && body.path === '-';
  const relativeTo = draft.bodySource === 'flags' ? null : sources.relativeTo;
  const read = attemptRead(() => (isStdin ? reads.readStdin() : reads.readBytes(body.path, relativeTo)));
  if (read.ok) return read.value;
  const path = draft.bodySource === 'flags' ? ['request', 'bodyFile'] : [...draft.path, 'bodyFile'];
  complain(draft.bodySource, { path, message: `the body cannot be read: ${read.reason}`, hint: read.hint });
  return null;
}

/** Credentials are bound to the place they were meant for: a URL elsewhere does not get those of the plan. */
function planHeaders(url: string, { file, secrets }: TargetSources): PlanInput['headers'] {
  const headers = file.headers ?? [];
  const base = file.base === undefined ? null : addressOf(file.base, null, secrets);
  if (base === null || 'message' in base || originOf(base.url) === originOf(url)) return headers;
  return headers.filter(([name]) => !isSecretHeader(name));
}

function originOf(url: string): string {
  return /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? url;
}

function headersOf(
  draft: Draft,
  address: { url: string; authorization: string | null },
  sources: TargetSources,
): [string, string][] {
  const { body, headers } = draft.input;
  const contentType = body?.kind === 'text' ? body.contentType : null;
  const common = draft.source === 'file' ? sources.file.headers : planHeaders(address.url, sources);
  return mergeHeaders(
    contentType === null ? [] : [['content-type', contentType]],
    address.authorization === null ? [] : [['authorization', address.authorization]],
    common ?? [],
    headers,
    sources.flags.request?.headers ?? [],
  );
}

/** `GET /path`, with what a name may not hold replaced, and `{uuid}` for a reference. */
function defaultName(method: string, url: string): string {
  const path = /^[^:]*:\/\/(?:\$\{[^}]*\}|[^/?#])*([^?#]*)/.exec(url)?.[1] ?? '';
  const plain = path.replaceAll('${', '{').replaceAll(/[\p{C}<>=!≤≥]/gu, '_');
  return `${method} ${plain === '' ? '/' : plain}`.slice(0, LONGEST_NAME).trim();
}

/** Names that are given stay; a default one that is taken gets a number. */
function namesOf(
  drafts: readonly Draft[],
  urls: readonly string[],
  complain: TargetSources['complain'],
): string[] {
  const taken = new Set(drafts.flatMap(({ input }) => (input.name === null ? [] : [input.name])));
  const seen = new Set<string>();
  return drafts.map(({ input, path }, index) => {
    if (input.name !== null) {
      const issue = {
        path: [...path, 'name'],
        message: `the target "${input.name}" is there twice`,
        hint: 'rename one of them',
      };
      if (seen.has(input.name)) complain('file', issue);
      seen.add(input.name);
      return input.name;
    }
    const plain = defaultName(input.method, urls[index] ?? '');
    let name = plain;
    for (let count = 2; taken.has(name); count += 1) name = `${plain} (${count})`;
    taken.add(name);
    return name;
  });
}

function addressOfDraft(draft: Draft, sources: TargetSources): { url: string; authorization: string | null } {
  const base = draft.source === 'file' ? (sources.file.base ?? null) : null;
  const address = addressOf(draft.input.url, base, sources.secrets);
  if (!('message' in address)) return address;
  sources.complain(draft.source, { path: [...draft.path, draft.input.urlKey], ...address });
  return { url: '', authorization: null };
}

/** All targets of a run, complete. What is wrong goes to `complain`, and the targets are then not to be used. */
export function buildTargets(sources: TargetSources): readonly Target[] {
  const { file, flags } = sources;
  const drafts = draftsOf(sources);
  const addresses = drafts.map((draft) => addressOfDraft(draft, sources));
  const urls = addresses.map(({ url }) => url);
  const names = namesOf(drafts, urls, sources.complain);
  return drafts.map((draft, index) => {
    const { method, weight, expect, timeoutMs } = draft.input;
    const address = addresses[index] ?? { url: '', authorization: null };
    return {
      name: names[index] ?? '',
      method,
      url: address.url,
      headers: headersOf(draft, address, sources),
      body: readBody(draft, sources),
      weight,
      timeoutMs: flags.load?.timeout ?? timeoutMs ?? file.load?.timeout ?? DEFAULTS.timeoutMs,
      expect,
    };
  });
}
