/** How lines of a terminal report are measured, wrapped, cut and put under headings. */

import { stripVTControlCharacters } from 'node:util';
import type { Ink } from '../terminal-ink.ts';

/** Blanks in front of what stands under a heading. */
export const INDENT = 2;

/** The ink of what stands under a heading: narrower by its indent. */
export function inset(ink: Ink): Ink {
  return { ...ink, width: ink.width - INDENT };
}

/** Widest that running text becomes, whatever the terminal: longer lines are hard to read. */
const WIDEST_TEXT = 100;

/** Scripts and pictures that take two columns (Unicode Standard Annex 11, East Asian Width, W and F). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const COMBINING = /^\p{M}$/u;

/** Columns that a line takes; colours take none. */
export function textWidth(line: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(line)) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (character <= '~') return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Unpainted text, cut to `width` columns with an ellipsis where something is missing. */
export function cut(ink: Ink, text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const ellipsis = ink.plain('…');
  const room = width - ellipsis.length;
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > room) break;
    kept += character;
  }
  return kept.trimEnd() + ellipsis;
}

/** Unpainted text in lines of at most `width` columns, broken between words, and inside words that are longer. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.split(' ').flatMap((word) => slices(word, width))) {
    if (line !== '' && textWidth(line) + 1 + textWidth(piece) > width) {
      lines.push(line);
      line = piece;
    } else {
      line = line === '' ? piece : `${line} ${piece}`;
    }
  }
  return [...lines, line];
}

function slices(word: string, width: number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of word) {
    if (part !== '' && textWidth(part) + characterWidth(character) > width) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}

/** With fewer columns beside its lead a text stands below it. */
const LEAST_BESIDE = 20;
const BELOW = '    ';

/** `lead` and, beside it, text that wraps under its own beginning; below it where there is no room. `lead` may be painted. */
export function hanging(ink: Ink, lead: string, text: string): string[] {
  const width = Math.min(ink.width, WIDEST_TEXT);
  const margin = textWidth(lead);
  if (width - margin < LEAST_BESIDE) {
    const lines = wrap(text, Math.max(LEAST_BESIDE, width - BELOW.length)).map((line) => BELOW + line);
    return lead.trim() === '' ? lines : [lead.trimEnd(), ...lines];
  }
  return wrap(text, width - margin).map((line, index) => (index === 0 ? lead : ' '.repeat(margin)) + line);
}

/** Names with texts beside them: the texts aligned, and wrapped under themselves. Names may be painted. */
export function entryLines(ink: Ink, entries: readonly Entry[]): string[] {
  const column = Math.max(0, ...entries.map(([name]) => textWidth(name)));
  const padded = (name: string): string => name + ' '.repeat(column - textWidth(name) + 2);
  return entries.flatMap(([name, text]) => hanging(ink, padded(name), text));
}

export type Entry = readonly [name: string, text: string];

/** A heading, with `beside` on its line, and indented lines under it; nothing at all when both are empty. */
export function section(ink: Ink, title: string, { beside = '', lines = [] }: Section): string[] {
  if (beside === '' && lines.length === 0) return [];
  const heading = ink.strong(title) + (beside === '' ? '' : `  ${beside}`);
  return ['', heading, ...lines.map((line) => (line === '' ? '' : ' '.repeat(INDENT) + line))];
}

export interface Section {
  readonly beside?: string;
  readonly lines?: readonly string[];
}

/**
 * The lines as one text that ends with a newline. Wrapping can bring `::` to the start of a line, where CI services
 * read it as a command: it gets a blank inside, as safeText gives it at the start of a text.
 */
export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line.replace(/^(\s*):(?=:)/, '$1: ')}\n`).join('');
}

/** The first block whose lines all fit into `width` columns, or the last one. Richest first. */
export function firstThatFits(blocks: readonly (() => string[])[], width: number): string[] {
  let lines: string[] = [];
  for (const block of blocks) {
    lines = block();
    if (lines.every((line) => textWidth(line) <= width)) return lines;
  }
  return lines;
}

/** Parts that belong together, in as few lines as fit: `a   b   c`. Parts may be painted. */
export function flow(parts: readonly string[], width: number): string[] {
  const gap = '   ';
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(last) + gap.length + textWidth(part) <= width) {
      lines[lines.length - 1] = last + gap + part;
    } else {
      lines.push(part);
    }
  }
  return lines;
}
