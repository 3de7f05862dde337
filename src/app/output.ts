/** A stream that reports go to, whose failures are remembered instead of thrown. */

import type { Writable } from 'node:stream';

/** What became of everything written: `closed`: the reader went away (EPIPE), which is its right. */
export type Delivery =
  | { readonly kind: 'delivered' | 'closed' }
  | { readonly kind: 'failed'; readonly code: string };

/** Where text is written to. */
export interface Output {
  readonly isTTY: boolean;
  /** Width of the terminal; null when it is none. */
  readonly columns: number | null;
  /** Queues text. Never throws: see `settled`. */
  write(text: string): void;
  /** Resolves when all that was written has been handed to the system, or cannot be. Never rejects. */
  settled(): Promise<Delivery>;
}

/** An output over a stream of Node's. */
export function streamOutput(stream: Writable & { isTTY?: boolean; columns?: number }): Output {
  let delivery: Delivery = { kind: 'delivered' };
  let last: Promise<void> = Promise.resolve();
  const fail = (error: NodeJS.ErrnoException): void => {
    if (delivery.kind !== 'delivered') return;
    const code = error.code ?? 'EIO';
    delivery = code === 'EPIPE' ? { kind: 'closed' } : { kind: 'failed', code };
  };
  stream.on('error', fail);
  return {
    isTTY: stream.isTTY === true,
    get columns(): number | null {
      return stream.columns ?? null;
    },
    write: (text) => {
      if (delivery.kind !== 'delivered') return;
      // Callbacks come in the order of the writes, so the last one settles them all.
      last = new Promise((resolve) => {
        stream.write(text, (error) => {
          if (error) fail(error);
          resolve();
        });
      });
    },
    settled: async () => {
      await last;
      return delivery;
    },
  };
}

/** An output that takes everything and shows nothing. */
export function silentOutput(): Output {
  return {
    isTTY: false,
    columns: null,
    write: () => undefined,
    settled: () => Promise.resolve({ kind: 'delivered' }),
  };
}
