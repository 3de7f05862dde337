/** A receiver's side of SSF: spans read by a library, and frames out of a stream. */

import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/** Folder of the messages' definition. */
export const SSF_FIXTURES: string = new URL('../fixtures/ssf/', import.meta.url).pathname;

const SPAN = protobuf
  .parse(readFileSync(`${SSF_FIXTURES}sample.proto`, 'utf8'))
  .root.lookupType('ssf.SSFSpan');

/** A span as it was received; 64-bit numbers as text. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string;
  readonly startTimestamp: string;
  readonly endTimestamp: string;
  readonly error: boolean;
  readonly service: string;
  readonly metrics: readonly Readonly<Record<string, unknown>>[];
  readonly tags: Readonly<Record<string, string>>;
  readonly indicator: boolean;
  readonly name: string;
}

/** Reads a span; throws at bytes that are none. */
export function decodeSpan(bytes: Uint8Array): ReceivedSpan {
  const options = { longs: String, enums: String, defaults: true, arrays: true, objects: true };
  return SPAN.toObject(SPAN.decode(bytes), options) as ReceivedSpan;
}

const MAX_BYTES = 16 * 1024 * 1024;

/** Takes a stream apart as Veneur does (protocol/wire.go): any error of a frame is fatal, the connection is done for. */
export class FrameReader {
  #rest = Buffer.alloc(0);
  #broken: Error | null = null;

  /** The messages that are whole now. Throws at a wrong version or length, and ever after. */
  push(chunk: Uint8Array): Uint8Array[] {
    if (this.#broken !== null) throw this.#broken;
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const messages: Uint8Array[] = [];
    for (;;) {
      if (this.#rest.length > 0 && this.#rest[0] !== 0) this.#fail(`version ${this.#rest[0]}`);
      if (this.#rest.length < 5) return messages;
      const length = this.#rest.readUInt32BE(1);
      if (length > MAX_BYTES) this.#fail(`a frame of ${length} bytes`);
      if (this.#rest.length < 5 + length) return messages;
      messages.push(this.#rest.subarray(5, 5 + length));
      this.#rest = this.#rest.subarray(5 + length);
    }
  }

  /** Bytes of a frame that is not whole yet. */
  get pending(): number {
    return this.#rest.length;
  }

  #fail(why: string): never {
    this.#broken = new Error(why);
    throw this.#broken;
  }
}
