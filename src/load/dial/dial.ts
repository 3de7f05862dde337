/** Opens one connection and says how long each step took: name look-up, TCP, proxy tunnel, TLS. */

import { connect, type OnReadOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { TransportError } from '../transport/classify.ts';
import type { Address, AddressBook } from './address-book.ts';
import { isPublicAddress } from './public-address.ts';
import type { Route } from './route.ts';
import type { Stage } from './stage.ts';
import { openTunnel } from './tunnel.ts';

/** What every connection of a run has in common. */
export interface DialSettings {
  readonly tls: ConnectionOptions;
  readonly allowPublic: boolean;
  readonly nowMs: () => number;
}

/** One connection being opened. The caller reads the clocks, and may `cancel` at any time. */
export class Dial {
  stage: Stage = 'waiting';
  /** NaN where a step did not apply. */
  dnsMs: number = NaN;
  connectMs: number = NaN;
  tlsMs: number = NaN;
  remote: string | null = null;
  readonly startedMs: number;
  readonly #route: Route;
  readonly #book: AddressBook;
  readonly #settings: DialSettings;
  readonly #onRead: OnReadOpts | null;
  #socket: Socket | null = null;
  #cancelled = false;

  /** @param onRead reads straight into a buffer, without streams; null: as usual. Not with TLS. */
  constructor(route: Route, book: AddressBook, settings: DialSettings, onRead: OnReadOpts | null = null) {
    this.#onRead = onRead;
    this.#route = route;
    this.#book = book;
    this.#settings = settings;
    this.startedMs = settings.nowMs();
  }

  /** Opens it. Rejects with the network's error (see classify.ts), or never once cancelled. */
  async open(): Promise<Socket> {
    try {
      return await this.#steps();
    } catch (error) {
      // Some failures take no time: a loop that answers each with the next request would never see its timers.
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      throw error;
    } finally {
      // From here on it belongs to the caller, who closes it in his own way.
      this.#socket = null;
    }
  }

  /** Gives up: what is being opened is closed, whatever the stage. Nothing happens once it is open. */
  cancel(): void {
    this.#cancelled = true;
    this.#socket?.destroy();
  }

  async #steps(): Promise<Socket> {
    const { socketPath, proxy, secure } = this.#route;
    if (socketPath !== null) {
      this.remote = socketPath;
      this.stage = 'connect';
      const socket = await this.#tcp({ path: socketPath });
      return secure ? this.#tls(socket) : socket;
    }
    const socket = await this.#toAddress();
    if (proxy !== null && secure) await this.#tunnel(socket);
    return secure ? this.#tls(socket) : socket;
  }

  async #toAddress(): Promise<Socket> {
    for (let switched = false; ; switched = true) {
      const address = await this.#address();
      this.#guard(address);
      this.remote = `${address.family === 6 ? `[${address.host}]` : address.host}:${this.#route.dialPort}`;
      this.stage = this.#route.proxy === null ? 'connect' : 'proxy';
      try {
        const socket = await this.#tcp({ host: address.host, port: this.#route.dialPort });
        this.#book.proved(address);
        return socket;
      } catch (error) {
        if (this.#cancelled || this.#book.refused(address) === 'give-up' || switched) throw error;
      }
    }
  }

  async #address(): Promise<Address> {
    const startMs = this.#settings.nowMs();
    const known = this.#book.next(startMs);
    if (known !== null) return known;
    this.stage = 'dns';
    const address = await this.#book.resolve(startMs);
    this.dnsMs = this.#settings.nowMs() - startMs;
    return address;
  }

  #guard(address: Address): void {
    if (this.#settings.allowPublic || !isPublicAddress(address.host)) return;
    throw new TransportError(
      'connect-unreachable',
      `${address.host} is not a loopback, private or link-local address: not connected to without --yes-i-own-this`,
    );
  }

  #tcp(to: { path: string } | { host: string; port: number }): Promise<Socket> {
    const startMs = this.#settings.nowMs();
    return this.#wait(
      connect({
        ...to,
        ...(this.#onRead === null ? {} : { onread: this.#onRead }),
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: 60_000,
      }),
      'connect',
      () => {
        this.connectMs = this.#settings.nowMs() - startMs;
      },
    );
  }

  /** The proxy's part counts as connecting. */
  async #tunnel(socket: Socket): Promise<void> {
    const startMs = this.#settings.nowMs();
    try {
      await openTunnel(socket, this.#route);
    } catch (error) {
      socket.on('error', ignore).destroy();
      throw error;
    }
    this.connectMs += this.#settings.nowMs() - startMs;
  }

  #tls(socket: Socket): Promise<TLSSocket> {
    this.stage = 'tls';
    const startMs = this.#settings.nowMs();
    return this.#wait(connectTls({ ...this.#settings.tls, socket }), 'secureConnect', () => {
      this.tlsMs = this.#settings.nowMs() - startMs;
    });
  }

  #wait<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', done: () => void): Promise<S> {
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => {
        settle();
        socket.destroy();
        socket.on('error', ignore);
        reject(error);
      };
      const closed = (): void => {
        failed(Object.assign(new Error('closed while connecting'), { code: 'ECONNRESET' }));
      };
      const opened = (): void => {
        settle();
        done();
        resolve(socket);
      };
      const settle = (): void => {
        socket.off('error', failed).off('close', closed).off(event, opened);
      };
      socket.once('error', failed).once('close', closed).once(event, opened);
      if (this.#cancelled) socket.destroy();
    });
  }
}

function ignore(): void {
  // A socket that was given up may still report why; nobody waits for it.
}
