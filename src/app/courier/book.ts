/** The books of what became of our own measurements at one receiver. */

import { safeText } from '../../core/text.ts';
import type { SinkFacts } from '../../result/trace/exemplar-result.ts';
import { wordsFor } from '../world/failure-words.ts';

/** What a book says of its sink. */
export interface SinkName {
  readonly kind: string;
  /** As it may be shown. */
  readonly address: string;
  /** Takes secrets out of any text. */
  readonly redact: (text: string) => string;
  /** Told of the first failure: later ones are counted. */
  readonly say: (line: string) => void;
}

/** Counts of one sink. */
export class SinkBook {
  readonly #name: SinkName;
  #sent = 0;
  #lost = 0;
  #failures = 0;
  #lastError: string | null = null;

  constructor(name: SinkName) {
    this.#name = name;
  }

  sent(count: number): void {
    this.#sent += count;
  }

  lost(count: number): void {
    this.#lost += count;
  }

  /** What had counted as sent did not arrive. */
  returned(count: number): void {
    const returned = Math.min(count, this.#sent);
    this.#sent -= returned;
    this.#lost += returned;
  }

  /** Counts a failure. @param why an error, or words, which may hold a server's text */
  fail(why: unknown): void {
    const { kind, address, redact, say } = this.#name;
    const words = typeof why === 'string' ? why : sinkWords(why);
    this.#failures += 1;
    this.#lastError = safeText(redact(words), { maxLength: 200 });
    if (this.#failures === 1) say(`${kind} ${address}: ${this.#lastError}; the run goes on`);
  }

  /** Does something that must not fail anybody else. */
  guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.fail(error);
    }
  }

  facts(): SinkFacts {
    const { kind, address } = this.#name;
    const [sent, lost, failures] = [this.#sent, this.#lost, this.#failures];
    return { kind, address, sent, lost, failures, lastError: this.#lastError };
  }
}

/** Words for codes that have to do with sockets of this machine; others as for requests. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  EACCES: 'it may not be opened',
  EPERM: 'it may not be opened',
  EMSGSIZE: 'a datagram was too large',
  ENOBUFS: 'this machine has no room for more datagrams',
};

/** Why something could not be sent. A message of Node may hold an address, a code does not. */
function sinkWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return WORDS[code] ?? wordsFor(error);
}
