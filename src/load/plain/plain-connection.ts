/**
 * One connection of plain HTTP/1.1, written and read by ourselves: a third of the CPU time of a general client.
 * Prebuilt bytes go out; what comes in is parsed in one buffer that all connections share.
 */

import type { Socket } from 'node:net';
import type { Attempt } from '../../core/attempt.ts';
import type { AddressBook } from '../dial/address-book.ts';
import { Dial } from '../dial/dial.ts';
import type { Route } from '../dial/route.ts';
import type { Stage } from '../dial/stage.ts';
import { causeOf, describeError, phaseOf, TransportError } from '../transport/classify.ts';
import { breakAttempt, completeAttempt } from '../transport/ending.ts';
import { IncomingResponse } from '../transport/response.ts';
import type {
  Connection,
  ConnectionHost,
  ConnectionSettings,
  Exchange,
  Ride,
} from '../transport/transport.ts';
import { KnownHead } from './known-head.ts';
import { ProtocolError } from './octets.ts';
import { ReadBody } from './read-body.ts';
import type { RequestBytes } from './request-bytes.ts';
import { ResponseParser, type ResponseSink } from './response-parser.ts';

/** Bodies above this are not in the kernel when `write` returns, bytes. */
const LARGE_BODY_BYTES = 65_536;

/** One for all: the callback has used it up before the next read. */
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536);

/** A connection, the ride on it and the sink of its parser in one: it carries one exchange at a time. */
export class PlainConnection implements Connection, Ride, ResponseSink {
  readonly route: Route;
  readonly capacity = 1;
  active = 0;
  dead = false;
  listed = false;
  socket: Socket | null = null;
  readonly response: IncomingResponse = new IncomingResponse();
  readonly #host: ConnectionHost;
  readonly #settings: ConnectionSettings;
  readonly #requests: RequestBytes;
  readonly #dial: Dial;
  readonly #parser: ResponseParser = new ResponseParser(this);
  readonly #expiresMs: number;
  /** When the server may close it as idle; Infinity when it does not say. */
  #idleUntilMs: number = Infinity;
  #used = 0;
  readonly #knownHead: KnownHead = new KnownHead();
  readonly #readBody: ReadBody = new ReadBody();
  #readBytes = 0;
  #exchange: Exchange | null = null;

