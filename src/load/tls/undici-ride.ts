/**
 * Carries one exchange over undici: its dispatch handler. The handler interface with `onConnect` and
 * `onRequestSent` is typed deprecated, but only it tells when a request was sent; this file is the one exception.
 */

import type { Socket } from 'node:net';
import type { Client, Dispatcher } from 'undici';
import type { Dial } from '../dial/dial.ts';
import { causeOf, codeOf, describeError, phaseOf } from '../transport/classify.ts';
import { breakAttempt, completeAttempt } from '../transport/ending.ts';
import { HeaderPairs, IncomingResponse } from '../transport/response.ts';
import type { Connection, ConnectionHost, Exchange, Ride } from '../transport/transport.ts';

/** What a ride needs of the connection that it is on. */
export interface UndiciSeat extends Connection {
  readonly client: Client;
  readonly socket: Socket | null;
  readonly socketError: Error | null;
  /** The dial that made the present socket. */
  readonly dial: Dial | null;
  /** True until an exchange has taken the dial's clocks. */
  dialIsNews: boolean;
  /** Exchanges begun on the present socket. */
  used: number;
}

/** One exchange through one client. */
export class UndiciRide implements Dispatcher.DispatchHandler, Ride {
  readonly response: IncomingResponse = new IncomingResponse();
  readonly connection: UndiciSeat;
  readonly #host: ConnectionHost;
  #exchange: Exchange | null = null;
  #abort: ((error?: Error) => void) | null = null;
  /** The first byte of this hop's response has come. */
  #started = false;
  #dispatching = false;

  constructor(connection: UndiciSeat, host: ConnectionHost) {
    this.connection = connection;
    this.#host = host;
  }

  get socket(): Socket | null {
    return this.connection.socket;
  }

  /** Hands the exchange's request to the connection. */
  start(exchange: Exchange, keepAlive: boolean): void {
    this.#exchange = exchange;
    exchange.ride = this;
    exchange.stage = 'connect';
    const { path, headers, body } = exchange.request;
    const { trace } = exchange.job;
    this.#dispatching = true;
    try {
      this.connection.client.dispatch(
        {
          method: exchange.method,
          path,
          headers: trace?.adds === true ? [...headers, ...trace.pairs(exchange.attempt.index)] : headers,
          body,
          ...(keepAlive ? {} : { reset: true }),
        },
        this,
      );
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#dispatching = false;
    }
  }

  /** Forgets the exchange: nothing is called back for it any more, and its socket or stream is closed. */
  detach(): void {
    this.#exchange = null;
    const abort = this.#abort;
    this.#abort = null;
    if (abort === null) this.connection.destroy();
    else abort();
  }

  onConnect(abort: (error?: Error) => void): void {
    const exchange = this.#exchange;
    const connection = this.connection;
    if (exchange === null) {
      abort();
      return;
    }
    this.#abort = abort;
    exchange.stage = 'send';
    const attempt = exchange.attempt;
    attempt.reused = connection.used > 0;
    attempt.remote = connection.remote;
    connection.used += 1;
    const dial = connection.dialIsNews ? connection.dial : null;
    connection.dialIsNews = false;
    // The clocks of an attempt that follows redirects are those of its first hop; the others are part of `receive`.
    if (attempt.redirects > 0) return;
    attempt.sendMs = this.#host.nowMs();
    if (dial === null) return;
    attempt.dialMs = dial.startedMs;
    attempt.dnsMs = dial.dnsMs;
    attempt.connectMs = dial.connectMs;
    attempt.tlsMs = dial.tlsMs;
  }

  onRequestSent(): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    if (exchange.attempt.redirects === 0) exchange.attempt.sentMs = this.#host.nowMs();
    if (exchange.stage === 'send') exchange.stage = 'wait';
  }

  onResponseStarted(): void {
    this.#started = true;
    const exchange = this.#exchange;
    if (exchange === null || Number.isFinite(exchange.attempt.firstByteMs)) return;
    exchange.attempt.firstByteMs = this.#host.nowMs();
  }

  onHeaders(status: number, headers: Buffer[]): boolean {
    const exchange = this.#exchange;
    if (exchange === null || (status >= 100 && status < 200)) return true;
    if (status < 200 || status > 599) {
      this.#giveUp('protocol', `status ${status}`);
      return true;
    }
    const attempt = exchange.attempt;
    this.#started = true;
    if (!Number.isFinite(attempt.firstByteMs)) attempt.firstByteMs = this.#host.nowMs();
    if (!Number.isFinite(attempt.sentMs)) attempt.sentMs = attempt.firstByteMs;
    exchange.stage = 'receive';
    attempt.status = status;
    this.response.head(status, new HeaderPairs(headers));
    return true;
  }

  onData(chunk: Buffer): boolean {
    const exchange = this.#exchange;
    if (exchange === null) return true;
    this.response.data(chunk, exchange.job.check.needsBody);
    if (this.response.bodyBytes > this.#host.maxBodyBytes) {
      this.#giveUp('too-large', `body beyond ${this.#host.maxBodyBytes} bytes`);
    }
    return true;
  }

  onComplete(): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    const broken = this.connection.socketError;
    if (broken !== null) {
      // undici takes a reset for the end of a body that the close of the connection delimits.
      this.onError(broken);
      return;
    }
    completeAttempt(exchange, this.response, this.#host);
    this.#exchange = null;
    this.#abort = null;
    this.#host.completed(this, exchange);
  }

  onError(error: Error): void {
    if (this.#dispatching) {
      // Not from inside `submit`: a loop that answers an end with the next request would never return.
      setImmediate(() => this.onError(error));
      return;
    }
    const exchange = this.#exchange;
    if (exchange === null) return;
    const stage = exchange.stage === 'connect' ? this.connection.stage : exchange.stage;
    const attempt = exchange.attempt;
    const root = rootOf(error, this.connection);
    attempt.cause = causeOf(root, stage, {
      reused: attempt.reused,
      firstByteMs: this.#started ? attempt.firstByteMs : NaN,
      status: this.response.status,
    });
    attempt.detail = describeError(root);
    // A TLS 1.3 server judges the client's certificate only after the client took the handshake as done.
    attempt.phase = attempt.cause === 'tls' && !this.#started ? 'tls' : phaseOf(stage);
    this.#end(exchange);
  }

  #giveUp(cause: 'protocol' | 'too-large', detail: string): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    const abort = this.#abort;
    exchange.attempt.cause = cause;
    exchange.attempt.detail = detail;
    exchange.attempt.phase = 'receive';
    this.#end(exchange);
    abort?.();
  }

  #end(exchange: Exchange): void {
    breakAttempt(exchange, this, this.#host.nowMs());
    this.#exchange = null;
    this.#abort = null;
    this.#host.broke(this, exchange);
  }
}

/** What the socket itself said, where undici only says that it was closed. */
function rootOf(error: Error, connection: UndiciSeat): Error {
  const vague = codeOf(error) === 'UND_ERR_SOCKET' || codeOf(error) === 'UND_ERR_INFO';
  return vague ? (connection.socketError ?? error) : error;
}
