/** Writes protobuf messages (proto3): fields in the order of the calls, zero values left out, as every reader expects. */

const encoder = new TextEncoder();

/** How a value lies on the wire (Protocol Buffers, Encoding, section Message Structure). */
const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

const FIRST_SIZE = 128;

/** One message under way. */
export class ProtoWriter {
  #bytes = new Uint8Array(FIRST_SIZE);
  #length = 0;

  /** An int32, int64, bool or enum; negative ones in two's complement, 64 bits wide. 0 is left out. */
  int(field: number, value: number | bigint | boolean): this {
    const wide = BigInt.asUintN(64, BigInt(value));
    if (wide === 0n) return this;
    this.#key(field, VARINT);
    this.#varint(wide);
    return this;
  }

  /** A 32-bit float. 0 is left out; -0 is none. */
  float(field: number, value: number): this {
    return this.#fixed(field, value, 4);
  }

  /** A 64-bit float. 0 is left out; -0 is none. */
  double(field: number, value: number): this {
    return this.#fixed(field, value, 8);
  }

  /** A text as UTF-8; half a surrogate pair becomes U+FFFD. The empty text is left out. */
  string(field: number, text: string): this {
    return text === '' ? this : this.bytes(field, encoder.encode(text));
  }

  /** Bytes, or a message that is finished already: also an empty one is written. */
  bytes(field: number, bytes: Uint8Array): this {
    this.#key(field, DELIMITED);
    this.#varint(BigInt(bytes.length));
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** A `map<string, string>`: an entry each, in the order of the map. */
  map(field: number, entries: ReadonlyMap<string, string>): this {
    for (const [key, value] of entries) {
      this.bytes(
        field,
        new ProtoWriter().bytes(1, encoder.encode(key)).bytes(2, encoder.encode(value)).finish(),
      );
    }
    return this;
  }

  /** The message so far. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #fixed(field: number, value: number, width: 4 | 8): this {
    if (Object.is(value, 0)) return this;
    this.#key(field, width === 4 ? FIXED32 : FIXED64);
    this.#room(width);
    const view = new DataView(this.#bytes.buffer, this.#length, width);
    if (width === 4) view.setFloat32(0, value, true);
    else view.setFloat64(0, value, true);
    this.#length += width;
    return this;
  }

  #key(field: number, wire: number): void {
    this.#varint(BigInt(field * 8 + wire));
  }

  #varint(value: bigint): void {
    this.#room(10);
    let rest = value;
    while (rest >= 0x80n) {
      this.#bytes[this.#length] = Number(rest & 0x7fn) | 0x80;
      this.#length += 1;
      rest >>= 7n;
    }
    this.#bytes[this.#length] = Number(rest);
    this.#length += 1;
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
