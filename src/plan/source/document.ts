/**
 * The text of a plan, YAML or JSON, to a tree of plain values, and every place in it found again by path. YAML that
 * could surprise (tags, deep nesting, alias bombs, duplicate keys, numbers that change) is refused.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from 'yaml';

import { safeText } from '../../core/text.ts';
import type { Issue, LocatedIssue, Path, Place } from '../position.ts';
import { AliasTargets } from './aliases.ts';
import { MAX_DEPTH, tooDeepAt } from './nesting.ts';
import { withoutNotifierSecrets } from './notifier-mask.ts';
import { type Fault, keyText, plainValues, rangeOf, startOf } from './plain-values.ts';

/** A plan file as it was read: its name, for messages, and its text. */
export interface PlanText {
  /** Path as messages show it. */
  readonly file: string;
  readonly text: string;
}

/** A text that was read: its tree, what was refused in it, and the way from a path back to the text. */
export interface PlanTree {
  /** Null where something was refused. */
  readonly tree: unknown;
  readonly refused: readonly LocatedIssue[];
  /** Adds the place of the path, or of the nearest thing above it that is there. */
  readonly locate: (issue: Issue) => LocatedIssue;
  /** Line and column of a place in the value at a path. */
  readonly positionOf: (issue: Pick<Issue, 'path' | 'onKey' | 'offset'>) => Place;
}

const MAX_CHARACTERS = 1_000_000;

/** Refuses what the parser must not even see. */
function textFault(text: string): Fault | null {
  if (text.length > MAX_CHARACTERS) {
    return {
      start: 0,
      message: 'the plan is larger than 1 MB',
      hint: 'put bodies and data into files of their own',
    };
  }
  const control = /(?![\t\n\r])\p{Cc}/u.exec(text);
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    const message = `there is a control character, U+${code}`;
    return { start: control.index, message, hint: 'save the plan as UTF-8 text' };
  }
  const deep = tooDeepAt(text);
  if (deep === null) return null;
  return {
    start: deep,
    message: `nesting is deeper than ${MAX_DEPTH} levels`,
    hint: 'a plan needs fewer than ten',
  };
}

function yamlFault(error: YAMLError): Fault {
  const [start] = error.pos;
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return { start, message: 'there is a tab in the indentation', hint: 'indent with spaces' };
    case 'MULTIPLE_DOCS':
      return {
        start,
        message: 'there is more than one document',
        hint: 'remove what follows the line "---"',
      };
    default: {
      const message = safeText(error.message, { maxLength: 200 });
      const first = message.charAt(0).toLowerCase() + message.slice(1);
      return {
        start,
        message: `not valid YAML: ${first}`,
        hint: 'check indentation, brackets and quotes near here',
      };
    }
  }
}

/** The fault of the syntax: it makes everything after it doubtful, so it stands alone. */
function syntaxFaults({ errors: [wrong] }: Document.Parsed): Fault[] {
  return wrong === undefined ? [] : [yamlFault(wrong)];
}

/** A document, and what its aliases stand for. */
interface Readable {
  readonly document: Document;
  readonly targets: AliasTargets;
  readonly pairs: PairIndex;
}

/** The pairs of a map by the text of their key; of several with the same, the first. */
class PairIndex {
  readonly #pairs = new WeakMap<YAMLMap, ReadonlyMap<unknown, Pair>>();

  of(map: YAMLMap, key: string | number): Pair | undefined {
    const known =
      this.#pairs.get(map) ?? new Map(map.items.map((pair) => [keyText(pair.key), pair] as const).reverse());
    this.#pairs.set(map, known);
    return known.get(key);
  }
}

/** The node at a path, or the nearest one above it that is there, and the key that it belongs to. */
function nodeAt(
  { document, targets, pairs }: Readable,
  path: Path,
): { readonly node: unknown; readonly key: unknown } {
  let node: unknown = document.contents;
  let key: unknown = null;
  for (const step of path) {
    if (isAlias(node)) node = targets.of(node);
    const pair = isMap(node) ? pairs.of(node, step) : null;
    const item: unknown =
      isSeq(node) && typeof step === 'number' ? node.items[step] : (pair?.value ?? pair?.key);
    if (item === undefined) break;
    node = item;
    key = pair?.key ?? null;
  }
  return { node, key };
}

/** Start of the piece at `offset` of a text; the start of it all when escapes or line breaks lie between. */
function offsetIn(node: Scalar, offset: number, text: string): number {
  const isQuoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
  const first = startOf(node) + (isQuoted ? 1 : 0);
  const isVerbatim = typeof node.value === 'string' && text.startsWith(node.value.slice(0, offset), first);
  return isVerbatim ? first + offset : startOf(node);
}

function rangeAt(
  readable: Readable,
  issue: Pick<Issue, 'path' | 'onKey' | 'offset'>,
  text: string,
): [number, number] {
  const { node, key } = nodeAt(readable, issue.path);
  const wanted = issue.onKey === true && key !== null ? key : node;
  const [start, end] = rangeOf(wanted);
  if (!isScalar(wanted)) return [start, start + 1];
  if (issue.offset === undefined || issue.offset === 0) return [start, end];
  const at = offsetIn(wanted, issue.offset, text);
  return [at, at + 1];
}

/** Reads a text whatever it holds; never throws. A byte order mark is skipped. */
export function readDocument({ file, text: raw }: PlanText): PlanTree {
  const text = raw.replace(/^\uFEFF/, '');
  const lines = new LineCounter();
  const fault = textFault(text);
  const document = parseDocument(fault === null ? text : '', {
    lineCounter: lines,
    merge: false,
    prettyErrors: false,
    resolveKnownTags: false,
    schema: 'core',
    strict: true,
    // Looked for later, by name: the parser compares each key with every other one of its map.
    uniqueKeys: false,
  });
  const targets = new AliasTargets(document);
  const readable = { document, targets, pairs: new PairIndex() };
  if (fault !== null) for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1);
  const placeOf = ([start, end]: readonly [number, number]): Place => {
    const { line, col } = lines.linePos(start);
    return { line, column: col, length: Math.max(1, end - start) };
  };
  let masked: string | null = null;
  // Masking takes time, and most plans have nothing to complain about.
  const shown = (): string => {
    const isRead = fault === null && document.errors.length === 0;
    masked ??= withoutNotifierSecrets(text, isRead ? document : null, targets);
    return masked;
  };
  const locate = (place: Place, { message, hint }: Pick<Issue, 'message' | 'hint'>): LocatedIssue => {
    const line = lineAt(shown(), lines.lineStarts[place.line - 1] ?? 0);
    const where = `${safeText(file)}:${place.line}:${place.column}`;
    return {
      where,
      message,
      hint,
      excerpt: line.trim() === '' ? null : { text: line, place, numbered: true },
      at: { file, line: place.line, column: place.column },
    };
  };
  const syntax = fault === null ? syntaxFaults(document) : [fault];
  const plain = syntax.length === 0 ? plainValues(document, targets) : { tree: null, faults: syntax };
  const positionOf: PlanTree['positionOf'] = (issue) => placeOf(rangeAt(readable, issue, text));
  return {
    tree: plain.tree,
    refused: plain.faults.map((each) => locate(placeOf([each.start, each.start + 1]), each)),
    locate: (issue) => locate(positionOf(issue), issue),
    positionOf,
  };
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
}
