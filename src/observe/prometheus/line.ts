/** One line of a page of metrics: a sample with its labels. */

import { parseNumber } from './number.ts';
import { type MetricSample, MetricsSyntaxError } from './sample.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const NAME = /[A-Za-z_:][A-Za-z0-9_:]*/y;
const LABEL_NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const BLANKS = /[ \t]*/y;
const TOKEN = /[^ \t#]+/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['"', '"'],
  ['n', '\n'],
]);

/** Where a line is read; `at` moves on. */
export interface Cursor {
  readonly text: string;
  /** Counts from 1. */
  readonly line: number;
  readonly isOpenMetrics: boolean;
  at: number;
}

/** The name that a line begins with, `at` behind it; empty where a brace stands first, as with quoted names. */
export function readName(cursor: Cursor): string {
  skipBlanks(cursor);
  return take(cursor, NAME);
}

/**
 * What follows the name: labels, value, time, and what OpenMetrics hangs on it.
 *
 * @param wanted false: the grammar is checked all the same, but the labels are not kept
 * @throws MetricsSyntaxError
 */
export function readSample(cursor: Cursor, name: string, wanted: boolean): MetricSample | null {
  const labels = new Map<string, string>();
  skipBlanks(cursor);
  let full = name;
  if (cursor.text[cursor.at] === '{') full = readLabels(cursor, labels) ?? name;
  if (full === '') fail(cursor, 'a metric name is missing');
  const value = readValue(cursor, 'value');
  const time = readTime(cursor);
  if (cursor.at < cursor.text.length) readExemplar(cursor);
  return wanted ? { name: owned(full), labels: ownedLabels(labels), value, timestampMs: time } : null;
}

/** A copy: a piece of a text keeps the whole text alive, here a page of megabytes for a name. */
function owned(piece: string): string {
  return Buffer.from(piece).toString();
}

function ownedLabels(labels: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...labels].map(([name, value]) => [owned(name), owned(value)]));
}

/** Fills `labels`. @returns the name of the metric when it stands among them, in quotes */
function readLabels(cursor: Cursor, labels: Map<string, string>): string | undefined {
  let name: string | undefined;
  cursor.at += 1;
  for (;;) {
    skipBlanks(cursor);
    if (accept(cursor, '}')) return name;
    const isQuoted = cursor.text[cursor.at] === '"';
    const key = isQuoted ? readQuoted(cursor) : take(cursor, LABEL_NAME);
    if (key === '') fail(cursor, 'a label name is missing');
    skipBlanks(cursor);
    if (accept(cursor, '=')) {
      skipBlanks(cursor);
      if (cursor.text[cursor.at] !== '"') fail(cursor, `the value of label ${key} is not in quotes`);
      if (labels.has(key)) fail(cursor, `label ${key} stands twice`);
      labels.set(key, readQuoted(cursor));
    } else if (isQuoted && name === undefined) name = key;
    else fail(cursor, `label ${key} has no value`);
    skipBlanks(cursor);
    if (accept(cursor, ',')) continue;
    if (accept(cursor, '}')) return name;
    fail(cursor, 'the labels do not end with }');
  }
}

function readQuoted(cursor: Cursor): string {
  const { text } = cursor;
  const from = cursor.at + 1;
  let at = from;
  let hasEscapes = false;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) break;
    if (code !== BACKSLASH) continue;
    hasEscapes = true;
    at += 1;
  }
  if (at >= text.length) fail(cursor, 'a quote is not closed');
  cursor.at = at + 1;
  const raw = text.slice(from, at);
  return hasEscapes ? raw.replaceAll(/\\(.)/gs, (all, sign: string) => ESCAPES.get(sign) ?? all) : raw;
}

function readValue(cursor: Cursor, what: string): number {
  skipBlanks(cursor);
  const token = take(cursor, TOKEN);
  if (token === '') fail(cursor, `a ${what} is missing`);
  const value = parseNumber(token);
  return value ?? fail(cursor, `"${owned(token.slice(0, 40))}" is no ${what}`);
}

function readTime(cursor: Cursor): number | null {
  skipBlanks(cursor);
  if (cursor.at >= cursor.text.length || cursor.text[cursor.at] === '#') return null;
  const time = readValue(cursor, 'timestamp');
  if (!Number.isFinite(time)) fail(cursor, 'a timestamp is not finite');
  skipBlanks(cursor);
  return cursor.isOpenMetrics ? time * 1000 : time;
}

function readExemplar(cursor: Cursor): void {
  if (!cursor.isOpenMetrics) fail(cursor, 'something follows the sample');
  if (!accept(cursor, '#')) fail(cursor, 'something follows the sample');
  skipBlanks(cursor);
  if (cursor.text[cursor.at] !== '{') fail(cursor, 'an exemplar does not begin with {');
  if (readLabels(cursor, new Map()) !== undefined) fail(cursor, 'a label of an exemplar has no value');
  readValue(cursor, 'value of an exemplar');
  readTime(cursor);
  if (cursor.at < cursor.text.length) fail(cursor, 'something follows the exemplar');
}

function skipBlanks(cursor: Cursor): void {
  take(cursor, BLANKS);
}

function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0] ?? '';
  cursor.at += found.length;
  return found;
}

function accept(cursor: Cursor, sign: string): boolean {
  if (cursor.text[cursor.at] !== sign) return false;
  cursor.at += 1;
  return true;
}

function fail(cursor: Cursor, why: string): never {
  throw new MetricsSyntaxError(cursor.line, why);
}
