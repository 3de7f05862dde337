/** The connections of one route, and the exchanges that wait for one. */

import type { AddressBook } from '../dial/address-book.ts';
import type { Route } from '../dial/route.ts';
import { Queue } from './queue.ts';
import type { Connection, Exchange } from './transport.ts';

/** Longest wait for a connection that is being opened and may speak HTTP/2, ms; half the timeout if that is less. */
const PROTOCOL_PATIENCE_MS = 1000;

/** Connections of one route, those with room, and who waits for them. */
export class Pool {
  readonly route: Route;
  readonly book: AddressBook;
  readonly connections: Set<Connection> = new Set();
  readonly waiting: Queue<Exchange> = new Queue();
  /** Those that had begun and need another connection, for a redirect or a second try: they go first. */
  readonly resumed: Queue<Exchange> = new Queue();
  /** False when the server turned out to speak no HTTP/2. */
  multiplexes = true;
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
    let awaited = false;
    for (const { settled, dead, openingSinceMs } of this.connections) {
      if (settled || dead) continue;
      if (nowMs - (openingSinceMs ?? nowMs) >= patienceMs) return false;
      awaited = true;
    }
    return awaited;
  }
}

/** Makes an exchange that met a stale connection ready to be sent once more. @param fresh on a new connection only */
export function forgetTry(exchange: Exchange, fresh: boolean): void {
  const { attempt } = exchange;
  attempt.retries += 1;
  attempt.cause = null;
  attempt.detail = null;
  attempt.phase = null;
  attempt.sentMs = NaN;
  attempt.firstByteMs = NaN;
  exchange.fresh = fresh;
}

/** How long an exchange waits for a connection that may turn out to carry many, ms. */
export function patienceFor(exchange: Exchange): number {
  return Math.min(PROTOCOL_PATIENCE_MS, exchange.job.timeoutMs / 2);
}

/** The pool in which somebody has waited longest; null when nobody waits. */
export function poolWithOldest(pools: Iterable<Pool>): Pool | null {
  let found: Pool | null = null;
  let sinceMs = Infinity;
  for (const pool of pools) {
    const readyMs = pool.waiting.peek()?.attempt.readyMs ?? Infinity;
    if (readyMs >= sinceMs) continue;
    found = pool;
    sinceMs = readyMs;
  }
  return found;
}
