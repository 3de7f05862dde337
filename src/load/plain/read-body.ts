/** What one read brought of a body, in one piece: a server may cut it into chunks of one byte each. */

import type { IncomingResponse } from '../transport/response.ts';

/** Gathers pieces between two reads. */
export class ReadBody {
  #bytes: Buffer | null = null;
  #length = 0;

  /** Adds a copy of a piece. @param readBytes size of the present read, which all its pieces fit into */
  add(piece: Buffer, readBytes: number): void {
    this.#bytes ??= Buffer.allocUnsafe(readBytes);
    this.#length += piece.copy(this.#bytes, this.#length);
  }

  /** Hands over what was gathered, if anything. */
  flush(response: IncomingResponse): void {
    if (this.#bytes === null) return;
    response.data(this.#bytes.subarray(0, this.#length), true);
    this.#bytes = null;
    this.#length = 0;
  }
}
