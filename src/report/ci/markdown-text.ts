/** Text in GitHub-flavoured Markdown: shown as it is, whatever it holds, and never longer than a place takes. */

import { safeText } from '../../core/text.ts';

/**
 * Characters that Markdown, or what a service adds to it, gives a meaning: code, emphasis, links, HTML, table cells,
 * formulas. As numeric references they have none (CommonMark 0.31, section 2.5).
 */
const SPECIAL = /[\\`*_{}[\]<>|~!&$^#]/g;

const MAX_TEXT = 1000;

/** One line without markup: for a cell, or within a line of our own. */
export function markdownText(text: string): string {
  return (
    safeText(text, { maxLength: MAX_TEXT })
      .replaceAll(SPECIAL, reference)
      // Mentions and e-mail addresses are looked for after references are resolved: a zero-width space parts them.
      .replaceAll('@', '&#64;&#8203;')
      .replaceAll(/:(?=\/)/g, reference)
      .replaceAll(/(?<=www)\./gi, reference)
  );
}

function reference(character: string): string {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    default:
      return `&#${character.charCodeAt(0)};`;
  }
}

/** A command in a block of its own, fenced by more backticks than it holds. */
export function codeBlock(text: string): string {
  const line = safeText(text, { maxLength: 20_000 });
  const longest = Math.max(2, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${line}\n${fence}`;
}

/**
 * The pieces of a table: a head, then one piece per row. Cells are Markdown already.
 *
 * @param aligns one `l` or `r` per column
 */
export function tablePieces(
  aligns: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const marks = [...aligns].map((align) => (align === 'r' ? '--:' : ':--'));
  return [`\n${rowOf(head)}\n${rowOf(marks)}`, ...rows.map(rowOf)];
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

const NOTE = '\n_Cut here: the report is longer than this place takes. The JSON report has all of it._';

/**
 * Pieces, each on lines of its own, as one text of at most `maxBytes` bytes: cut between two pieces, with a note.
 * Where not even the first piece has room, the note alone is left.
 */
export function boundedText(pieces: readonly string[], maxBytes: number): string {
  const room = maxBytes - Buffer.byteLength(NOTE) - 1;
  const kept: string[] = [];
  let bytes = 0;
  let cut: number | null = null;
  for (const piece of pieces) {
    bytes += Buffer.byteLength(piece) + 1;
    if (bytes > room) cut ??= kept.length;
    if (bytes > maxBytes) return `${[...kept.slice(0, cut ?? 0), NOTE].join('\n')}\n`;
    kept.push(piece);
  }
  return `${kept.join('\n')}\n`;
}
