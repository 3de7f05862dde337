/**
 * Where things stand and how that is said: issues of a plan file or of flags, all at once, each with its place, an
 * excerpt with a caret, and a remedy.
 */
import leven from 'leven';

import { type InputIssue, UsageError } from '../core/errors.ts';
import { isSecretHeader, isSecretName, safeText } from '../core/text.ts';

export type Path = readonly (string | number)[];

/** One thing that is wrong: where, what, and what to do about it. */
export interface Issue {
  readonly path: Path;
  readonly message: string;
  readonly hint: string;
  /** True when the key is meant and not its value. */
  readonly onKey?: boolean;
  /** Where in the value it is, in characters from 0. */
  readonly offset?: number;
  /** True when something is missing that a misspelt key beside it may have been meant to be. */
  readonly missing?: boolean;
  readonly isUnknownKey?: boolean;
}

/** A stretch of one line; line and column count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** An issue with its place in words, and the line of text that it is about. */
export interface LocatedIssue extends InputIssue {
  readonly excerpt: Excerpt | null;
}

export interface Excerpt {
  readonly text: string;
  readonly place: Place;
  /** False where the text is all there is, as for a flag. */
  readonly numbered: boolean;
}

const MAX_ISSUES = 10;
const EXCERPT_WIDTH = 96;
const FARTHEST_TYPO = 2;

/** Edits between two words; two letters swapped are one. */
function distance(a: string, b: string): number {
  const sorted = (text: string): string => [...text].sort().join('');
  return sorted(a) === sorted(b) ? Math.min(1, leven(a, b)) : leven(a, b);
}

/** The one of `known` that was probably meant; null when none is near. */
export function nearest(written: string, known: Iterable<string>): string | null {
  const [first] = [...known]
    .filter((name) => Math.abs(name.length - written.length) <= FARTHEST_TYPO)
    .map((name) => ({ name, edits: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.min(FARTHEST_TYPO, Math.floor(name.length / 2)))
    .sort((a, b) => a.edits - b.edits);
  return first?.name ?? null;
}

/** `did you mean "x"?`, or else what is known, or else `otherwise`. */
export function suggestion(written: string, known: Iterable<string>, otherwise: string): string {
  const near = nearest(written, known);
  return near === null ? otherwise : `did you mean "${safeText(near)}"?`;
}

function stars(text: string): string {
  return '*'.repeat(text.length);
}

/** A value in stars, but for its quotes and its references, which show nothing. */
function hidden(value: string): string {
  return value.replaceAll(
    /(^["']|["']$|\$\{[^}]*\})|[^]/g,
    (character, kept: string | undefined) => kept ?? stars(character),
  );
}

/** Where the value behind a name ends: in a query at `&`, in a flow map at `,` or `}`, else with the line. */
function valueEnd(line: string, start: number, separator: string): number {
  const rest = line.slice(start);
  const quoted = /^(?:"(?:[^"\\]|\\.)*"?|'[^']*'?)/.exec(rest);
  if (quoted !== null) return start + quoted[0].length;
  const isFlow = line.slice(0, start).includes('{');
  const value = separator === '=' ? /^[^&\s"'#]*/ : isFlow ? /^[^,{}[\]]*/ : /^[^{[].*/;
  return start + (value.exec(rest)?.[0].length ?? 0);
}

/** Hides, at the same length, what stands behind a name that looks secret, and user and password of a URL. */
function maskSecrets(line: string): string {
  const name = /["']?([\w.-]+)["']?\s*([:=])\s*/g;
  let masked = line;
  for (let found = name.exec(line); found !== null; found = name.exec(line)) {
    const [, word = '', separator = ':'] = found;
    if (!isSecretHeader(word) && !isSecretName(word)) continue;
    const end = valueEnd(line, name.lastIndex, separator);
    masked = masked.slice(0, name.lastIndex) + hidden(line.slice(name.lastIndex, end)) + masked.slice(end);
    name.lastIndex = Math.max(name.lastIndex, end);
  }
  // The second form is a URL whose scheme was forgotten; nothing else in a plan looks like it.
  return masked.replaceAll(
    /(\/\/|(?<=[\s"'])[^\s"'/?#@:]+:(?=[^\s:]))([^/\s"'?#]+)(?=@)/g,
    (_whole, before: string, userinfo: string) =>
      before === '//' ? before + stars(userinfo) : stars(before + userinfo),
  );
}

/** The line around its column, one character for one, so that the caret stands right. */
function windowOf(text: string, place: Place): { readonly shown: string; readonly before: number } {
  const line = maskSecrets(text).replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (found) =>
    ' '.repeat(found.length),
  );
  const before = place.column - 1;
  const start = line.length <= EXCERPT_WIDTH ? 0 : Math.max(0, before - EXCERPT_WIDTH / 2);
  return { shown: line.slice(start, start + EXCERPT_WIDTH), before: before - start };
}

function excerptLines({ text, place, numbered }: Excerpt): string[] {
  const { shown, before } = windowOf(text, place);
  const label = numbered ? ` ${String(place.line).padStart(3)} | ` : '  ';
  const blank = numbered ? '     | ' : '  ';
  const length = Math.max(1, Math.min(place.length, shown.length - before));
  return [`${label}${shown}`.trimEnd(), `${blank}${' '.repeat(before)}${'^'.repeat(length)}`];
}

/**
 * One error for all issues, in the order of their places: ready to print. A single issue has its remedy as the
 * error's hint; of several, each is followed by its own. At most 10 are spelled out.
 */
export function usageErrorOf(issues: readonly LocatedIssue[]): UsageError {
  const blocks = issues.slice(0, MAX_ISSUES).map((issue) => {
    const lines = [
      `${issue.where}: ${issue.message}`,
      ...(issue.excerpt === null ? [] : excerptLines(issue.excerpt)),
    ];
    return issues.length === 1 ? lines : [...lines, `  hint: ${issue.hint}`];
  });
  const more = issues.length - MAX_ISSUES;
  const rest = more > 0 ? [[`and ${more} more`]] : [];
  const message = [...blocks, ...rest].map((lines) => lines.join('\n')).join('\n');
  const [first] = issues;
  return new UsageError(message, {
    ...(issues.length === 1 && first !== undefined ? { hint: first.hint } : {}),
    issues,
  });
}
