/**
 * Reads the head of an HTTP/1.1 response: status line and fields, RFC 9112 sections 4 and 5. Strict where leniency is
 * how responses are smuggled, and never looks at a byte twice, however thinly a server spreads them.
 */

import { blankFraming, type Framing, readField } from './framing.ts';
import { CR, LF, ProtocolError, TOKEN, VALUE } from './octets.ts';

/** Longest head, in bytes. */
const MAX_HEAD_BYTES = 65_536;

/** Longest head that is remembered: each connection keeps one. */
const MAX_KNOWN_BYTES = 1024;

/** After so many heads in a row that were new, only every 64th is remembered: a server with an id in each never repeats. */
const MAX_MISSES = 4;
const RETRY_EVERY = 64;

const COLON = 58;
const SPACE = 32;
const DIGIT_0 = 48;
const PREFIX: Buffer = Buffer.from('HTTP/1.');

/** Offset of the status in a status line, and of what follows it. */
const STATUS_AT = 9;
const STATUS_END = 12;

/** Reads a status line and field lines as they come: RFC 9112 sections 4 and 5. */
export class HeadReader {
  /** Valid once `read` has returned a position. */
  framing: Framing = blankFraming();
  /** Bytes of the head so far when it came in pieces, in a buffer that doubles. */
  #held: Buffer | null = null;
  #heldBytes = 0;
  /** Start of the line under way, next byte to look at, the line's colon and the first field: -1 when not come to. */
  #line = 0;
  #at = 0;
  #colon = -1;
  #first = -1;
  /** The last head, byte for byte, and what it said: most servers repeat themselves. */
  #known: Buffer = Buffer.alloc(0);
  #knownBytes = 0;
  #knownFraming: Framing = this.framing;
  #misses = 0;

  /** Makes it ready for the next head. */
  reset(): void {
    this.#held = null;
    this.#heldBytes = 0;
  }

