/**
 * The `${...}` references of a plan: where they stand, what they stand for, and every value that must never be
 * shown. Values travel beside the plan as {@link Secrets}.
 */
import { isSecretName } from '../core/text.ts';
import { KINDS } from './canary/notifier.ts';
import { addressOf } from './emit/emit-settings.ts';
import { EMIT_KINDS } from './emit/sink-text.ts';
import { notifierSecrets } from './notify/notifier-secrets.ts';
import { OBSERVE_KINDS } from './observe/observe-source.ts';
import type { Plan, Secrets } from './plan.ts';
import type { Issue, Path } from './position.ts';
import { expand } from './request/expansion.ts';
import type { Reference } from './request/reference.ts';
import { parseTemplate } from './request/template-text.ts';
import { secretsOfHeaders } from './source/header-secrets.ts';
import { urlSecrets } from './source/url-secrets.ts';

export { expand, mapLiterals } from './request/expansion.ts';

/** A reference and the place of the text that holds it. */
export interface FoundReference {
  readonly path: Path;
  readonly onKey: boolean;
  readonly reference: Reference;
}

/** A text somewhere in a tree of plain values. */
interface FoundText {
  readonly path: Path;
  readonly onKey: boolean;
  readonly text: string;
}

/** Where references are read; `*` stands for any one step, `**` for one or more. */
const EVERYTHING: readonly Path[] = [
  ['headers', '*'],
  ...['url', 'get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'body'].map((key) => [
    'targets',
    '*',
    key,
  ]),
  ['targets', '*', 'headers', '*'],
  ['targets', '*', 'json', '**'],
  ['targets', '*', 'json'],
  ['targets', '*', 'form', '**'],
  ['request', 'url'],
  ['request', 'headers', '*'],
  ['request', 'body'],
];
/** Of those who are told; read only by commands that tell somebody. */
const TOLD: readonly Path[] = [
  ['canary', 'control'],
  ...KINDS.flatMap((kind): Path[] => [
    ['notify', '*', kind],
    ['notify', '*', kind, '**'],
  ]),
];
/**
 * Of sources and sinks, by any command that reads a plan, as those of targets: what is missing is found before anything
 * is sent. An item may be a text as a whole, as a flag is.
 */
const BESIDE: readonly Path[] = (['observe', 'emit'] as const).flatMap((section): Path[] => [
  [section, '*'],
  ...(section === 'observe' ? OBSERVE_KINDS : EMIT_KINDS).map((kind) => [section, '*', kind]),
  [section, '*', 'headers', '*'],
]);
const SECRETS_ONLY: readonly Path[] = [['base'], ['http', 'proxy'], ['tls', 'key'], ...TOLD, ...BESIDE];
/** Read by parsers of their own, which say themselves what cannot stand there. */
const ELSEWHERE: readonly Path[] = [
  ['load', '**'],
  ['objectives', '**'],
  ['agreement', '**'],
  ...['check', 'every', 'rate', 'for', 'remind', 'slo', 'period', 'certificate', 'fail'].map((key) => [
    'canary',
    key,
  ]),
  ['canary', 'maintenance', '**'],
];

const LOOKS_LIKE_REFERENCE = /(?<!\$)\$\{(?:env:|file:|data\.|random\.|uuid\}|seq\})/;

function fits(path: Path, pattern: Path): boolean {
  const open = pattern.at(-1) === '**';
  if (open ? path.length < pattern.length : path.length !== pattern.length) return false;
  return pattern.every((step, index) => step === '*' || step === '**' || step === path[index]);
}

function stands(at: Path, patterns: readonly Path[]): boolean {
  return patterns.some((pattern) => fits(at, pattern));
}

function* textsOf(value: unknown, path: Path): Generator<FoundText> {
  if (typeof value === 'string') yield { path, onKey: false, text: value };
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, item] of Object.entries(value)) {
    const step = [...path, isList ? Number(key) : key];
    if (!isList) yield { path: step, onKey: true, text: key };
    yield* textsOf(item, step);
  }
}

/** The references of one text, or what is wrong with it. */
function read(found: FoundText): {
  readonly references: readonly FoundReference[];
  readonly issue: Issue | null;
} {
  const { path, onKey, text } = found;
  const parsed = parseTemplate(text);
  if (!parsed.ok) {
    const { message, hint, offset } = parsed.error;
    return { references: [], issue: { path, onKey, message, hint, offset } };
  }
  const references = parsed.parts.filter((part) => typeof part !== 'string');
  return { references: references.map((reference) => ({ path, onKey, reference })), issue: null };
}

