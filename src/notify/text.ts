/** Texts as channels take them: harmless, escaped for what reads them, and no longer than allowed. */

import { safeText } from '../core/text.ts';

const ELLIPSIS = '…';
const ELLIPSIS_BYTES = 3;

/** No channel takes more; what is longer need not be looked at, in UTF-16 units. */
const LONGEST = 50_000;

/** The longest that one character becomes when it is made visible: `\u{10ffff}`. */
const LONGEST_ESCAPE = 10;

/** What one character becomes. */
type Escape = (character: string) => string;

/** A text as one harmless line, see `safeText`; no longer than what any channel could take. */
export function oneLine(text: string): string {
  const kept = text.length <= LONGEST ? text : text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '');
  return safeText(kept, { maxLength: kept.length * LONGEST_ESCAPE + LONGEST_ESCAPE });
}

/**
 * A harmless line of at most `max` code points, with `…` at its end where something is missing. The limit is that of the
 * escaped text, and no escape is cut in two.
 *
 * @param max >= 1  @param escape what each character becomes; itself unless told
 */
export function fit(text: string, max: number, escape: Escape = same): string {
  let whole = '';
  let cut = '';
  let used = 0;
  for (const character of oneLine(text)) {
    const escaped = escape(character);
    used += lengthOf(escaped);
    if (used > max) return cut + ELLIPSIS;
    whole += escaped;
    if (used < max) cut = whole;
  }
  return whole;
}

/** At most `maxBytes` bytes of UTF-8, no character cut in two, with `…` where something is missing. Lines stay lines. */
export function fitBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > maxBytes - ELLIPSIS_BYTES) break;
    kept += character;
  }
  return kept + ELLIPSIS;
}

/** Number of code points. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

function same(character: string): string {
  return character;
}

const SLACK: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** One character for Slack, where `<!channel>` and `<@U1>` call people and `<url|text>` is a link. */
export function slackEscape(character: string): string {
  return SLACK[character] ?? character;
}

const MARKUP = new Set('\\`*_~|<>[]#');

/** One character for what reads Markdown. */
export function markdownEscape(character: string): string {
  return MARKUP.has(character) ? `\\${character}` : character;
}

/** As {@link fit} for Markdown, also at the start of a line, where `-`, `+` and `1.` begin a list. */
export function markdownLine(text: string, max: number): string {
  return fit(text, max - 1, markdownEscape)
    .replace(/^([-+])/, '\\$1')
    .replace(/^(\d+)\./, '$1\\.');
}
