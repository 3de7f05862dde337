/** Snappy's block format, of literals alone: what a reader decompresses to the bytes themselves. */

/** Longest literal whose length fits into two bytes. */
const LITERAL_BYTES = 65_536;

/** Tag of a literal whose length, less one, follows in two bytes, low one first (snappy, format_description.txt, 2.1). */
const LITERAL_TAG = 61 << 2;

/** Below this, the length less one is part of the tag itself. */
const SHORT_LITERAL = 60;

/** The bytes as a block, about 3 in 65,536 longer. */
export function snappyBlock(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [lengthOf(bytes.length)];
  for (let from = 0; from < bytes.length; from += LITERAL_BYTES) {
    const literal = bytes.subarray(from, from + LITERAL_BYTES);
    parts.push(headOf(literal.length - 1), literal);
  }
  return joined(parts);
}

/** Of a literal, by its length less one. Short ones have it in the tag: some readers want four bytes behind a long one. */
function headOf(less: number): Uint8Array {
  return less < SHORT_LITERAL
    ? Uint8Array.of(less << 2)
    : Uint8Array.of(LITERAL_TAG, less & 0xff, less >>> 8);
}

/** A varint: seven bits a byte, low ones first. */
function lengthOf(length: number): Uint8Array {
  const bytes: number[] = [];
  let rest = length;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
