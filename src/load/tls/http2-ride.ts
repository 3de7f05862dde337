/** Carries one exchange as a stream of an HTTP/2 connection. */

import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { Socket } from 'node:net';
import type { FailureCause } from '../../core/attempt.ts';
import type { Dial } from '../dial/dial.ts';
import { causeOf, describeError, phaseOf, TransportError } from '../transport/classify.ts';
import { breakAttempt, completeAttempt } from '../transport/ending.ts';
import { HeaderPairs, IncomingResponse } from '../transport/response.ts';
import type { Connection, ConnectionHost, Exchange, Ride } from '../transport/transport.ts';

/** Headers that belong to a connection of HTTP/1.1 and must not be sent: RFC 9113 section 8.2.2. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** What a ride needs of the connection that it is on. */
export interface Http2Seat extends Connection {
  readonly socket: Socket | null;
  readonly dial: Dial;
  readonly session: ClientHttp2Session | null;
  /** What broke the whole connection. */
  readonly error: Error | null;
  /** The server said that it will take no further streams. */
  readonly goingAway: boolean;
  /** Counts an exchange. @returns how many it had carried before */
  count(): number;
}

/** One exchange on its own stream. */
export class Http2Ride implements Ride {
  readonly response: IncomingResponse = new IncomingResponse();
  readonly connection: Http2Seat;
  readonly #host: ConnectionHost;
  #exchange: Exchange | null = null;
  #stream: ClientHttp2Stream | null = null;
  #started = false;
  #streamError: Error | null = null;

  constructor(connection: Http2Seat, host: ConnectionHost) {
    this.connection = connection;
    this.#host = host;
  }

  get socket(): Socket | null {
    return this.connection.socket;
  }

  /** Takes charge of an exchange, for a connection that may not be open yet. */
  take(exchange: Exchange): void {
    this.#exchange = exchange;
    exchange.ride = this;
    exchange.stage = 'connect';
  }

  /** Gives the exchange to somebody else, if it is still waited for. */
  hand(to: (exchange: Exchange) => void): void {
    const exchange = this.#exchange;
    this.#exchange = null;
    if (exchange !== null) to(exchange);
  }

  /** Opens the stream. */
  start(session: ClientHttp2Session): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    this.#stamp(exchange);
    const { body } = exchange.request;
    try {
      const stream = session.request(headersOf(exchange), { endStream: body === null });
      this.#stream = stream;
      this.#listen(stream);
      if (body === null) this.#sent();
      else stream.end(body, () => this.#sent());
    } catch (error) {
      // Not from inside `submit`: a loop that answers an end with the next request would never return.
      setImmediate(() => this.fail(error instanceof Error ? error : new Error(String(error))));
    }
  }

  detach(): void {
    this.#exchange = null;
    if (this.#stream === null) this.connection.destroy();
    else this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  /** Ends the exchange without a response. */
  fail(error: Error): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    const stage = exchange.stage === 'connect' ? this.connection.stage : exchange.stage;
    const { attempt } = exchange;
    const firstByteMs = this.#started ? attempt.firstByteMs : NaN;
    const cause = causeOf(error, stage, {
      reused: attempt.reused,
      firstByteMs,
      status: this.response.status,
    });
    attempt.cause = cause;
    attempt.detail = describeError(error);
    // A TLS 1.3 server judges the client's certificate only after the client took the handshake as done.
    attempt.phase = cause === 'tls' && !this.#started ? 'tls' : phaseOf(stage);
    this.#end(exchange);
  }

  #stamp(exchange: Exchange): void {
    const { attempt } = exchange;
    const { dial, remote } = this.connection;
    attempt.reused = this.connection.count() > 0;
    attempt.remote = remote;
    exchange.stage = 'send';
    // The clocks of an attempt that follows redirects are those of its first hop; the others are part of `receive`.
    if (attempt.redirects > 0) return;
    attempt.sendMs = this.#host.nowMs();
    if (attempt.reused) return;
    attempt.dialMs = dial.startedMs;
    attempt.dnsMs = dial.dnsMs;
    attempt.connectMs = dial.connectMs;
    attempt.tlsMs = dial.tlsMs;
  }