  constructor(
    route: Route,
    book: AddressBook,
    parts: { host: ConnectionHost; settings: ConnectionSettings; requests: RequestBytes },
  ) {
    this.route = route;
    this.#host = parts.host;
    this.#settings = parts.settings;
    this.#requests = parts.requests;
    this.#expiresMs = parts.host.nowMs() + parts.settings.lifetimeMs;
    this.#dial = new Dial(route, book, parts.settings, {
      buffer: READ_BUFFER,
      callback: (length) => {
        this.#read(length);
        return true;
      },
    });
  }

  get connection(): Connection {
    return this;
  }

  get stage(): Stage {
    return this.#dial.stage;
  }

  get remote(): string | null {
    return this.#dial.remote;
  }

  get openingSinceMs(): number {
    return this.#dial.startedMs;
  }

  get settled(): boolean {
    return this.socket !== null;
  }

  expired(nowMs: number): boolean {
    return this.dead || nowMs >= this.#expiresMs || nowMs >= this.#idleUntilMs;
  }

  retire(): void {
    this.destroy();
  }

  /** What was under way on it is forgotten. */
  destroy(): void {
    this.dead = true;
    this.#exchange = null;
    this.#dial.cancel();
    this.socket?.destroy();
  }

  carry(exchange: Exchange): void {
    this.#exchange = exchange;
    exchange.ride = this;
    exchange.stage = 'connect';
    this.response.reset();
    if (this.socket === null) this.#open().catch((error: unknown) => this.#fail(error));
    else this.#send(exchange, this.socket);
  }

  detach(): void {
    this.destroy();
  }

  onHead(status: number, head: string): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    exchange.stage = 'receive';
    exchange.attempt.status = status;
    this.response.head(status, this.#knownHead.fields(head));
  }

  onBody(bytes: Buffer, from: number, to: number): void {
    if (this.#exchange?.job.check.needsBody === true)
      this.#readBody.add(bytes.subarray(from, to), this.#readBytes);
    else this.response.bodyBytes += to - from;
  }

  async #open(): Promise<void> {
    const socket = await this.#dial.open();
    this.socket = socket;
    socket
      .on('error', (error: Error) => this.#fail(error))
      .on('end', () => this.#ended())
      .on('close', () => this.#closed());
    if (this.dead) {
      socket.destroy();
      return;
    }
    this.#host.opened(this);
    if (this.#exchange !== null) this.#send(this.#exchange, socket);
  }

  #send(exchange: Exchange, socket: Socket): void {
    const { attempt } = exchange;
    const bytes = this.#requests.of(exchange);
    this.#parser.reset(exchange.method);
    attempt.reused = this.#used > 0;
    attempt.remote = this.#dial.remote;
    this.#used += 1;
    exchange.stage = 'send';
    // The clocks of an attempt that follows redirects are those of its first hop; the others are part of `receive`.
    if (attempt.redirects === 0) this.#stamp(attempt);
    if (bytes.length > LARGE_BODY_BYTES) {
      socket.write(bytes, () => this.#sent(exchange));
      return;
    }
    socket.write(bytes);
    this.#sent(exchange);
  }

  #stamp(attempt: Attempt): void {
    attempt.sendMs = this.#host.nowMs();
    if (attempt.reused) return;
    attempt.dialMs = this.#dial.startedMs;
    attempt.dnsMs = this.#dial.dnsMs;
    attempt.connectMs = this.#dial.connectMs;
    attempt.tlsMs = this.#dial.tlsMs;
  }

  #sent(exchange: Exchange): void {
    if (this.#exchange !== exchange || exchange.stage !== 'send') return;
    const { attempt } = exchange;
    // The server may begin its answer before it has the whole request.
    if (attempt.redirects === 0 && !Number.isFinite(attempt.sentMs)) attempt.sentMs = this.#host.nowMs();
    exchange.stage = 'wait';
  }

  #read(length: number): void {
    const exchange = this.#exchange;
    if (exchange === null) {
      // Bytes that nobody asked for: whatever they are, the next answer could not be told from them.
      this.#drop();
      return;
    }
    const { attempt } = exchange;
    if (!this.#parser.started && !Number.isFinite(attempt.firstByteMs)) {
      attempt.firstByteMs = this.#host.nowMs();
      if (!Number.isFinite(attempt.sentMs)) attempt.sentMs = attempt.firstByteMs;
    }
    const end = this.#parse(length);
    if (end !== null && this.#parser.done) this.#complete(exchange, end < length);
  }

  /** @returns the position behind the response's last byte, or `length`; null when it failed */
  #parse(length: number): number | null {
    const { maxBodyBytes } = this.#host;
    this.#readBytes = length;
    try {
      const end = this.#parser.execute(READ_BUFFER, 0, length);
      this.#readBody.flush(this.response);
      if (this.response.bodyBytes <= maxBodyBytes) return end;
      this.#fail(new TransportError('too-large', `body beyond ${maxBodyBytes} bytes`));
    } catch (error) {
      this.#readBody.flush(this.response);
      this.#fail(error instanceof ProtocolError ? new TransportError('protocol', error.message) : error);
    }
    return null;
  }

  #complete(exchange: Exchange, more: boolean): void {
    completeAttempt(exchange, this.response, this.#host);
    const { endMs } = exchange.attempt;
    this.#exchange = null;
    if (more || !this.#reusable()) this.destroy();
    // The server's own limit counts from its answer; a second less leaves room for the way.
    this.#idleUntilMs = endMs + Math.max(0, this.#parser.keepAliveSeconds - 1) * 1000;
    this.#host.completed(this, exchange);
  }

  /** Whether another request may follow; not when the server answered before it had the whole of this one. */
  #reusable(): boolean {
    return this.#parser.keepAlive && this.#settings.keepAlive && this.socket?.writableLength === 0;
  }

  /** The server sent its FIN. */
  #ended(): void {
    const exchange = this.#exchange;
    if (exchange === null) {
      this.#drop();
      return;
    }
    if (this.#parser.end()) {
      this.#complete(exchange, false);
      return;
    }
    const { attempt } = exchange;
    const started = this.#parser.started;
    this.#fail(
      started
        ? new TransportError('truncated', 'closed before the response was whole')
        : new TransportError(
            attempt.reused ? 'stale-connection' : 'empty-reply',
            'closed before any byte of the response',
          ),
    );
  }

  #closed(): void {
    if (this.#exchange !== null) this.#fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    else this.#drop();
  }

  /** Nothing is under way on it, and nothing will be. */
  #drop(): void {
    this.destroy();
    this.#host.closed(this);
  }

  #fail(error: unknown): void {
    const exchange = this.#exchange;
    if (exchange === null) {
      this.#drop();
      return;
    }
    const { attempt } = exchange;
    const stage = exchange.stage === 'connect' ? this.#dial.stage : exchange.stage;
    breakAttempt(exchange, this, this.#host.nowMs());
    attempt.cause = causeOf(error, stage, {
      reused: attempt.reused,
      firstByteMs: this.#parser.started ? attempt.firstByteMs : NaN,
      status: this.response.status,
    });
    attempt.detail = describeError(error);
    attempt.phase = phaseOf(stage);
    this.#exchange = null;
    this.destroy();
    this.#host.broke(this, exchange);
  }
}