function cannotStand(found: FoundText, offset: number, hint: string): Issue {
  return { path: found.path, onKey: found.onKey, offset, message: 'this reference cannot stand here', hint };
}

/** True for a reference whose value only a command needs that tells somebody. */
export function isOfTold({ path }: FoundReference): boolean {
  return stands(path, TOLD);
}

/**
 * All references of a plan as written (or of flags in the same shape), in order, and an issue for each that is
 * malformed, unknown, or stands where none is read.
 */
export function collectReferences(tree: unknown): {
  readonly references: readonly FoundReference[];
  readonly issues: readonly Issue[];
} {
  const references: FoundReference[] = [];
  const issues: Issue[] = [];
  for (const found of textsOf(tree, [])) {
    if (!found.text.includes('${') || stands(found.path, ELSEWHERE)) continue;
    const isName = found.onKey && found.path.includes('headers');
    const isEverything = stands(found.path, EVERYTHING) && !isName;
    if (!isEverything && (isName || !stands(found.path, SECRETS_ONLY))) {
      const offset = found.text.search(LOOKS_LIKE_REFERENCE);
      const hint =
        'references are read in URLs, request headers, bodies, http.proxy, tls.key, notify, observe and emit';
      if (offset >= 0) issues.push(cannotStand(found, offset, hint));
      continue;
    }
    const { references: here, issue } = read(found);
    if (issue !== null) issues.push(issue);
    for (const each of here) {
      const { kind, offset } = each.reference;
      if (isEverything || kind === 'env' || kind === 'file') references.push(each);
      else
        issues.push(
          cannotStand(
            found,
            offset,
            'only ${env:NAME} and ${file:PATH} can: this is the same for every request',
          ),
        );
    }
  }
  return { references, issues };
}

function* namedSecrets(value: unknown, isSecret: boolean): Generator<string> {
  if (isSecret && (typeof value === 'string' || typeof value === 'number')) yield String(value);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) yield* namedSecrets(item, isSecret || isSecretName(key));
}

function bodySecrets(body: string): string[] {
  try {
    const value: unknown = JSON.parse(body);
    return [...namedSecrets(value, false)];
  } catch {
    const fields = [...new URLSearchParams(body)];
    return fields.filter(([name]) => isSecretName(name)).map(([, value]) => value);
  }
}

/**
 * Every value that no output may show, for a redactor: what references stand for, and what was written out in
 * secret-looking headers, URLs and bodies of the plan, and in what notifiers are reached by.
 */
export function secretValues(plan: Plan, secrets: Secrets): readonly string[] {
  const literals = plan.targets.flatMap(({ url, headers, body }) => [
    ...secretsOfHeaders(expandedHeaders(headers, secrets)),
    ...urlSecrets(expand(url, secrets)),
    ...(typeof body === 'string' ? bodySecrets(expand(body, secrets)) : []),
  ]);
  const others = [plan.http.proxy, plan.canary?.control].flatMap((url) =>
    urlSecrets(expand(url ?? '', secrets)),
  );
  const told = notifierSecrets(plan.notify ?? [], secrets, 'drawn');
  const beside = besideSecrets(plan, secrets);
  return [...new Set([...Object.values(secrets), ...literals, ...others, ...told, ...beside])].filter(
    (value) => value !== '',
  );
}

/** Of sources and sinks: what stands in their addresses and headers. */
function besideSecrets({ observe = [], emit = [] }: Plan, secrets: Secrets): string[] {
  const addresses = [...observe.map(({ url }) => url ?? ''), ...emit.map(addressOf)];
  const headers = [...observe, ...emit].flatMap((each) => ('headers' in each ? each.headers : []));
  return [
    ...addresses.flatMap((address) => urlSecrets(expand(address, secrets))),
    ...secretsOfHeaders(expandedHeaders(headers, secrets)),
  ];
}

function expandedHeaders(
  headers: readonly (readonly [name: string, value: string])[],
  secrets: Secrets,
): [name: string, value: string][] {
  return headers.map(([name, value]) => [name, expand(value, secrets)]);
}
