/**
 * Reads JSON that came from outside, where `JSON.parse` alone would be too trusting: it lets the last of two
 * equal keys win without a word, and takes any depth, on which whoever walks the value overflows the stack.
 */

/** A value of RFC 8259. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export type JsonReading =
  | { readonly ok: true; readonly value: JsonValue }
  /** `offset` of the fault in UTF-16 units; null where it is not known. */
  | { readonly ok: false; readonly problem: string; readonly offset: number | null };

/** Deeper nesting is refused: far beyond any real document, far below what overflows a stack. */
export const MAX_JSON_DEPTH = 500;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** Opening bracket or brace: +1; closing: -1; anything else: 0. */
function depthChange(code: number): number {
  if (code === 0x7b || code === 0x5b) {
    return 1;
  }
  return code === 0x7d || code === 0x5d ? -1 : 0;
}

/** Index of the quote that ends the string which starts at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  let code = text.charCodeAt(at);
  while (code !== QUOTE && at < text.length) {
    at += code === BACKSLASH ? 2 : 1;
    code = text.charCodeAt(at);
  }
  return at;
}

/** Number of object members written in the text, right for valid JSON; -1 when it is nested too deep. */
function writtenMembers(text: string): number {
  let members = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (code === COLON) {
      members += 1;
    } else {
      depth += depthChange(code);
      if (depth > MAX_JSON_DEPTH) {
        return -1;
      }
    }
  }
  return members;
}

/**
 * Number of object members in the value. Recursion is as deep as the value is, at most MAX_JSON_DEPTH. Keys are
 * looped over and not listed: this runs for each response, and `Object.values` would double its cost.
 */
function keptMembers(value: JsonValue | undefined): number {
  let members = 0;
  if (typeof value !== 'object' || value === null) {
    return members;
  }
  if (Array.isArray(value)) {
    for (const element of value) {
      members += keptMembers(element);
    }
    return members;
  }
  for (const key in value) {
    members += 1 + keptMembers(value[key]);
  }
  return members;
}

/** V8 tells the place of most faults, in the message alone. */
function faultOffset(error: unknown, text: string): number | null {
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('Unexpected end')) {
    return text.length;
  }
  const told = /at position (\d+)/.exec(message)?.[1];
  return told === undefined ? null : Number(told);
}

/**
 * The value of a JSON text, or in a few words what is wrong with it: not JSON, nested too deep, or a key given
 * twice in one object (which of the two counts is undefined: RFC 8259, section 4). Never throws.
 */
export function readJson(text: string): JsonReading {
  const written = writtenMembers(text);
  if (written < 0) {
    return { ok: false, problem: `nested deeper than ${MAX_JSON_DEPTH} levels`, offset: null };
  }
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, problem: 'not JSON', offset: faultOffset(error, text) };
  }
  return keptMembers(value) === written
    ? { ok: true, value }
    : { ok: false, problem: 'a key is given twice in one object', offset: null };
}
