/** Looks at servers over several loads of one kind, such as the trials at a rate, as if they had been one. */

import type { ServerLooks } from '../../core/server/signal.ts';
import type { ServerResult } from '../../result/server/server-result.ts';
import type { Observation } from './following.ts';
import { LooksBook } from './looks.ts';
import { serverResults } from './server-results.ts';

/** The looks of each kind, laid one behind another. */
export class LaidLooks {
  readonly #kinds = new Map<string | number, { readonly book: LooksBook; lengthMs: number }>();

  /** Adds a load of that kind; what was seen before its measured part is left out. @param lengthMs of the measured part */
  add(kind: string | number, servers: readonly ServerLooks[], lengthMs: number): void {
    const laid = this.#kinds.get(kind) ?? { book: new LooksBook(), lengthMs: 0 };
    this.#kinds.set(kind, laid);
    for (const { server, looks } of servers) {
      for (const look of looks) {
        if (look.atMs > 0) laid.book.add(server, { ...look, atMs: look.atMs + laid.lengthMs });
      }
    }
    laid.lengthMs += lengthMs;
  }

  /** All of a kind; empty when there was none. */
  of(kind: string | number): ServerLooks[] {
    return this.#kinds.get(kind)?.book.all() ?? [];
  }

  /** What a document says of the servers at a constant rate; null when nobody looked. */
  results(
    observation: Observation | null,
    at: { readonly kind: string | number; readonly ratePerSecond: number },
  ): ServerResult[] | null {
    if (observation === null) return null;
    return serverResults({
      looks: this.of(at.kind),
      told: observation.observer.told(),
      captures: new Map(),
      rates: [{ fromMs: 0, perSecond: at.ratePerSecond }],
    });
  }
}
