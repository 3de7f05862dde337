/**
 * The few values of ASN.1 that a certificate is made of, in the Distinguished Encoding Rules (ITU-T X.690): tag, length,
 * content.
 */

/** A DER value: tag, length in the definite form, then the contents in turn. @param tag one byte */
export function value(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

/** One byte below 128; else 0x80 + the number of bytes that follow, and these (X.690, section 8.1.3). */
function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = bigEndian(length);
  return Buffer.from([0x80 + bytes.length, ...bytes]);
}

/** The bytes of a whole number >= 0, most significant first, as few as hold it. */
function bigEndian(number: number): number[] {
  const bytes: number[] = [];
  for (let rest = number; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes.length === 0 ? [0] : bytes;
}

/** SEQUENCE. */
export function sequence(...items: readonly Uint8Array[]): Buffer {
  return value(0x30, ...items);
}

/** SET of one item: with more, DER would have them in order. */
export function setOf(item: Uint8Array): Buffer {
  return value(0x31, item);
}

/** INTEGER >= 0. @param bytes most significant first; zeros in front are dropped, one is added where the sign needs it */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? Uint8Array.of(0) : bytes.subarray(first);
  return (digits[0] ?? 0) >= 0x80 ? value(0x02, Uint8Array.of(0), digits) : value(0x02, digits);
}

/** BOOLEAN true. */
export function isTrue(): Buffer {
  return value(0x01, Uint8Array.of(0xff));
}

/** OBJECT IDENTIFIER. @param dotted at least two numbers, such as "2.5.29.17" */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return value(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** Seven bits a byte, the top bit set in all but the last one (X.690, section 8.19.2). */
function base128(number: number): number[] {
  const bytes = [number % 128];
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift(0x80 + (rest % 128));
  }
  return bytes;
}

/** BIT STRING. @param unused bits at the end that do not count, 0..7 */
export function bitString(bytes: Uint8Array, unused = 0): Buffer {
  return value(0x03, Uint8Array.of(unused), bytes);
}

/** OCTET STRING. */
export function octetString(bytes: Uint8Array): Buffer {
  return value(0x04, bytes);
}

/** UTF8String. */
export function utf8String(text: string): Buffer {
  return value(0x0c, Buffer.from(text, 'utf8'));
}

/**
 * A moment as a certificate writes it, to the second: UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280, section
 * 4.1.2.5). @param ms Unix time, from 1970 on
 */
export function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  const isEarly = Number(text.slice(0, 4)) < 2050;
  return isEarly ? value(0x17, Buffer.from(text.slice(2))) : value(0x18, Buffer.from(text));
}

/** A context-specific tag around whole values. @param number 0..30 */
export function tagged(number: number, ...items: readonly Uint8Array[]): Buffer {
  return value(0xa0 + number, ...items);
}

/** A context-specific tag in place of the tag of a simple value. @param number 0..30 */
export function retagged(number: number, content: Uint8Array): Buffer {
  return value(0x80 + number, content);
}
