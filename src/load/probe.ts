/** One request after another, each looked at closely: what `headroom probe` shows. */

import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Attempt } from '../core/attempt.ts';
import { sharedOriginMs } from '../core/clock.ts';
import type { Plan, Secrets } from '../plan/plan.ts';
import { tlsOptions } from './dial/tls-options.ts';
import { newExchange } from './exchange.ts';
import { type Job, jobsOf } from './job.ts';
import { routeFinder, transportFor } from './plan-transport.ts';
import type { Guard, TraceOrder } from './protocol.ts';
import type { Exchange, Ride, Transport } from './transport/transport.ts';

/** What is probed, and how often. */
export interface ProbeOptions {
  readonly plan: Plan;
  readonly secrets: Secrets;
  /** Number of requests, one after another; they go round the plan's targets. */
  readonly count: number;
  readonly guard: Guard;
  readonly runId: string;
  readonly userAgent: string;
  /** Absent: requests belong to no trace. Nobody is told of spans here. */
  readonly trace?: TraceOrder;
  readonly signal?: AbortSignal;
}

/** One request and its response, as far as it came. Header values are raw. */
export interface ProbeObservation {
  readonly target: number;
  /** Clocks are ms after the probe's start. */
  readonly attempt: Attempt;
  readonly httpVersion: string | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly tls: TlsFacts | null;
}

/** What the handshake showed. Texts are the server's own, raw. */
export interface TlsFacts {
  readonly authorized: boolean;
  readonly authorizationError: string | null;
  readonly protocol: string | null;
  readonly cipher: string | null;
  readonly subject: string | null;
  readonly issuer: string | null;
  readonly altNames: readonly string[];
  /** As in the certificate, such as `Nov 23 06:05:00 2026 GMT`; null when the peer sent none. */
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly fingerprint256: string | null;
}

/** Sends `count` requests one after another. A failed request is an observation, not an error; an aborted one is neither. */
export async function probe(options: ProbeOptions): Promise<ProbeObservation[]> {
  const { plan, secrets } = options;
  const originMs = sharedOriginMs();
  const startMs = performance.now() + originMs;
  const nowMs = (): number => performance.now() + originMs - startMs;
  const routeFor = routeFinder(plan, secrets);
  const jobs = jobsOf({ ...options, routeFor });
  const desk = new Desk();
  const transport = transportFor(plan, {
    listener: desk,
    nowMs,
    routeFor,
    tlsFor: tlsOptions(plan, secrets),
    allowPublic: options.guard.allowPublic,
    maxConnections: 16,
    lifetimeMs: Infinity,
  });
  const { signal } = options;
  // Whoever asks again and again uses one signal for all: nothing may stay on it.
  const over = new AbortController();
  const aborted = new Promise<null>((resolve) => {
    signal?.addEventListener('abort', () => resolve(null), { once: true, signal: over.signal });
  });
  const observations: ProbeObservation[] = [];
  for (let index = 0; index < options.count && signal?.aborted !== true; index += 1) {
    const job = jobs[index % jobs.length];
    if (job === undefined) break;
    const sent = desk.send(transport, exchangeOf(job, index, nowMs()), nowMs);
    const seen = await Promise.race([sent, aborted]);
    if (seen === null) break;
    observations.push(seen);
  }
  over.abort();
  await transport.close();
  return observations;
}

/** Sends one exchange at a time and waits for its end. */
class Desk {
  #resolve: (observation: ProbeObservation) => void = () => undefined;
  /** What the handshakes showed: a socket that is closed does not tell any more. */
  readonly #facts = new WeakMap<TLSSocket, TlsFacts>();

  began(): void {
    // The deadline is a timer of its own here: there is only one.
  }

  ended(exchange: Exchange, ride: Ride | null): void {
    const socket = ride?.socket ?? null;
    this.#resolve({
      target: exchange.job.target,
      attempt: { ...exchange.attempt },
      httpVersion: exchange.attempt.status === 0 ? null : versionOf(socket),
      headers: ride?.response.headerPairs() ?? [],
      tls: this.#factsOf(socket),
    });
  }

  send(transport: Transport, exchange: Exchange, nowMs: () => number): Promise<ProbeObservation> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#factsOf(exchange.ride?.socket ?? null);
        transport.expire(exchange, nowMs());
      }, exchange.job.timeoutMs).unref();
      this.#resolve = (observation) => {
        clearTimeout(timer);
        resolve(observation);
      };
      transport.submit(exchange);
    });
  }

  #factsOf(socket: Socket | null): TlsFacts | null {
    if (!isTls(socket)) return null;
    const facts = this.#facts.get(socket) ?? (socket.destroyed ? null : tlsFacts(socket));
    if (facts !== null) this.#facts.set(socket, facts);
    return facts;
  }
}

function exchangeOf(job: Job, index: number, nowMs: number): Exchange {
  const exchange = newExchange(job, index);
  const { attempt } = exchange;
  attempt.index = index;
  attempt.target = job.target;
  attempt.intendedMs = nowMs;
  attempt.readyMs = nowMs;
  return exchange;
}

function isTls(socket: unknown): socket is TLSSocket {
  return typeof socket === 'object' && socket !== null && 'getPeerCertificate' in socket;
}

function versionOf(socket: unknown): string {
  return isTls(socket) && socket.alpnProtocol === 'h2' ? '2' : '1.1';
}

function tlsFacts(socket: TLSSocket): TlsFacts {
  const certificate = socket.getPeerCertificate();
  const known = Object.keys(certificate).length > 0;
  // Typed as an Error, but it is the code of the check that failed.
  const error: unknown = socket.authorizationError;
  return {
    authorized: socket.authorized,
    authorizationError: typeof error === 'string' ? error : error instanceof Error ? error.message : null,
    protocol: socket.getProtocol(),
    cipher: socket.getCipher().name,
    subject: known ? nameOf(certificate.subject) : null,
    issuer: known ? nameOf(certificate.issuer) : null,
    altNames: (known ? (certificate.subjectaltname ?? '') : '').split(', ').filter((name) => name !== ''),
    validFrom: known ? certificate.valid_from : null,
    validTo: known ? certificate.valid_to : null,
    fingerprint256: known ? certificate.fingerprint256 : null,
  };
}

function nameOf(name: object): string {
  return Object.entries(name)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(', ');
}
