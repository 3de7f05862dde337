/** JSON whose whole numbers beyond 2^53 are kept. */

/** Marks a number on its way through JSON.parse; no text of a server can begin with it by accident. */
const MARK = '\u0000#';
/** Up to so many digits every whole number is exact. */
const EXACT_DIGITS = 15;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * As JSON.parse, but whole numbers of 16 digits and more come as BigInt: Go writes times as nanoseconds, which a
 * double rounds to some hundred of them.
 *
 * @throws SyntaxError for what is no JSON  @throws RangeError for thousands of levels
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(marked(text), (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value,
  );
}

/** The text with long whole numbers in quotes. */
function marked(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === 34) at = endOfString(text, at);
    else if (code !== 45 && (code < 48 || code > 57)) at += 1;
    else {
      NUMBER.lastIndex = at;
      const number = NUMBER.exec(text)?.[0] ?? '-';
      if (/^-?[1-9]\d*$/.test(number) && number.length > EXACT_DIGITS) {
        parts.push(text.slice(copied, at), JSON.stringify(MARK + number));
        copied = at + number.length;
      }
      at += number.length;
    }
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(copied);
}

/** Behind the closing quote of the string that begins at `from`. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) return at + 1;
    if (code === 92) at += 1;
  }
  return text.length;
}
