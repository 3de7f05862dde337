/** The transport: pools of connections by route, last used first, grown on demand. */

import { STREAM, uniformAt } from '../../core/random.ts';
import { AddressBook } from '../dial/address-book.ts';
import { PlainConnection } from '../plain/plain-connection.ts';
import { RequestBytes } from '../plain/request-bytes.ts';
import { deadlineCause, phaseOf } from './classify.ts';
import type { Connection, ConnectionHost, ConnectionSettings, Ride } from './connection.ts';
import { Pool } from './pool.ts';
import { nextHop } from './redirect.ts';
import type { Route } from '../dial/route.ts';
import type { TlsOptionsFor } from '../dial/tls-options.ts';
import type { Exchange, ExchangeListener, Transport } from './transport.ts';
import { UndiciConnection } from './undici-connection.ts';

/** Longest wait for a connection that is being opened and may speak HTTP/2, ms; half the timeout if that is less. */
const PROTOCOL_PATIENCE_MS = 1000;

/** What a transport is made with. */
export interface TransportSettings {
  readonly listener: ExchangeListener;
  readonly nowMs: () => number;
  readonly routeFor: (origin: string) => Route;
  readonly tlsFor: TlsOptionsFor;
  readonly allowPublic: boolean;
  readonly maxConnections: number;
  readonly maxBodyBytes: number;
  readonly redirects: number;
  readonly http2: boolean;
  readonly keepAlive: boolean;
  /** Mean lifetime of a connection, ms; Infinity: for ever. */
  readonly lifetimeMs: number;
  readonly seed: number;
}

export class PooledTransport implements Transport, ConnectionHost {
  readonly nowMs: () => number;
  readonly maxBodyBytes: number;
  openedCount = 0;
  readonly #requests: RequestBytes;
  #made = 0;
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
    return this.#poolWithOldest()?.waiting.peek() ?? null;
  }

  withdrawOldest(): Exchange | null {
    const exchange = this.#poolWithOldest()?.waiting.shift() ?? null;
    if (exchange !== null) this.#pending -= 1;
    return exchange;
  }

  expire(exchange: Exchange, nowMs: number): void {
    const { ride, attempt } = exchange;
    const stage = exchange.stage === 'connect' ? (ride?.connection.stage ?? 'waiting') : exchange.stage;
    attempt.endMs = nowMs;
    attempt.outcome = 'broken';
    attempt.cause = deadlineCause(stage);
    attempt.phase = phaseOf(stage);
    attempt.detail = `no ${stage === 'receive' ? 'whole response' : 'answer'} within ${exchange.job.timeoutMs} ms`;
    exchange.stage = 'ended';
    exchange.ride = null;
    if (ride !== null) {
      attempt.bytesReceived += ride.response.bodyBytes;
      attempt.remote ??= ride.connection.remote;
      ride.detach();
      this.#release(ride.connection, ride.connection.capacity === 1 ? 'broken' : 'keep');
    }
    this.#settings.listener.ended(exchange, ride);
    this.#startWaiting();
  }

  completed(ride: Ride, exchange: Exchange): void {
    const { connection } = ride;
    exchange.ride = null;
    this.#release(connection, connection.expired(this.nowMs()) ? 'retire' : 'keep');
    if (!this.#follow(ride, exchange)) this.#settings.listener.ended(exchange, ride);
    this.#startWaiting();
  }

  broke(ride: Ride, exchange: Exchange): void {
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

  opened(connection: Connection): void {
    this.openedCount += 1;
    if (!this.#multiplexes(connection.route)) return;
    const pool = this.#pools.get(connection.route);
    if (pool !== undefined) pool.multiplexes = connection.capacity > 1;
    if (connection.active < connection.capacity) pool?.offer(connection);
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
    if (this.#multiplexes(pool.route) && pool.awaitsProtocol(nowMs, patienceFor(exchange))) return null;
    if (this.#open >= this.#settings.maxConnections && !this.#closeOneIdle()) return null;
    return this.#connect(pool, exchange);
  }

  #multiplexes(route: Route): boolean {
    return this.#settings.http2 && route.secure;
  }

  #connect(pool: Pool, exchange: Exchange): Connection {
    const { lifetimeMs, seed } = this.#settings;
    this.#made += 1;
    this.#open += 1;
    const jitter = 0.5 + uniformAt(seed, STREAM.lifetime, this.#made);
    if (this.#multiplexes(pool.route)) setTimeout(() => this.#startWaiting(), patienceFor(exchange)).unref();
    const settings = this.#connectionSettings(pool.route, lifetimeMs * jitter);
    const parts = { host: this, settings, requests: this.#requests };
    const Kind = pool.route.secure ? UndiciConnection : PlainConnection;
    const connection = new Kind(pool.route, pool.book, parts);
    pool.connections.add(connection);
    return connection;
  }

  #connectionSettings(route: Route, lifetimeMs: number): ConnectionSettings {
    return {
      tls: this.#settings.tlsFor(route),
      allowPublic: this.#settings.allowPublic,
      nowMs: this.nowMs,
      http2: this.#settings.http2,
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
    const attempt = exchange.attempt;
    attempt.retries += 1;
    attempt.cause = null;
    attempt.detail = null;
    attempt.phase = null;
    attempt.sentMs = NaN;
    attempt.firstByteMs = NaN;
    exchange.fresh = true;
    this.submit(exchange);
  }

  #follow(ride: Ride, exchange: Exchange): boolean {
    const { redirects } = this.#settings;
    const attempt = exchange.attempt;
    if (redirects === 0 || attempt.status < 300 || attempt.status > 399) return false;
    const hop = nextHop(exchange, ride.response.header('location'), redirects - attempt.redirects);
    if (hop.kind === 'none') return false;
    if (hop.kind === 'refuse') {
      attempt.cause = 'redirect-limit';
      attempt.detail = hop.detail;
      return false;
    }
    attempt.redirects += 1;
    attempt.cause = null;
    attempt.detail = null;
    exchange.route = this.#settings.routeFor(hop.origin);
    exchange.method = hop.method;
    exchange.request = hop.request;
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

  #poolWithOldest(): Pool | null {
    let found: Pool | null = null;
    for (const pool of this.#pools.values()) {
      const head = pool.waiting.peek();
      const best = found?.waiting.peek();
      if (head !== null && (best == null || head.attempt.readyMs < best.attempt.readyMs)) found = pool;
    }
    return found;
  }
}

/** True for one that was handed to a connection before: it counts as sent, and its deadline runs. */
function hasBegun(exchange: Exchange): boolean {
  return exchange.attempt.retries > 0 || exchange.attempt.redirects > 0;
}

function patienceFor(exchange: Exchange): number {
  return Math.min(PROTOCOL_PATIENCE_MS, exchange.job.timeoutMs / 2);
}
