/**
 * One API replica: routes, its workers, its faults. A valid API request waits for a worker, is served for a
 * drawn time, leaves a copy in the database and is answered; bad requests are answered at once.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FaultEffect } from '../faults.ts';
import { parseJson, Refusal, readBody, readTarget, sendError, sendJson, sendText } from '../http-exchange.ts';
import { type Distribution, drawService, seededUniform } from '../service-time.ts';
import { type Doors, FaultEffects } from './fault-effects.ts';
import { FollowerStore, followerPage, LARGEST_USER } from './follower-store.ts';
import { ReplicaMetrics, type ReplicaState } from './replica-metrics.ts';
import { WorkerPool } from './worker-pool.ts';

export interface ReplicaOptions {
  /** Counted from 1. */
  readonly replica: number;
  readonly workers: number;
  readonly meanServiceMs: number;
  readonly distribution: Distribution;
  readonly seed: number;
  readonly databasePath: string;
}

/** What a request gets once it has been served. */
interface Answer {
  readonly status: number;
  readonly body: object;
}

/** An API request under way. */
interface Job {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly arrivedMs: number;
  /** Does the work: reads, writes the copy. */
  readonly work: () => Answer;
}

const DEFAULT_LIMIT = 20;
const LARGEST_LIMIT = 100;

