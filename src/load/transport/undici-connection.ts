/** One connection as an undici Client of its own: for TLS and HTTP/2. */

import type { Socket } from 'node:net';
import { Client } from 'undici';
import type { AddressBook } from '../dial/address-book.ts';
import { Dial } from '../dial/dial.ts';
import type { Route } from '../dial/route.ts';
import type { Connection, ConnectionHost, ConnectionSettings } from './connection.ts';
import type { Exchange, Stage } from './transport.ts';
import { UndiciRide } from './undici-ride.ts';

/** Streams that one HTTP/2 connection carries at a time (the usual SETTINGS_MAX_CONCURRENT_STREAMS). */
const STREAMS = 100;

export class UndiciConnection implements Connection {
  readonly client: Client;
  readonly route: Route;
  /** The dial under way, or the one that made the present socket. */
  dial: Dial | null = null;
  /** True from the end of a dial until the first exchange has taken its clocks. */
  dialIsNews = false;
  /** Exchanges begun on the present socket. */
  used = 0;
  active = 0;
  capacity = 1;
  dead = false;
  listed = false;
  socket: Socket | null = null;
  /** What the socket itself said when it broke. */
  socketError: Error | null = null;
  readonly #expiresMs: number;
  readonly #settings: ConnectionSettings;
  readonly #host: ConnectionHost;

  constructor(route: Route, book: AddressBook, parts: { host: ConnectionHost; settings: ConnectionSettings }) {
    const { host, settings } = parts;
    this.route = route;
    this.#host = host;
    this.#settings = settings;
    this.#expiresMs = settings.nowMs() + settings.lifetimeMs;
    this.client = new Client(clientOrigin(route), {
      connect: (_options, callback) => {
        this.#open(book).then(
          (socket) => callback(null, socket),
          (error: Error) => callback(error, null),
        );
      },
      pipelining: settings.http2 ? STREAMS : 1,
      allowH2: settings.http2,
      maxConcurrentStreams: STREAMS,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 600_000,
      maxHeaderSize: 65_536,
    });
    this.client.on('disconnect', () => {
      this.used = 0;
      if (this.active === 0) host.closed(this);
    });
  }

  get stage(): Stage {
    return this.dial?.stage ?? 'waiting';
  }

  get remote(): string | null {
    return this.dial?.remote ?? null;
  }

  get openingSinceMs(): number | null {
    return this.dial?.startedMs ?? null;
  }

  get settled(): boolean {
    return this.socket !== null;
  }

  expired(nowMs: number): boolean {
    return this.dead || nowMs >= this.#expiresMs || !this.#settings.keepAlive;
  }

  carry(exchange: Exchange): void {
    new UndiciRide(this, this.#host).start(exchange, this.#settings.keepAlive);
  }

  retire(): void {
    this.dead = true;
    this.client.close().catch(() => undefined);
  }

  destroy(): void {
    this.dead = true;
    this.dial?.cancel();
    this.client.destroy().catch(() => undefined);
  }

  async #open(book: AddressBook): Promise<Socket> {
    const dial = new Dial(this.route, book, this.#settings);
    this.dial = dial;
    const socket = await dial.open();
    this.socket = socket;
    this.socketError = null;
    socket.on('error', (error: Error) => {
      this.socketError = error;
    });
    this.used = 0;
    this.dialIsNews = true;
    this.capacity = isHttp2(socket) ? STREAMS : 1;
    if (this.capacity === 1 && this.#settings.http2) this.client.pipelining = 1;
    this.#host.opened(this);
    return socket;
  }
}

/** A plain request through a forward proxy goes to the proxy itself and names the whole URL. */
function clientOrigin(route: Route): string {
  if (route.proxy === null || route.secure) return route.origin;
  const host = route.proxy.host.includes(':') ? `[${route.proxy.host}]` : route.proxy.host;
  return `http://${host}:${route.proxy.port}`;
}

function isHttp2(socket: Socket): boolean {
  return 'alpnProtocol' in socket && socket.alpnProtocol === 'h2';
}