  #sent(): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    if (exchange.attempt.redirects === 0) exchange.attempt.sentMs = this.#host.nowMs();
    if (exchange.stage === 'send') exchange.stage = 'wait';
  }

  #listen(stream: ClientHttp2Stream): void {
    stream.on('response', (headers) => this.#head(headers));
    stream.on('data', (chunk: Buffer) => this.#data(chunk));
    stream.on('end', () => {
      if (stream.rstCode === constants.NGHTTP2_NO_ERROR && this.response.status !== 0) this.#complete();
    });
    stream.on('error', (error) => {
      this.#streamError = error;
    });
    stream.on('close', () => this.fail(this.#reason(stream)));
  }

  #head(headers: IncomingHttpHeaders & IncomingHttpStatusHeader): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    const { attempt } = exchange;
    const status = headers[':status'] ?? 0;
    this.#started = true;
    if (!Number.isFinite(attempt.firstByteMs)) attempt.firstByteMs = this.#host.nowMs();
    if (!Number.isFinite(attempt.sentMs)) attempt.sentMs = attempt.firstByteMs;
    if (status < 200 || status > 599) {
      this.#giveUp('protocol', `status ${status}`);
      return;
    }
    exchange.stage = 'receive';
    attempt.status = status;
    this.response.head(status, new HeaderPairs(pairsOf(headers)));
  }

  #data(chunk: Buffer): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    this.response.data(chunk, exchange.job.check.needsBody);
    if (this.response.bodyBytes > this.#host.maxBodyBytes) {
      this.#giveUp('too-large', `body beyond ${this.#host.maxBodyBytes} bytes`);
    }
  }

  #complete(): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    completeAttempt(exchange, this.response, this.#host);
    this.#exchange = null;
    this.#host.completed(this, exchange);
  }

  #giveUp(cause: FailureCause, detail: string): void {
    this.fail(new TransportError(cause, detail));
    this.#stream?.close(constants.NGHTTP2_CANCEL);
  }

  /** Why a stream closed before its response was whole. */
  #reason(stream: ClientHttp2Stream): Error {
    const { error, goingAway, session } = this.connection;
    if (error !== null) return error;
    const reused = this.#exchange?.attempt.reused === true;
    if (goingAway && stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) {
      return new TransportError('stale-connection', 'the server was going away and refused the stream');
    }
    if (session?.destroyed === true) {
      if (this.#started) return new TransportError('truncated', 'closed before the response was whole');
      return new TransportError(
        reused ? 'stale-connection' : 'empty-reply',
        'closed before any byte of the response',
      );
    }
    return (
      this.#streamError ??
      new TransportError('reset', `the server reset the stream with code ${stream.rstCode}`)
    );
  }

  #end(exchange: Exchange): void {
    breakAttempt(exchange, this, this.#host.nowMs());
    this.#exchange = null;
    this.#host.broke(this, exchange);
  }
}

function headersOf({ route, method, request, job, attempt }: Exchange): OutgoingHttpHeaders {
  const headers: Record<string, string | string[]> = {
    ':method': method,
    ':path': request.path,
    ':scheme': 'https',
    ':authority': route.origin.slice(route.origin.indexOf('//') + 2),
  };
  for (let index = 0; index + 1 < request.headers.length; index += 2) {
    const name = (request.headers[index] ?? '').toLowerCase();
    const value = request.headers[index + 1] ?? '';
    if (CONNECTION_HEADERS.has(name)) continue;
    const known = headers[name];
    if (name === 'host') headers[':authority'] = value;
    else if (known === undefined) headers[name] = value;
    else headers[name] = typeof known === 'string' ? [known, value] : [...known, value];
  }
  if (job.trace?.adds === true) {
    const pairs = job.trace.pairs(attempt.index);
    for (let at = 0; at + 1 < pairs.length; at += 2) headers[pairs[at] ?? ''] = pairs[at + 1] ?? '';
  }
  return headers;
}

function pairsOf(headers: IncomingHttpHeaders): Buffer[] {
  const pairs: Buffer[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':') || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value])
      pairs.push(Buffer.from(name), Buffer.from(String(one), 'latin1'));
  }
  return pairs;
}
