/** The transport: pools of connections by route, last used first, grown on demand. */

import { STREAM, uniformAt } from '../../core/random.ts';
import { AddressBook } from '../dial/address-book.ts';
import type { Route } from '../dial/route.ts';
import { PlainConnection } from '../plain/plain-connection.ts';
import { RequestBytes } from '../plain/request-bytes.ts';
import { Http2Connection } from '../tls/http2-connection.ts';
import { UndiciConnection } from '../tls/undici-connection.ts';
import { deadlineCause, phaseOf } from './classify.ts';
import { breakAttempt } from './ending.ts';
import { forgetTry, Pool, patienceFor, poolWithOldest } from './pool.ts';
import { turnTo } from './redirect.ts';
import type {
  Connection,
  ConnectionHost,
  ConnectionSettings,
  Exchange,
  ReadySocket,
  Ride,
  Transport,
  TransportSettings,
} from './transport.ts';

/** Gives exchanges to connections, opens and closes these, repeats and redirects. */
export class PooledTransport implements Transport, ConnectionHost {
  readonly nowMs: () => number;
  readonly maxBodyBytes: number;
  openedCount = 0;
  readonly #requests: RequestBytes;
  #lifetimes = 0;
  #pending = 0;
  #resumed = 0;
  #open = 0;
  #closing = false;
  readonly #settings: TransportSettings;
  readonly #pools = new Map<Route, Pool>();

  constructor(settings: TransportSettings) {
    this.#settings = settings;
    this.nowMs = settings.nowMs;
    this.maxBodyBytes = settings.maxBodyBytes;
    this.#requests = new RequestBytes(settings.keepAlive);
  }

  get pending(): number {
    return this.#pending;
  }

  get openConnections(): number {
    return this.#open;
  }

  submit(exchange: Exchange): void {
    const pool = this.#pool(exchange.route);
    const connection = this.#connectionFor(pool, exchange);
    if (connection !== null) {
      this.#start(exchange, connection);
      return;
    }
    exchange.stage = 'waiting';
    if (hasBegun(exchange)) {
      pool.resumed.push(exchange);
      this.#resumed += 1;
    } else {
      pool.waiting.push(exchange);
      this.#pending += 1;
    }
  }

