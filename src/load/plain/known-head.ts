/** The fields of the last head and what they say, looked at once while a server repeats itself. */

import { HeadText, type IncomingResponse } from '../transport/response.ts';

/** The last head of a connection, and what it meant. */
export class KnownHead {
  #text = '';
  #fields: HeadText = new HeadText('');
  #cached: boolean | null = null;

  /** The fields of a head. @param text its field lines */
  fields(text: string): HeadText {
    if (text === this.#text) return this.#fields;
    this.#text = text;
    this.#fields = new HeadText(text);
    this.#cached = null;
    return this.#fields;
  }

  /** Whether a cache says that it answered the response that has the fields last asked for. */
  cached(response: IncomingResponse): boolean {
    this.#cached ??= response.cached();
    return this.#cached;
  }
}
