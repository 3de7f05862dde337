/** One connection of HTTP/1.1 over TLS, as an undici Client of its own. */

import type { Socket } from 'node:net';
import { Client } from 'undici';
import type { AddressBook } from '../dial/address-book.ts';
import { Dial } from '../dial/dial.ts';
import type { Route } from '../dial/route.ts';
import type { Stage } from '../dial/stage.ts';
import type { ConnectionHost, ConnectionSettings, Exchange, ReadySocket } from '../transport/transport.ts';
import { UndiciRide, type UndiciSeat } from './undici-ride.ts';

/** One client with one socket, dialled by ourselves so that its clocks are known. */
export class UndiciConnection implements UndiciSeat {
  readonly client: Client;
  readonly route: Route;
  /** The dial under way, or the one that made the present socket. */
  dial: Dial | null = null;
  /** True from the end of a dial until the first exchange has taken its clocks. */
  dialIsNews = false;
  /** Exchanges begun on the present socket. */
  used = 0;
  active = 0;
  readonly capacity = 1;
  dead = false;
  listed = false;
  socket: Socket | null = null;
  /** What the socket said first when it broke; undici destroys it with vaguer errors of its own. */
  socketError: Error | null = null;
  #expiresMs = Infinity;
  #ready: ReadySocket | null;
  readonly #settings: ConnectionSettings;
  readonly #host: ConnectionHost;

  /** @param parts.ready a socket to begin with, instead of dialling */
  constructor(
    route: Route,
    book: AddressBook,
    parts: { host: ConnectionHost; settings: ConnectionSettings; ready?: ReadySocket },
  ) {
    const { host, settings } = parts;
    this.#ready = parts.ready ?? null;
    this.route = route;
    this.#host = host;
    this.#settings = settings;
    this.client = new Client(route.origin, {
      connect: (_options, callback) => {
        this.#open(book).then(
          (socket) => callback(null, socket),
          (error: Error) => callback(error, null),
        );
      },
      allowH2: false,
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
    const ready = this.#ready;
    this.#ready = null;
    const dial = ready?.dial ?? new Dial(this.route, book, this.#settings);
    this.dial = dial;
    const socket = ready?.socket ?? (await dial.open());
    this.socket = socket;
    this.#expiresMs = this.#settings.nowMs() + this.#settings.lifetimeMs;
    this.socketError = null;
    socket.on('error', (error: Error) => {
      this.socketError ??= error;
    });
    this.used = 0;
    this.dialIsNews = true;
    this.#host.opened(this);
    return socket;
  }
}