  /**
   * Reads bytes `from` to `to`. @returns the position behind the head, or -1 when it goes on
   * @throws ProtocolError when they are no head
   */
  read(bytes: Buffer, from: number, to: number): number {
    if (this.#held !== null) return this.#readOn(this.#held, bytes.subarray(from, to), from);
    const repeated = from + this.#knownBytes;
    if (this.#knownBytes > 0 && repeated <= to && same(this.#known, this.#knownBytes, { bytes, from })) {
      this.framing = this.#knownFraming;
      this.#misses = 0;
      return repeated;
    }
    this.#begin(from);
    const end = this.#scan(bytes, to);
    if (end !== -1) {
      this.#finish(bytes, from, end);
      this.#remember(bytes, from, end);
      return end;
    }
    this.#hold(bytes.subarray(from, to));
    this.#line -= from;
    this.#at -= from;
    if (this.#colon !== -1) this.#colon -= from;
    if (this.#first !== -1) this.#first -= from;
    return -1;
  }

  #readOn(held: Buffer, piece: Buffer, from: number): number {
    const before = this.#heldBytes;
    const all = this.#append(held, piece);
    const end = this.#scan(all, this.#heldBytes);
    if (end === -1) {
      checkSize(this.#heldBytes);
      return -1;
    }
    this.#finish(all, 0, end);
    return from + end - before;
  }

  #hold(piece: Buffer): void {
    checkSize(piece.length);
    const held = Buffer.allocUnsafe(Math.max(1024, 2 * piece.length));
    piece.copy(held);
    this.#held = held;
    this.#heldBytes = piece.length;
  }

  #append(held: Buffer, piece: Buffer): Buffer {
    const bytes = this.#heldBytes + piece.length;
    const roomy = bytes <= held.length ? held : Buffer.allocUnsafe(2 * bytes);
    if (roomy !== held) held.copy(roomy, 0, 0, this.#heldBytes);
    piece.copy(roomy, this.#heldBytes);
    this.#held = roomy;
    this.#heldBytes = bytes;
    return roomy;
  }

  #begin(at: number): void {
    this.framing = blankFraming();
    this.#line = at;
    this.#at = at;
    this.#colon = -1;
    this.#first = -1;
  }

  #finish(bytes: Buffer, from: number, end: number): void {
    checkSize(end - from);
    const { framing } = this;
    framing.keepAlive = !framing.closes && (framing.minor === 1 || framing.persists);
    framing.text = bytes.toString('latin1', this.#first, end - 2);
  }

  #remember(bytes: Buffer, from: number, end: number): void {
    const length = end - from;
    this.#knownBytes = 0;
    this.#misses += 1;
    if (length > MAX_KNOWN_BYTES || (this.#misses > MAX_MISSES && this.#misses % RETRY_EVERY !== 0)) return;
    if (this.#known.length < length) this.#known = Buffer.allocUnsafeSlow(length);
    bytes.copy(this.#known, 0, from, end);
    this.#knownBytes = length;
    this.#knownFraming = this.framing;
  }

  /** Goes on where it stopped. @returns the position behind the head, or -1 when it has seen everything up to `to` */
  #scan(bytes: Buffer, to: number): number {
    if (this.#first === -1 && !this.#statusLine(bytes, to)) return -1;
    while (this.#at < to) {
      if (this.#at === this.#line && bytes[this.#at] === CR) {
        if (this.#at + 1 === to) return -1;
        if (bytes[this.#at + 1] !== LF) throw new ProtocolError('a carriage return without line feed');
        return this.#at + 2;
      }
      if (!this.#fieldLine(bytes, to)) return -1;
    }
    return -1;
  }

  /** @returns true when the status line is whole */
  #statusLine(bytes: Buffer, to: number): boolean {
    const line = this.#line;
    const status = Math.min(to, line + STATUS_END);
    for (let at = this.#at; at < status; at += 1) {
      if (!fits(bytes[at] ?? 0, at - line)) throw new ProtocolError('no HTTP/1.1 status line');
    }
    this.#at = Math.max(this.#at, status);
    if (this.#at === to) return false;
    const after = bytes[line + STATUS_END];
    if (after !== CR && after !== SPACE) throw new ProtocolError('a malformed status');
    const end = this.#lineEnd(bytes, to);
    if (end === -1) return false;
    const digit = (at: number): number => (bytes[line + STATUS_AT + at] ?? 0) - DIGIT_0;
    this.framing.status = 100 * digit(0) + 10 * digit(1) + digit(2);
    this.framing.minor = (bytes[line + PREFIX.length] ?? 0) - DIGIT_0;
    this.#nextLine(end);
    this.#first = this.#line;
    return true;
  }

  /** @returns true when the field line is whole */
  #fieldLine(bytes: Buffer, to: number): boolean {
    if (this.#colon === -1) {
      let at = this.#at;
      while (at < to && TOKEN[bytes[at] ?? 0] === 1) at += 1;
      this.#at = at;
      if (at === to) return false;
      if (bytes[at] !== COLON || at === this.#line) throw new ProtocolError('a malformed field name');
      this.#colon = at;
      this.#at = at + 1;
    }
    const end = this.#lineEnd(bytes, to);
    if (end === -1) return false;
    readField(this.framing, bytes, { from: this.#line, colon: this.#colon, end });
    this.#nextLine(end);
    return true;
  }

  /** Position of the CR of the line's CRLF; -1 when it has not come. */
  #lineEnd(bytes: Buffer, to: number): number {
    let at = this.#at;
    while (at < to && VALUE[bytes[at] ?? 0] === 1) at += 1;
    this.#at = at;
    if (at === to) return -1;
    if (bytes[at] !== CR) throw new ProtocolError('a control character in the head');
    if (at + 1 === to) return -1;
    if (bytes[at + 1] !== LF) throw new ProtocolError('a carriage return without line feed');
    return at;
  }

  #nextLine(end: number): void {
    this.#line = end + 2;
    this.#at = this.#line;
    this.#colon = -1;
  }
}

function checkSize(bytes: number): void {
  if (bytes > MAX_HEAD_BYTES) throw new ProtocolError(`a head beyond ${MAX_HEAD_BYTES} bytes`);
}

function same(
  known: Buffer,
  length: number,
  present: { readonly bytes: Buffer; readonly from: number },
): boolean {
  const { bytes, from } = present;
  return bytes.compare(known, 0, length, from, from + length) === 0;
}

/** Whether a byte may stand at an offset of `HTTP/1.1 200`. */
function fits(byte: number, offset: number): boolean {
  if (offset < PREFIX.length) return byte === PREFIX[offset];
  if (offset === PREFIX.length) return byte === DIGIT_0 || byte === DIGIT_0 + 1;
  return offset < STATUS_AT ? byte === SPACE : byte >= DIGIT_0 && byte <= DIGIT_0 + 9;
}
