/** What the schema finds wrong, in words: one issue for each place, with a remedy. */
import type { z } from 'zod';

import { safeText } from '../../core/text.ts';
import { type Issue, type Path, suggestion } from '../position.ts';

type ZodIssue = z.core.$ZodIssue;

/** What the wording looks things up in. */
export interface Wording {
  /** The tree that was checked. */
  readonly tree: unknown;
  /** JSON Schema of what may stand in it. */
  readonly schema: unknown;
}

const TYPES: Readonly<Record<string, readonly [words: string, hint: string]>> = {
  string: ['a text', 'put quotes around it'],
  number: ['a number', 'write a number, without quotes or unit'],
  int: ['a whole number', 'write a whole number, without quotes or unit'],
  boolean: ['true or false', 'write true or false, without quotes'],
  object: ['keys with values', 'write it as { key: value }'],
  record: ['keys with values', 'write it as { name: value }'],
  array: ['a list', 'write it as [ one, another ], or each item behind a dash'],
};

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function childOf(value: unknown, step: string | number): unknown {
  return entriesOf(value).find(([key]) => key === String(step))?.[1];
}

function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>(childOf, tree);
}

/** The alternatives that a JSON Schema offers, itself included. */
function alternatives(schema: unknown): unknown[] {
  const anyOf = childOf(schema, 'anyOf');
  return [schema, ...(Array.isArray(anyOf) ? anyOf.flatMap(alternatives) : [])];
}

/** Keys that a JSON Schema knows at a path. */
function keysAt(schema: unknown, path: Path): string[] {
  let here = alternatives(schema);
  for (const step of path) {
    const below = here.map((each) => {
      const named = typeof step === 'number' ? undefined : childOf(childOf(each, 'properties'), step);
      return named ?? childOf(each, typeof step === 'number' ? 'items' : 'additionalProperties');
    });
    here = below.filter((each) => each !== undefined).flatMap(alternatives);
  }
  return here.flatMap((each) => entriesOf(childOf(each, 'properties')).map(([key]) => key));
}

/** Of a load, names that other sections have for what it calls otherwise. */
const OF_LOAD: ReadonlyMap<string, string> = new Map([
  ['for', 'did you mean "duration"?'],
  ['users', 'a closed loop is { closed: { users: 5 } }'],
  ['think', 'a closed loop is { closed: { users: 5, think: 1s } }'],
]);

/** Where each key belongs: the first section that knows it, else a target. */
function homesOf(schema: unknown): ReadonlyMap<string, string> {
  const places: readonly (readonly [home: string, path: Path])[] = [
    ...keysAt(schema, []).map((section) => [section, [section]] as const),
    ['a target', ['targets', 0]],
  ];
  const homes = new Map<string, string>();
  for (const [home, path] of places) {
    for (const key of keysAt(schema, path)) if (!homes.has(key)) homes.set(key, home);
  }
  return homes;
}

/** Looked up once for all of them: a file of something else altogether has tens of thousands. */
function unknownKeys(keys: readonly string[], path: Path, { schema }: Wording): Issue[] {
  const known = keysAt(schema, path);
  const homes = homesOf(schema);
  const isLoad = path.length === 1 && path[0] === 'load';
  return keys.map((key) => {
    const issue = unknownKey(key, path, { known, home: homes.get(key) });
    const hint = isLoad ? OF_LOAD.get(key) : undefined;
    return hint === undefined ? issue : { ...issue, hint };
  });
}

function unknownKey(
  key: string,
  path: Path,
  { known, home }: { readonly known: readonly string[]; readonly home: string | undefined },
): Issue {
  const otherwise =
    home === undefined || known.length === 0 ? `known here: ${known.join(', ')}` : `it belongs under ${home}`;
  const hint = suggestion(key, known, otherwise);
  const isUnknownKey = true;
  return {
    path: [...path, key],
    onKey: true,
    isUnknownKey,
    message: `unknown key "${safeText(key.replace(/(:\/\/)[^]*/, '$1***'), { maxLength: 60 })}"`,
    hint,
  };
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'boolean') return 'true or false';
  return typeof value === 'string' ? 'a text' : 'keys with values';
}

function wrongType(expected: string, path: Path, { tree }: Wording): Issue {
  const value = valueAt(tree, path);
  const last = path.at(-1);
  const [words, hint] = TYPES[expected] ?? [`a value of type ${expected}`, 'see the schema of the plan'];
  if (last === undefined && value === null) {
    return { path, message: 'the plan is empty', hint: 'write at least version: 1 and targets' };
  }
  if (value === undefined) {
    return { path, message: `the key "${String(last)}" is missing`, hint: `add it: ${words}` };
  }
  return { path, message: `expected ${words}, got ${kindOf(value)}`, hint };
}

