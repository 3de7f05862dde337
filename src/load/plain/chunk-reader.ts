/** Reads a chunked body: RFC 9112 section 7.1. Extensions and trailers are checked and skipped, within bounds. */

import { CR, hexDigit, LF, ProtocolError, TOKEN, VALUE } from './octets.ts';

/** Longest extension of one chunk, and all trailers together, in bytes. */
const MAX_EXTENSION_BYTES = 16_384;
const MAX_TRAILER_BYTES = 65_536;

/** Most digits of a chunk size: 64 bits, leading zeros included. */
const MAX_DIGITS = 16;

const SEMICOLON = 59;
const COLON = 58;

/** What comes next. From `line` on it is the trailers: the start of one, its name, its value, and line ends. */
type State =
  | 'size'
  | 'extension'
  | 'size-lf'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'line'
  | 'name'
  | 'value'
  | 'line-lf'
  | 'last-lf'
  | 'end';

/** Told of a piece of the body, valid only during the call. */
export type OnBody = (bytes: Buffer, from: number, to: number) => void;

/** Reads a chunked body piece by piece: RFC 9112 section 7.1. */
export class ChunkReader {
  #state: State = 'end';
  /** Bytes of the chunk that have not come. */
  #left = 0;
  /** Digits of the size, or bytes of the extension or of the trailers, so far. */
  #spent = 0;
  readonly #onBody: OnBody;

  constructor(onBody: OnBody) {
    this.#onBody = onBody;
  }

  /** True when the body is whole, its trailers included. */
  get done(): boolean {
    return this.#state === 'end';
  }

  /** Makes it ready for the next body. */
  reset(): void {
    this.#enter('size');
    this.#left = 0;
  }

  /** Reads bytes `from` to `to`. @returns the position behind the body, or `to`  @throws ProtocolError */
  read(bytes: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to && this.#state !== 'end') {
      if (this.#state === 'data') {
        at = this.#data(bytes, at, to);
      } else {
        this.#step(bytes[at] ?? 0);
        at += 1;
      }
    }
    return at;
  }

  #data(bytes: Buffer, from: number, to: number): number {
    const end = Math.min(to, from + this.#left);
    this.#onBody(bytes, from, end);
    this.#left -= end - from;
    if (this.#left === 0) this.#state = 'data-cr';
    return end;
  }

  #step(byte: number): void {
    switch (this.#state) {
      case 'size':
        this.#size(byte);
        return;
      case 'extension':
        this.#extension(byte);
        return;
      case 'size-lf':
        expect(byte, LF);
        this.#enter(this.#left === 0 ? 'line' : 'data');
        return;
      case 'data-cr':
        expect(byte, CR);
        this.#state = 'data-lf';
        return;
      case 'data-lf':
        expect(byte, LF);
        this.#enter('size');
        return;
      default:
        this.#trailer(byte);
    }
  }

  #size(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#left = this.#left * 16 + digit;
      this.#spent += 1;
      if (this.#spent > MAX_DIGITS || this.#left > Number.MAX_SAFE_INTEGER) {
        throw new ProtocolError('a chunk size beyond all bounds');
      }
      return;
    }
    if (this.#spent === 0 || (byte !== CR && byte !== SEMICOLON))
      throw new ProtocolError('a malformed chunk size');
    this.#enter(byte === CR ? 'size-lf' : 'extension');
  }

  /** An extension means nothing to us: only that it stays on its line is of interest. */
  #extension(byte: number): void {
    if (byte === CR) {
      this.#state = 'size-lf';
      return;
    }
    this.#spend(MAX_EXTENSION_BYTES, 'a chunk extension without end');
    if (VALUE[byte] !== 1) throw new ProtocolError('a control character in a chunk extension');
  }

  #trailer(byte: number): void {
    this.#spend(MAX_TRAILER_BYTES, 'trailers without end');
    switch (this.#state) {
      case 'line':
        if (byte !== CR) checkName(byte);
        this.#state = byte === CR ? 'last-lf' : 'name';
        return;
      case 'name':
        if (byte === COLON) this.#state = 'value';
        else checkName(byte);
        return;
      case 'value':
        if (byte === CR) this.#state = 'line-lf';
        else if (VALUE[byte] !== 1) throw new ProtocolError('a control character in a trailer');
        return;
      default:
        expect(byte, LF);
        this.#state = this.#state === 'last-lf' ? 'end' : 'line';
    }
  }

  #spend(limit: number, what: string): void {
    this.#spent += 1;
    if (this.#spent > limit) throw new ProtocolError(what);
  }

  #enter(state: State): void {
    this.#state = state;
    this.#spent = 0;
  }
}

function checkName(byte: number): void {
  if (TOKEN[byte] !== 1) throw new ProtocolError('a malformed trailer');
}

function expect(byte: number, wanted: number): void {
  if (byte !== wanted) throw new ProtocolError('a chunk without its line end');
}