/** One replica: an HTTP server whose answers wait for a worker of known speed. */
export class Replica {
  readonly server: Server;
  readonly #options: ReplicaOptions;
  readonly #store: FollowerStore;
  readonly #metrics = new ReplicaMetrics();
  readonly #effects: FaultEffects;
  readonly #pool: WorkerPool<Job>;
  /** What is held back while it hangs, done when that ends. */
  readonly #held = new Set<() => void>();
  #inFlight = 0;
  #connections = 0;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.#store = new FollowerStore(options.databasePath, options.replica);
    this.#effects = new FaultEffects(seededUniform(options.seed, 2000 + options.replica));
    const uniform = seededUniform(options.seed, 1000 + options.replica);
    this.#pool = new WorkerPool<Job>(options.workers, {
      serviceMs: (_startMs, inSystem) =>
        options.meanServiceMs *
        drawService(options.distribution, uniform) *
        this.#effects.serviceFactor(inSystem),
      finish: (job) => this.#finish(job),
    });
    this.server = createServer((request, response) =>
      this.#thaw(response, () => this.#handle(request, response)),
    );
    // The balancer keeps connections open; closing idle ones would race with its next request.
    this.server.keepAliveTimeout = 0;
    this.server.on('connection', (socket) => {
      this.#connections += 1;
      socket.once('close', () => {
        this.#connections -= 1;
      });
    });
  }

  /** Puts these faults, and only these, in force. */
  replaceFaults(effects: readonly FaultEffect[]): void {
    this.#effects.replace(effects);
    this.server.maxConnections = this.#effects.connectionLimit;
    if (this.#connections > this.#effects.connectionLimit) this.server.closeIdleConnections();
    if (this.#effects.hangs) return;
    const held = [...this.#held];
    this.#held.clear();
    for (const action of held) action();
  }

  /** How its ports are to be. */
  get doors(): Doors {
    return this.#effects.doors;
  }

  /** Closes the database; the server is the caller's to close. */
  close(): void {
    this.#store.close();
  }

  /** Does the action now, or when a hang ends and the client is still there. */
  #thaw(response: ServerResponse, action: () => void): void {
    if (!this.#effects.hangs) {
      action();
      return;
    }
    this.#held.add(action);
    response.once('close', () => this.#held.delete(action));
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    try {
      this.#route(request, response);
    } catch (error) {
      sendError(response, error);
    }
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    const url = readTarget(request);
    const route = `${request.method === 'HEAD' ? 'GET' : request.method} ${url.pathname}`;
    switch (route) {
      case 'GET /followers':
        return this.#accept(request, response, async () => this.#listWork(url.searchParams));
      case 'POST /followers':
        return this.#accept(request, response, async () =>
          this.#recordWork((await readBody(request)).toString()),
        );
      case 'GET /health':
        return sendJson(response, 200, { status: 'ok', replica: this.#options.replica });
      case 'GET /metrics':
        return sendText(response, 'text/plain; version=0.0.4; charset=utf-8', this.#prometheusText());
      case 'GET /debug/vars':
        return sendText(response, 'application/json', this.#metrics.expvarJson(this.#state()));
      default:
        return sendJson(response, 404, { error: `there is no ${route}: try GET /followers?user=42` });
    }
  }

  #prometheusText(): string {
    return this.#metrics.prometheusText(this.#state());
  }

  #state(): ReplicaState {
    return {
      ...this.#pool.read(),
      inFlight: this.#inFlight,
      connections: this.#connections,
      connectionLimit: this.#effects.connectionLimit,
    };
  }

  /** Takes an API request in, reads it and hands it to a worker. */
  #accept(request: IncomingMessage, response: ServerResponse, read: () => Promise<() => Answer>): void {
    const arrivedMs = performance.now();
    this.#metrics.received();
    this.#inFlight += 1;
    response.once('close', () => {
      this.#inFlight -= 1;
      if (!response.writableFinished) return;
      const seconds = (performance.now() - arrivedMs) / 1000;
      this.#metrics.answered(request.method ?? '', response.statusCode, seconds);
    });
    read().then(
      (work) => this.#serve({ request, response, arrivedMs, work }),
      (error: unknown) => sendError(response, error),
    );
  }

  #serve(job: Job): void {
    const status = this.#effects.errorStatus();
    if (status !== undefined) {
      sendJson(job.response, status, { error: 'this replica fails a share of its requests' });
      return;
    }
    job.response.once('close', () => this.#pool.abandon(job));
    this.#pool.arrive(job);
  }

  #finish(job: Job): void {
    const delayMs = this.#effects.extraDelayMs();
    const answer = (): void => this.#thaw(job.response, () => this.#answer(job));
    if (delayMs > 0) setTimeout(answer, delayMs);
    else answer();
  }

  #answer({ response, work }: Job): void {
    if (response.destroyed) return;
    try {
      const { status, body } = work();
      if (this.#effects.isWrong()) sendJson(response, 200, { message: 'not what was asked for' });
      else sendJson(response, status, body);
    } catch (error) {
      sendError(response, error);
    }
  }

  #listWork(query: URLSearchParams): () => Answer {
    const user = readWhole(query, 'user', { max: LARGEST_USER });
    const limit = readWhole(query, 'limit', { max: LARGEST_LIMIT, otherwise: DEFAULT_LIMIT });
    const page = followerPage(user, query.get('cursor') ?? undefined, limit);
    if (page === undefined) throw new Refusal(400, `cursor is not one that user ${user}'s pages gave out`);
    return () => {
      this.#store.copyPage(page);
      return { status: 200, body: page };
    };
  }

  #recordWork(body: string): () => Answer {
    const id = readFollowerId(body);
    return () => {
      this.#store.recordFollower(id, body);
      return { status: 201, body: { id, recorded: true } };
    };
  }
}

function readWhole(query: URLSearchParams, key: string, range: { max: number; otherwise?: number }): number {
  const text = query.get(key);
  if (text === null && range.otherwise !== undefined) return range.otherwise;
  const value = Number(text);
  if (text !== null && /^\d+$/.test(text) && value >= 1 && value <= range.max) return value;
  throw new Refusal(400, `${key} must be a whole number from 1 to ${range.max}, as in /followers?user=42`);
}

function readFollowerId(body: string): number {
  const { id }: { id?: unknown } = Object(parseJson(body));
  if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 1) return id;
  throw new Refusal(400, 'the body must be a JSON object whose id is a whole number from 1, as {"id": 7}');
}