  oldest(): Exchange | null {
    return poolWithOldest(this.#pools.values())?.waiting.peek() ?? null;
  }

  withdrawOldest(): Exchange | null {
    const exchange = poolWithOldest(this.#pools.values())?.waiting.shift() ?? null;
    if (exchange !== null) this.#pending -= 1;
    return exchange;
  }

  expire(exchange: Exchange, nowMs: number): void {
    const { ride, attempt } = exchange;
    const stage = exchange.stage === 'connect' ? (ride?.connection.stage ?? 'waiting') : exchange.stage;
    breakAttempt(exchange, ride, nowMs);
    attempt.cause = deadlineCause(stage);
    attempt.phase = phaseOf(stage);
    attempt.detail = `no ${stage === 'receive' ? 'whole response' : 'answer'} within ${exchange.job.timeoutMs} ms`;
    exchange.stage = 'ended';
    exchange.ride = null;
    if (ride !== null) {
      ride.detach();
      this.#release(ride.connection, ride.connection.capacity === 1 ? 'broken' : 'keep');
    }
    this.#settings.listener.ended(exchange, ride);
    this.#startWaiting();
  }

  completed(ride: Ride, exchange: Exchange): void {
    if (this.#closing) return;
    const { connection } = ride;
    exchange.ride = null;
    this.#release(connection, connection.expired(this.nowMs()) ? 'retire' : 'keep');
    if (!this.#follow(ride, exchange)) this.#settings.listener.ended(exchange, ride);
    this.#startWaiting();
  }

  broke(ride: Ride, exchange: Exchange): void {
    if (this.#closing) return;
    const { connection } = ride;
    exchange.ride = null;
    this.#release(connection, connection.capacity === 1 ? 'broken' : 'keep');
    const { attempt } = exchange;
    if (attempt.cause === 'stale-connection' && exchange.job.idempotent && attempt.retries === 0) {
      this.#sendAgain(exchange);
    } else {
      this.#settings.listener.ended(exchange, ride);
    }
    this.#startWaiting();
  }

  opened(): void {
    this.openedCount += 1;
  }

  settled(connection: Connection): void {
    if (connection.active < connection.capacity) this.#pools.get(connection.route)?.offer(connection);
    this.#startWaiting();
  }

  fellBack(connection: Connection, exchange: Exchange, ready: ReadySocket): void {
    const pool = this.#pools.get(connection.route);
    if (pool === undefined) return;
    pool.multiplexes = false;
    pool.connections.delete(connection);
    const settings = this.#connectionSettings(pool.route, this.#lifetimeMs());
    const next = new UndiciConnection(pool.route, pool.book, { host: this, settings, ready });
    pool.connections.add(next);
    next.active = 1;
    next.carry(exchange);
    this.#startWaiting();
  }

  closed(connection: Connection): void {
    this.#discard(connection);
    this.#startWaiting();
  }

  async close(): Promise<void> {
    this.#closing = true;
    const connections = [...this.#pools.values()].flatMap((pool) => [...pool.connections]);
    this.#pools.clear();
    for (const connection of connections) connection.destroy();
    await Promise.resolve();
  }

  #pool(route: Route): Pool {
    let pool = this.#pools.get(route);
    if (pool === undefined) {
      pool = new Pool(route, new AddressBook(route.dialHost, route.fixedAddresses));
      this.#pools.set(route, pool);
    }
    return pool;
  }

  #connectionFor(pool: Pool, exchange: Exchange): Connection | null {
    const nowMs = this.nowMs();
    if (!exchange.fresh) {
      for (let free = pool.free(); free !== null; free = pool.free()) {
        if (!free.expired(nowMs)) return free;
        this.#discard(free);
      }
    }
    if (this.#multiplexes(pool) && pool.awaitsProtocol(nowMs, patienceFor(exchange))) return null;
    if (this.#open >= this.#settings.maxConnections && !this.#closeOneIdle()) return null;
    return this.#connect(pool, exchange);
  }

  /** True when the server speaks HTTP/2, as far as is known. */
  #multiplexes(pool: Pool): boolean {
    return this.#settings.http2 && pool.route.secure && pool.multiplexes;
  }

  #connect(pool: Pool, exchange: Exchange): Connection {
    this.#open += 1;
    const connection = this.#made(pool, this.#connectionSettings(pool.route, this.#lifetimeMs()));
    pool.connections.add(connection);
    // A timer may fire a moment too early to count as patient enough.
    if (this.#multiplexes(pool)) setTimeout(() => this.#startWaiting(), patienceFor(exchange) + 2).unref();
    return connection;
  }

  #made(pool: Pool, settings: ConnectionSettings): Connection {
    const { route, book } = pool;
    const parts = { host: this, settings, requests: this.#requests };
    if (!route.secure) return new PlainConnection(route, book, parts);
    if (this.#multiplexes(pool)) return new Http2Connection(route, book, parts);
    const tls = { ...settings.tls, ALPNProtocols: ['http/1.1'] };
    return new UndiciConnection(route, book, { host: this, settings: { ...settings, tls } });
  }

  /** Mean lifetime, jittered by half. */
  #lifetimeMs(): number {
    const { lifetimeMs, seed } = this.#settings;
    this.#lifetimes += 1;
    return lifetimeMs * (0.5 + uniformAt(seed, STREAM.lifetime, this.#lifetimes));
  }

  #connectionSettings(route: Route, lifetimeMs: number): ConnectionSettings {
    return {
      tls: this.#settings.tlsFor(route),
      allowPublic: this.#settings.allowPublic,
      nowMs: this.nowMs,
      keepAlive: this.#settings.keepAlive,
      lifetimeMs,
    };
  }

  #start(exchange: Exchange, connection: Connection): void {
    const pool = this.#pool(exchange.route);
    connection.active += 1;
    if (connection.active < connection.capacity) pool.offer(connection);
    if (!hasBegun(exchange)) this.#settings.listener.began(exchange);
    connection.carry(exchange);
  }

  /** An exchange left its connection. An HTTP/2 connection that broke tells so by its `disconnect`. */
  #release(connection: Connection, fate: 'keep' | 'retire' | 'broken'): void {
    connection.active -= 1;
    if (fate === 'broken') connection.destroy();
    if (fate === 'keep' && !connection.dead) this.#pools.get(connection.route)?.offer(connection);
    else this.#discard(connection);
  }

  #discard(connection: Connection): void {
    if (this.#pools.get(connection.route)?.connections.delete(connection) !== true) return;
    this.#open -= 1;
    connection.retire();
  }

  /** Frees a place for another route: the limit is one for all. */
  #closeOneIdle(): boolean {
    for (const pool of this.#pools.values()) {
      const idle = pool.idle();
      if (idle === null) continue;
      this.#discard(idle);
      return this.#open < this.#settings.maxConnections;
    }
    return false;
  }

  #sendAgain(exchange: Exchange): void {
    // Another kept-alive connection may be stale too; one of HTTP/2 says when it goes away.
    forgetTry(exchange, !this.#multiplexes(this.#pool(exchange.route)));
    this.submit(exchange);
  }

  #follow(ride: Ride, exchange: Exchange): boolean {
    const { redirects, routeFor } = this.#settings;
    if (redirects === 0 || !turnTo(exchange, ride.response, { redirects, routeFor })) return false;
    this.submit(exchange);
    return true;
  }

  /** Gives freed connections, or freed places for new ones, to those that wait. */
  #startWaiting(): void {
    if (this.#pending + this.#resumed === 0 || this.#closing) return;
    for (const pool of this.#pools.values()) {
      while (this.#startNext(pool));
    }
  }

  /** Starts the next exchange that waits in a pool. @returns false when none waits or none can be started */
  #startNext(pool: Pool): boolean {
    const resumed = pool.resumed.peek();
    const exchange = resumed ?? pool.waiting.peek();
    if (exchange === null) return false;
    // One that had begun may have met its deadline while it waited.
    const connection = exchange.stage === 'ended' ? null : this.#connectionFor(pool, exchange);
    if (connection === null && exchange.stage !== 'ended') return false;
    if (resumed === null) {
      pool.waiting.shift();
      this.#pending -= 1;
    } else {
      pool.resumed.shift();
      this.#resumed -= 1;
    }
    if (connection !== null) this.#start(exchange, connection);
    return true;
  }
}

/** True for one that was handed to a connection before: it counts as sent, and its deadline runs. */
function hasBegun(exchange: Exchange): boolean {
  return exchange.attempt.retries > 0 || exchange.attempt.redirects > 0;
}
