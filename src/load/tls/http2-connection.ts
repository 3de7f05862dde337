/** One HTTP/2 connection on node:http2, many exchanges at once: RFC 9113. */

import { type ClientHttp2Session, connect, constants } from 'node:http2';
import type { Socket } from 'node:net';
import type { AddressBook } from '../dial/address-book.ts';
import { Dial } from '../dial/dial.ts';
import type { Route } from '../dial/route.ts';
import type { Stage } from '../dial/stage.ts';
import type { ConnectionHost, ConnectionSettings, Exchange } from '../transport/transport.ts';
import { Http2Ride, type Http2Seat } from './http2-ride.ts';

/** Most streams at a time on one connection; fewer when the server says so. */
const MAX_STREAMS = 100;

/** What a server may send before we have read it, bytes: of one stream, and of the connection. */
const STREAM_WINDOW = 1_048_576;
const CONNECTION_WINDOW = 16_777_216;

/** One HTTP/2 session; its capacity is what the server's settings allow. */
export class Http2Connection implements Http2Seat {
  readonly route: Route;
  active = 0;
  /** One until the server's settings have come. */
  capacity = 1;
  dead = false;
  listed = false;
  settled = false;
  socket: Socket | null = null;
  session: ClientHttp2Session | null = null;
  /** What broke the whole connection. */
  error: Error | null = null;
  /** The server said that it will take no further streams. */
  goingAway = false;
  readonly dial: Dial;
  #used = 0;
  #expiresMs = Infinity;
  readonly #host: ConnectionHost;
  readonly #settings: ConnectionSettings;

  constructor(
    route: Route,
    book: AddressBook,
    parts: { host: ConnectionHost; settings: ConnectionSettings },
  ) {
    this.route = route;
    this.#host = parts.host;
    this.#settings = parts.settings;
    this.dial = new Dial(route, book, parts.settings);
  }

  get stage(): Stage {
    return this.dial.stage;
  }

  get remote(): string | null {
    return this.dial.remote;
  }

  get openingSinceMs(): number {
    return this.dial.startedMs;
  }

  expired(nowMs: number): boolean {
    return this.dead || nowMs >= this.#expiresMs || !this.#settings.keepAlive;
  }

  carry(exchange: Exchange): void {
    const ride = new Http2Ride(this, this.#host);
    ride.take(exchange);
    if (this.session === null) this.#open(ride).catch((error: Error) => ride.fail(error));
    else ride.start(this.session);
  }

  /** Number of exchanges that it had carried before this one. */
  count(): number {
    this.#used += 1;
    return this.#used - 1;
  }

  retire(): void {
    this.dead = true;
    this.session?.close();
    this.session?.unref();
  }

  destroy(): void {
    this.dead = true;
    this.dial.cancel();
    this.session?.destroy();
  }

  async #open(ride: Http2Ride): Promise<void> {
    const socket = await this.dial.open();
    if (this.dead) {
      socket.destroy();
      return;
    }
    this.socket = socket;
    if (!('alpnProtocol' in socket) || socket.alpnProtocol !== 'h2') {
      this.dead = true;
      ride.hand((exchange) => this.#host.fellBack(this, exchange, { dial: this.dial, socket }));
      return;
    }
    this.#expiresMs = this.#settings.nowMs() + this.#settings.lifetimeMs;
    this.session = this.#begin(socket);
    this.#host.opened(this);
    ride.start(this.session);
  }

  #begin(socket: Socket): ClientHttp2Session {
    const session = connect(this.route.origin, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW },
    });
    session.setLocalWindowSize(CONNECTION_WINDOW);
    session.on('remoteSettings', ({ maxConcurrentStreams }) => {
      this.capacity = Math.min(MAX_STREAMS, maxConcurrentStreams ?? MAX_STREAMS);
      this.settled = true;
      this.#host.settled(this);
    });
    session.on('goaway', (code) => {
      this.dead = true;
      this.goingAway = code === constants.NGHTTP2_NO_ERROR;
    });
    session.on('error', (error: Error) => {
      this.error ??= error;
    });
    session.on('close', () => {
      this.dead = true;
      if (this.active === 0) this.#host.closed(this);
    });
    return session;
  }
}
