/**
 * Reads HTTP/1.1 responses from bytes as they come: RFC 9112, strict where leniency is how requests are
 * smuggled (bare line feeds, spaces before a colon, two lengths). Keeps nothing of a body.
 */

/** Longest head, and longest chunk extension or trailer, in bytes. */
const MAX_HEAD_BYTES = 65_536;

const CR = 13;
const LF = 10;
const COLON = 58;

/** Bytes of a field name: RFC 9110 section 5.6.2, tchar. */
const TOKEN = tableOf((byte) => /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte)));

/** Bytes of a field value: RFC 9110 section 5.5, with tab and obs-text. */
const VALUE = tableOf((byte) => byte === 9 || (byte >= 32 && byte !== 127));

type State = 'head' | 'length' | 'until-close' | 'size' | 'extension' | 'chunk' | 'chunk-end' | 'trailer' | 'done';

/** Where the parser tells of what it found. */
export interface ResponseSink {
  /** The final head is whole; `head` is its field lines as text. */
  onHead(status: number, head: string): void;
  /** A piece of the body, valid only during the call. */
  onBody(bytes: Buffer, from: number, to: number): void;
}

/** A response that is no HTTP/1.1. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

export class ResponseParser {
  /** True when the response is whole. */
  done = false;
  /** True when at least one byte of the response was read. */
  started = false;
  keepAlive = true;
  /** Seconds after which the server says it closes an idle connection; Infinity when it does not say. */
  keepAliveSeconds: number = Infinity;
  #state: State = 'head';
  #bodiless = false;
  #status = 0;
  #length = -1;
  #chunked = false;
  #left = 0;
  #extra = 0;
  #sawDigit = false;
  #partial: Buffer | null = null;
  readonly #sink: ResponseSink;

  constructor(sink: ResponseSink) {
    this.#sink = sink;
  }

  /** Makes it ready for the next response. @param method of the request: a HEAD has no body */
  reset(method: string): void {
    this.done = false;
    this.started = false;
    this.keepAlive = true;
    this.#bodiless = method === 'HEAD';
    this.#beginHead();
  }

  /**
   * Reads bytes `from` to `to`. @returns the position behind the response's last byte, or `to`
   * @throws ProtocolError when they are no response
   */
  execute(bytes: Buffer, from: number, to: number): number {
    this.started = true;
    let position = from;
    while (position < to && this.#state !== 'done') {
      position = this.#state === 'head' ? this.#readHead(bytes, position, to) : this.#readBody(bytes, position, to);
    }
    return position;
  }

  /** The server closed. @returns true when that ends the response as it should */
  end(): boolean {
    if (this.#state === 'until-close') this.#finish();
    return this.done;
  }

  #beginHead(): void {
    this.#state = 'head';
    this.#status = 0;
    this.#length = -1;
    this.#chunked = false;
    this.#partial = null;
    this.#extra = 0;
  }

  #readHead(bytes: Buffer, from: number, to: number): number {
    if (this.#partial === null) {
      const end = this.#lines(bytes, from, to);
      if (end !== -1) return end;
      this.#partial = Buffer.from(bytes.subarray(from, to));
    } else {
      // Only a line feed can end a line: a server that drips bytes must not make us read its head again for each.
      const before = this.#partial.length;
      this.#partial = Buffer.concat([this.#partial, bytes.subarray(from, to)]);
      if (bytes.subarray(from, to).includes(LF)) {
        const end = this.#lines(this.#partial, 0, this.#partial.length);
        if (end !== -1) return from + end - before;
      }
    }
    if (this.#partial.length > MAX_HEAD_BYTES) throw new ProtocolError(`a head beyond ${MAX_HEAD_BYTES} bytes`);
    return to;
  }

  /** Reads a whole head. @returns the position behind it, or -1 when more is needed */
  #lines(bytes: Buffer, from: number, to: number): number {
    this.#length = -1;
    this.#chunked = false;
    let position = this.#statusLine(bytes, from, to);
    if (position === -1) return -1;
    const first = position;
    for (;;) {
      if (position + 1 >= to) return -1;
      if (bytes[position] === CR) {
        if (bytes[position + 1] !== LF) throw new ProtocolError('a carriage return without line feed');
        this.#headEnd(bytes, first, position);
        return position + 2;
      }
      position = this.#fieldLine(bytes, position, to);
      if (position === -1) return -1;
    }
  }

  #statusLine(bytes: Buffer, from: number, to: number): number {
    const end = this.#lineEnd(bytes, from, to);
    const known = Math.min(end === -1 ? to : end, from + 12);
    const text = bytes.toString('latin1', from, known);
    const whole = text.length === 12;
    if (whole ? !/^HTTP\/1\.[01] \d{3}$/.test(text) : !'HTTP/1.1 '.startsWith(text.slice(0, 9).replace('1.0', '1.1'))) {
      throw new ProtocolError('no HTTP/1.1 status line');
    }
    if (end === -1) return -1;
    const after = bytes[from + 12];
    if (!whole || (after !== CR && after !== 32)) throw new ProtocolError('a malformed status');
    this.#status = Number(text.slice(9));
    this.keepAlive = text[7] === '1';
    this.keepAliveSeconds = Infinity;
    return end + 2;
  }

  #fieldLine(bytes: Buffer, from: number, to: number): number {
    let colon = from;
    while (colon < to && TOKEN[bytes[colon] ?? 0] === 1) colon += 1;
    if (colon === to) return -1;
    if (bytes[colon] !== COLON || colon === from) throw new ProtocolError('a malformed field name');
    const end = this.#lineEnd(bytes, colon + 1, to);
    if (end !== -1) this.#field(bytes, { from, colon, end });
    return end === -1 ? -1 : end + 2;
  }

  /** Position of the CR of the line's CRLF; -1 when more is needed. */
  #lineEnd(bytes: Buffer, from: number, to: number): number {
    let position = from;
    while (position < to && VALUE[bytes[position] ?? 0] === 1) position += 1;
    if (position === to) return -1;
    if (bytes[position] !== CR) throw new ProtocolError('a control character in the head');
    if (position + 1 === to) return -1;
    if (bytes[position + 1] !== LF) throw new ProtocolError('a carriage return without line feed');
    return position;
  }

  /** Looks at the four fields that frame a message; everything else is text. */
  #field(bytes: Buffer, at: { from: number; colon: number; end: number }): void {
    const length = at.colon - at.from;
    if (length !== 10 && length !== 14 && length !== 17) return;
    const name = bytes.toString('latin1', at.from, at.colon).toLowerCase();
    const value = (): string => bytes.toString('latin1', at.colon + 1, at.end).trim();
    if (name === 'content-length') this.#contentLength(value());
    else if (name === 'transfer-encoding') this.#transferEncoding(value().toLowerCase());
    else if (name === 'connection') this.#connection(value().toLowerCase());
    else if (name === 'keep-alive') this.#keepAlive(value());
  }

  #contentLength(value: string): void {
    if (!/^\d{1,15}$/.test(value)) throw new ProtocolError('a malformed content-length');
    if (this.#length !== -1 && this.#length !== Number(value)) throw new ProtocolError('two content-lengths');
    this.#length = Number(value);
  }

  #transferEncoding(value: string): void {
    if (this.#chunked || !/(?:^|,\s*)chunked$/.test(value)) throw new ProtocolError('an unknown transfer-encoding');
    this.#chunked = true;
  }

  #connection(value: string): void {
    if (/(?:^|[,\s])close(?:$|[,\s])/.test(value)) this.keepAlive = false;
    else if (value.includes('keep-alive')) this.keepAlive = true;
  }

  #keepAlive(value: string): void {
    const seconds = /timeout=(\d{1,6})/i.exec(value)?.[1];
    if (seconds !== undefined) this.keepAliveSeconds = Number(seconds);
  }

  #headEnd(bytes: Buffer, from: number, to: number): void {
    const status = this.#status;
    if (this.#chunked && this.#length !== -1) throw new ProtocolError('both transfer-encoding and content-length');
    if (status === 101) throw new ProtocolError('an upgrade that was not asked for');
    if (status < 100 || status > 599) throw new ProtocolError(`status ${String(status).padStart(3, '0')}`);
    if (status < 200) {
      this.#countInterim();
      return;
    }
    this.#partial = null;
    this.#sink.onHead(status, bytes.toString('latin1', from, to));
    if (this.#bodiless || status === 204 || status === 304) this.#finish();
    else if (this.#chunked) this.#beginSize();
    else if (this.#length === -1) this.#untilClose();
    else if (this.#length === 0) this.#finish();
    else {
      this.#state = 'length';
      this.#left = this.#length;
    }
  }

  /** Interim responses are skipped, but not without end. */
  #countInterim(): void {
    const interim = this.#extra + 1;
    if (interim > 100) throw new ProtocolError('interim responses without end');
    this.#beginHead();
    this.#extra = interim;
  }

  #untilClose(): void {
    this.#state = 'until-close';
    this.keepAlive = false;
  }

  #beginSize(): void {
    this.#state = 'size';
    this.#left = 0;
    this.#extra = 0;
    this.#sawDigit = false;
  }

  #finish(): void {
    this.#state = 'done';
    this.done = true;
  }

  #readBody(bytes: Buffer, from: number, to: number): number {
    switch (this.#state) {
      case 'length':
        return this.#content(bytes, from, to, 'done');
      case 'chunk':
        return this.#content(bytes, from, to, 'chunk-end');
      case 'until-close':
        this.#sink.onBody(bytes, from, to);
        return to;
      case 'size':
        return this.#sizeByte(bytes[from] ?? 0, from);
      case 'extension':
        return this.#extensionByte(bytes[from] ?? 0, from);
      case 'chunk-end':
        return this.#chunkEndByte(bytes[from] ?? 0, from);
      case 'trailer':
        return this.#trailerByte(bytes[from] ?? 0, from);
      case 'head':
      case 'done':
        return from;
    }
  }

  #content(bytes: Buffer, from: number, to: number, then: 'done' | 'chunk-end'): number {
    const end = Math.min(to, from + this.#left);
    this.#sink.onBody(bytes, from, end);
    this.#left -= end - from;
    if (this.#left > 0) return end;
    if (then === 'done') this.#finish();
    else {
      this.#state = 'chunk-end';
      this.#extra = 0;
    }
    return end;
  }

  #sizeByte(byte: number, at: number): number {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#sawDigit = true;
      this.#left = this.#left * 16 + digit;
      if (this.#left > Number.MAX_SAFE_INTEGER) throw new ProtocolError('a chunk size beyond all bounds');
      return at + 1;
    }
    if (!this.#sawDigit) throw new ProtocolError('a malformed chunk size');
    if (byte !== CR && byte !== 59 && byte !== 32 && byte !== 9) throw new ProtocolError('a malformed chunk size');
    this.#state = 'extension';
    return byte === CR ? at : at + 1;
  }

  #extensionByte(byte: number, at: number): number {
    this.#extra += 1;
    if (this.#extra > MAX_HEAD_BYTES) throw new ProtocolError('a chunk extension without end');
    if (byte === LF && this.#sawDigit === false) {
      this.#state = this.#left === 0 ? 'trailer' : 'chunk';
      this.#extra = 0;
      this.#sawDigit = true;
      return at + 1;
    }
    if (this.#sawDigit === false || byte === LF) throw new ProtocolError('a bare carriage return or line feed');
    // From here `sawDigit` false means: the CR was read, only an LF may follow.
    if (byte === CR) this.#sawDigit = false;
    return at + 1;
  }

  #chunkEndByte(byte: number, at: number): number {
    if (byte !== (this.#extra === 0 ? CR : LF)) throw new ProtocolError('a chunk without its line end');
    this.#extra += 1;
    if (this.#extra === 2) this.#beginSize();
    return at + 1;
  }

  /** Trailers are skipped: an empty line ends them. `left` counts the bytes of the line under way. */
  #trailerByte(byte: number, at: number): number {
    this.#extra += 1;
    if (this.#extra > MAX_HEAD_BYTES) throw new ProtocolError('trailers without end');
    if (byte === LF) {
      if (this.#left === 0) this.#finish();
      this.#left = 0;
    } else if (byte !== CR) {
      if (VALUE[byte] !== 1) throw new ProtocolError('a control character in a trailer');
      this.#left += 1;
    }
    return at + 1;
  }
}

function tableOf(accepts: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (accepts(byte) ? 1 : 0));
}

/** Value of a hexadecimal digit, or -1. */
function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
