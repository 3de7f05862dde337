/** The connections of one route, and the exchanges that wait for one. */

import type { AddressBook } from '../dial/address-book.ts';
import type { Connection } from './connection.ts';
import { Queue } from './queue.ts';
import type { Route } from '../dial/route.ts';
import type { Exchange } from './transport.ts';

export class Pool {
  readonly route: Route;
  readonly book: AddressBook;
  readonly connections: Set<Connection> = new Set();
  readonly waiting: Queue<Exchange> = new Queue();
  /** Those that had begun and need another connection, for a redirect or a second try: they go first. */
  readonly resumed: Queue<Exchange> = new Queue();
  /** Whether the server speaks HTTP/2; null while it is not known. */
  multiplexes: boolean | null = null;
  /** Last used first: the warmest connection carries most, and surplus ones age and close. */
  readonly #free: Connection[] = [];

  constructor(route: Route, book: AddressBook) {
    this.route = route;
    this.book = book;
  }

  /** Makes a connection with room available. */
  offer(connection: Connection): void {
    if (connection.listed || !this.connections.has(connection)) return;
    connection.listed = true;
    this.#free.push(connection);
  }

  /** Takes the most recently used connection with room; null when there is none. */
  free(): Connection | null {
    for (let found = this.#free.pop(); found !== undefined; found = this.#free.pop()) {
      found.listed = false;
      if (this.connections.has(found) && found.active < found.capacity) return found;
    }
    return null;
  }

  /** Takes the connection that has been idle longest; null when none is wholly idle. */
  idle(): Connection | null {
    const index = this.#free.findIndex((found) => this.connections.has(found) && found.active === 0);
    return index === -1 ? null : (this.#free.splice(index, 1)[0] ?? null);
  }

  /**
   * True while a connection is being opened that may carry many exchanges at once, so that it is worth waiting
   * for: for `patienceMs` at most, since a server that never answers would hold up everything.
   */
  awaitsProtocol(nowMs: number, patienceMs: number): boolean {
    if (this.multiplexes === false) return false;
    for (const { settled, dead, openingSinceMs } of this.connections) {
      if (!settled && !dead && nowMs - (openingSinceMs ?? nowMs) < patienceMs) return true;
    }
    return false;
  }
}