function wrongValue(values: readonly unknown[], path: Path, { tree }: Wording): Issue {
  const known = values.map(String);
  const value = valueAt(tree, path);
  const written = typeof value === 'string' ? value : '';
  const message = `expected ${known.join(' or ')}`;
  return { path, message, hint: suggestion(written, known, `write ${known.join(' or ')}`) };
}

function beyond(issue: Extract<ZodIssue, { code: 'too_small' | 'too_big' }>, path: Path): Issue {
  const least = issue.code === 'too_small';
  const limit = Number(least ? issue.minimum : issue.maximum).toLocaleString('en-US');
  const bound =
    issue.inclusive === false ? (least ? 'more than' : 'less than') : least ? 'at least' : 'at most';
  if (issue.origin === 'array') {
    return {
      path,
      message: `the list must have ${bound} ${limit} items`,
      hint: least ? 'add one' : 'make it shorter',
    };
  }
  return { path, message: `must be ${bound} ${limit}`, hint: `write a number that is ${bound} ${limit}` };
}

/** A message of our own: text and remedy on two lines. */
function ownWords(issue: ZodIssue, path: Path): Issue | null {
  const [message = '', hint] = issue.message.split('\n');
  if (hint === undefined) return null;
  const params = issue.code === 'custom' ? issue.params : undefined;
  const offset: unknown = params?.['offset'];
  return {
    path,
    message: safeText(message, { maxLength: 300 }),
    hint: safeText(hint, { maxLength: 300 }),
    onKey: params?.['onKey'] === true,
    missing: params?.['missing'] === true,
    ...(typeof offset === 'number' ? { offset } : {}),
  };
}

/** True when a branch of a union is of another type altogether, so that its issues say nothing. */
function isOtherType(branch: readonly ZodIssue[]): boolean {
  return branch.some((issue) => {
    if (issue.path.length > 0) return false;
    if (issue.code === 'invalid_union') return issue.errors.every(isOtherType);
    return issue.code === 'invalid_type' || issue.code === 'invalid_value';
  });
}

/** The issues of the branch that was probably meant. */
function ofUnion(issue: Extract<ZodIssue, { code: 'invalid_union' }>, path: Path, wording: Wording): Issue[] {
  const meant = issue.errors
    .filter((branch) => branch.length > 0 && !isOtherType(branch))
    .sort((a, b) => a.length - b.length)[0];
  if (meant !== undefined) return meant.flatMap((each) => issuesOf(each, path, wording));
  const own = ownWords(issue, path);
  if (own !== null) return [own];
  const expected = issue.errors
    .flat()
    .flatMap((each) => (each.code === 'invalid_type' ? [each.expected] : []));
  const words = [...new Set(expected.map((type) => TYPES[type]?.[0] ?? type))].join(' or ');
  const got = kindOf(valueAt(wording.tree, path));
  return [
    {
      path,
      message: `expected ${words}, got ${got}`,
      hint: TYPES[expected[0] ?? '']?.[1] ?? 'see the schema',
    },
  ];
}

/**
 * The issues without those about something missing that stand where a key is unknown: most often it was meant, and
 * misspelt.
 */
export function withoutEchoes(issues: readonly Issue[]): Issue[] {
  const unknown = issues.filter(({ isUnknownKey }) => isUnknownKey === true);
  const parents = new Set(unknown.map(({ path }) => path.slice(0, -1).join('\0')));
  return issues.filter(({ missing, path }) => missing !== true || !parents.has(path.join('\0')));
}

/** An issue of zod, in words. @param at path of the value that `issue.path` starts from */
export function issuesOf(issue: ZodIssue, at: Path, wording: Wording): Issue[] {
  const path = [...at, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  if (issue.code === 'invalid_union') return ofUnion(issue, path, wording);
  const own = ownWords(issue, path);
  if (own !== null) return [own];
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKeys(issue.keys, path, wording);
    case 'invalid_type':
      return [wrongType(issue.expected, path, wording)];
    case 'invalid_value':
      return [wrongValue(issue.values, path, wording)];
    case 'too_small':
    case 'too_big':
      return [beyond(issue, path)];
    default:
      return [{ path, message: safeText(issue.message), hint: 'see the schema of the plan' }];
  }
}
