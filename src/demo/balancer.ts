/**
 * The balancer: picks a replica at random for each request and passes request and answer through over
 * kept-alive connections. It checks no health: a dead replica costs its share of the requests a 502, unless
 * retries are asked for.
 */

import {
  Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { readBody, sendError, sendJson } from './http-exchange.ts';
import { seededUniform, type Uniform } from './service-time.ts';

export interface BalancerOptions {
  /** Where the replicas listen, in order. */
  readonly replicaPorts: readonly number[];
  readonly seed: number;
  /** How often to try another replica after one did not take the connection. */
  readonly retries: number;
  /** How long a replica may take to accept a connection, ms. */
  readonly connectTimeoutMs: number;
}

/** What has come in since the start. */
export interface Arrivals {
  readonly total: number;
  /** Per replica, retries included. */
  readonly byReplica: readonly number[];
  /** Answered 502 because a replica did not. */
  readonly unanswered: number;
}

interface Upstream {
  readonly replica: number;
  readonly port: number;
  readonly agent: Agent;
  picked: number;
}

/** Headers that belong to one connection and must not be passed on (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** The balancer: takes requests on its own port and passes each to one replica, drawn at random. */
export class Balancer {
  readonly server: Server;
  readonly #options: BalancerOptions;
  readonly #upstreams: readonly Upstream[];
  readonly #uniform: Uniform;
  #total = 0;
  #unanswered = 0;

  constructor(options: BalancerOptions) {
    this.#options = options;
    this.#uniform = seededUniform(options.seed, 1);
    this.#upstreams = options.replicaPorts.map((port, index) => ({
      replica: index + 1,
      port,
      agent: new Agent({ keepAlive: true, maxFreeSockets: Infinity }),
      picked: 0,
    }));
    this.server = createServer((incoming, outgoing) => this.#accept(incoming, outgoing));
    // Longer than load generators keep idle connections, so that it is they who close.
    this.server.keepAliveTimeout = 120_000;
  }

  get arrivals(): Arrivals {
    return {
      total: this.#total,
      byReplica: this.#upstreams.map(({ picked }) => picked),
      unanswered: this.#unanswered,
    };
  }

  /** Closes the connections to the replicas; the server is the caller's to close. */
  close(): void {
    for (const { agent } of this.#upstreams) agent.destroy();
  }

  #accept(incoming: IncomingMessage, outgoing: ServerResponse): void {
    this.#total += 1;
    const exchange = { incoming, outgoing, retriesLeft: this.#options.retries };
    const { headers } = incoming;
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
      this.#forward({ ...exchange, body: undefined });
      return;
    }
    readBody(incoming).then(
      (body) => this.#forward({ ...exchange, body }),
      (error: unknown) => sendError(outgoing, error),
    );
  }

  #forward(exchange: Exchange): void {
    const { incoming, outgoing, body } = exchange;
    const upstream = this.#pick();
    if (upstream === undefined) return;
    upstream.picked += 1;
    const onward = request({
      host: '127.0.0.1',
      port: upstream.port,
      agent: upstream.agent,
      method: incoming.method,
      path: incoming.url,
      headers: onwardHeaders(incoming, body),
    });
    const isConnected = watchConnect(onward, this.#options.connectTimeoutMs);
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, passedOn(answer.rawHeaders));
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    onward.on('error', (error) => {
      this.#failed(exchange, { replica: upstream.replica, connected: isConnected(), error });
    });
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) onward.destroy();
    });
    onward.end(body);
  }

  #failed(exchange: Exchange, { replica, connected, error }: Failure): void {
    const { outgoing, retriesLeft } = exchange;
    if (outgoing.destroyed) return;
    if (outgoing.headersSent) {
      outgoing.destroy();
    } else if (!connected && retriesLeft > 0) {
      this.#forward({ ...exchange, retriesLeft: retriesLeft - 1 });
    } else {
      this.#unanswered += 1;
      sendJson(outgoing, 502, { error: `replica ${replica} did not answer: ${error.message}` });
    }
  }

  #pick(): Upstream | undefined {
    return this.#upstreams[Math.floor(this.#uniform() * this.#upstreams.length)];
  }
}

/** A client's request with what is needed to send it on again. */
interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly body: Buffer | undefined;
  readonly retriesLeft: number;
}

interface Failure {
  readonly replica: number;
  readonly connected: boolean;
  readonly error: Error;
}

/** Ends a request whose connection is not accepted in time. @returns whether it has been by now */
function watchConnect(onward: ClientRequest, timeoutMs: number): () => boolean {
  let connected = false;
  onward.on('socket', (socket) => {
    connected = !socket.connecting;
    if (connected) return;
    const late = new Error('it did not accept the connection in time');
    const timer = setTimeout(() => onward.destroy(late), timeoutMs);
    socket.once('close', () => clearTimeout(timer));
    socket.once('connect', () => {
      connected = true;
      clearTimeout(timer);
    });
  });
  return () => connected;
}

function onwardHeaders(incoming: IncomingMessage, body: Buffer | undefined): string[] {
  const headers = passedOn(incoming.rawHeaders);
  if (body !== undefined && incoming.headers['content-length'] === undefined) {
    headers.push('content-length', String(body.length));
  }
  return headers;
}

/** Names and values in turn, without those of the connection. */
function passedOn(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (!HOP_BY_HOP.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
