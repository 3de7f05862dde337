/**
 * Reads HTTP/1.1 responses from bytes as they come: RFC 9112 section 6. Keeps nothing of a body, and refuses whatever
 * two readers could take for two different messages.
 */

import { ChunkReader } from './chunk-reader.ts';
import type { Framing } from './framing.ts';
import { HeadReader } from './head-reader.ts';
import { ProtocolError } from './octets.ts';

/** Most interim responses (status 1xx) before the final one. */
const MAX_INTERIM = 100;

type State = 'head' | 'length' | 'chunked' | 'until-close' | 'done';

/** Where the parser tells of what it found. */
export interface ResponseSink {
  /** The final head is whole; `head` is its field lines as text: the same string when the server repeats itself. */
  onHead(status: number, head: string): void;
  /** A piece of the body, valid only during the call. */
  onBody(bytes: Buffer, from: number, to: number): void;
}

/** Parses one response after another on a connection. Throws ProtocolError for what is no HTTP/1.1. */
export class ResponseParser {
  /** True when at least one byte of the response was read. */
  started = false;
  /** Whether the connection may be used again, once the response is whole. */
  keepAlive = true;
  /** Seconds after which the server says it closes an idle connection; Infinity when it does not say. */
  keepAliveSeconds: number = Infinity;
  #state: State = 'head';
  #bodiless = false;
  #interim = 0;
  /** Bytes of a body of known length that have not come. */
  #left = 0;
  readonly #head: HeadReader = new HeadReader();
  readonly #chunks: ChunkReader;
  readonly #sink: ResponseSink;

  constructor(sink: ResponseSink) {
    this.#sink = sink;
    this.#chunks = new ChunkReader((bytes, from, to) => sink.onBody(bytes, from, to));
  }

  /** True when the response is whole. */
  get done(): boolean {
    return this.#state === 'done';
  }

  /** Makes it ready for the next response. @param method of the request: a HEAD has no body */
  reset(method: string): void {
    this.started = false;
    this.keepAlive = true;
    this.keepAliveSeconds = Infinity;
    this.#state = 'head';
    this.#bodiless = method === 'HEAD';
    this.#interim = 0;
    this.#head.reset();
  }

  /**
   * Reads bytes `from` to `to`. @returns the position behind the response's last byte, or `to`
   * @throws ProtocolError when they are no response
   */
  execute(bytes: Buffer, from: number, to: number): number {
    this.started = true;
    let position = from;
    while (position < to && this.#state !== 'done') position = this.#read(bytes, position, to);
    return position;
  }

  /** The server closed. @returns true when that ends the response as it should */
  end(): boolean {
    if (this.#state === 'until-close') this.#state = 'done';
    return this.done;
  }

  #read(bytes: Buffer, from: number, to: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, from, to);
      case 'length':
        return this.#readLength(bytes, from, to);
      case 'chunked':
        return this.#readChunks(bytes, from, to);
      case 'until-close':
        this.#sink.onBody(bytes, from, to);
        return to;
      case 'done':
        return from;
    }
  }

  #readHead(bytes: Buffer, from: number, to: number): number {
    const end = this.#head.read(bytes, from, to);
    if (end === -1) return to;
    const { framing } = this.#head;
    checkFraming(framing);
    if (framing.status >= 200) this.#begin(framing);
    else this.#skipInterim();
    return end;
  }

  #skipInterim(): void {
    this.#interim += 1;
    if (this.#interim > MAX_INTERIM) throw new ProtocolError('interim responses without end');
    this.#head.reset();
  }

  #begin(framing: Framing): void {
    const { status, length, chunked } = framing;
    const bodied = chunked || length > 0;
    this.keepAlive = framing.keepAlive;
    this.keepAliveSeconds = framing.keepAliveSeconds;
    // A 204 that speaks of a body may be followed by one; and chunks are not known to HTTP/1.0 (RFC 9112 section 6.1).
    if ((status === 204 && bodied) || (chunked && framing.minor === 0)) this.keepAlive = false;
    if (this.#bodiless || status === 204 || status === 304) this.#state = 'done';
    else this.#beginBody(framing);
    this.#sink.onHead(status, framing.text);
  }

  /** RFC 9112 section 6.3: how the body's end is known. */
  #beginBody({ chunked, length }: Framing): void {
    if (chunked) {
      this.#state = 'chunked';
      this.#chunks.reset();
    } else if (length === -1) {
      this.#state = 'until-close';
      this.keepAlive = false;
    } else {
      this.#state = length === 0 ? 'done' : 'length';
      this.#left = length;
    }
  }

  #readLength(bytes: Buffer, from: number, to: number): number {
    const end = Math.min(to, from + this.#left);
    this.#left -= end - from;
    if (this.#left === 0) this.#state = 'done';
    this.#sink.onBody(bytes, from, end);
    return end;
  }

  #readChunks(bytes: Buffer, from: number, to: number): number {
    const end = this.#chunks.read(bytes, from, to);
    if (this.#chunks.done) this.#state = 'done';
    return end;
  }
}

/** @throws ProtocolError for a head that contradicts itself or answers what nobody asked */
function checkFraming({ status, chunked, length, closes }: Framing): void {
  if (chunked && length !== -1) throw new ProtocolError('both transfer-encoding and content-length');
  if (status === 101) throw new ProtocolError('an upgrade that was not asked for');
  if (status < 100 || status > 599) throw new ProtocolError(`status ${String(status).padStart(3, '0')}`);
  if (status >= 200) return;
  if (chunked || length > 0) throw new ProtocolError('an interim response with a body');
  if (closes) throw new ProtocolError('an interim response that is the last one');
}
