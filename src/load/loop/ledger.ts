/**
 * Keeps the books of a worker's attempts: takes them up, hands them to the transport, watches their deadlines,
 * records them when they end. Both loops write through it.
 */

import { clearAttempt } from '../../core/attempt.ts';
import { toStep } from '../../core/quantum.ts';
import { STREAM, uniformAt } from '../../core/random.ts';
import type { Recording } from '../../record/recording.ts';
import { newExchange } from '../exchange.ts';
import type { Job } from '../job.ts';
import type { ServerReports } from '../orca/server-reports.ts';
import type { SpanLog } from '../trace/span-log.ts';
import type { Exchange, ExchangeListener, Ride, Transport } from '../transport/transport.ts';
import { DeadlineWheel } from './deadline-wheel.ts';
import type { LoopWatch } from './loop-watch.ts';
import type { PulseMeter } from './pulse-meter.ts';

/** Lateness of a turn, ms, after which deadlines wait for the sockets, once. */
const LATE_MS = 10;

/** What the ledger works with. */
export interface LedgerSettings {
  readonly recording: Recording;
  readonly watch: LoopWatch;
  readonly meter: PulseMeter;
  /** Where requests that have ended are kept to be told; null: nobody asked. */
  readonly spans: SpanLog | null;
  /** Where servers' own reports are; null: nobody asked. */
  readonly reports: ServerReports | null;
  readonly jobs: readonly Job[];
  readonly nowMs: () => number;
  readonly seed: number;
  readonly freshRatio: number;
  readonly maxPending: number;
}

/** An arrival: its index, its target, and when it was due. */
export interface Arrival {
  readonly index: number;
  readonly target: number;
  readonly intendedMs: number;
  readonly user: number;
}

/** Every attempt of a worker passes through here once when it is taken up and once when it ends. */
export class Ledger implements ExchangeListener {
  readonly wheel: DeadlineWheel;
  /** Attempts taken up and not ended, warm-up included. */
  underWay = 0;
  pendingMax = 0;
  openConnectionsMax = 0;
  /** Called after an attempt ended and was recorded; the closed loop goes on from here. */
  onEnded: ((user: number) => void) | null = null;
  #transport: Transport | null = null;
  #putOff = false;
  #pool: Exchange[] = [];
  readonly #settings: LedgerSettings;
  readonly #alive = new Set<Exchange>();
  /** Measured attempts between ready and end, and when that number last changed. */
  #inFlight = 0;
  #inFlightSinceMs = 0;

  constructor(settings: LedgerSettings) {
    this.#settings = settings;
    this.wheel = new DeadlineWheel(settings.nowMs());
  }

  /** The transport calls back here, so it is made after the ledger. */
  use(transport: Transport): void {
    this.#transport = transport;
  }

  get pending(): number {
    return this.#transport?.pending ?? 0;
  }

  /** Takes an arrival up and submits it; drops it when it is too late or too many wait. */
  take(arrival: Arrival): void {
    const { jobs, recording, watch, meter, nowMs } = this.#settings;
    const job = jobs[arrival.target];
    const transport = this.#transport;
    if (job === undefined || transport === null) return;
    const readyMs = nowMs();
    const exchange = this.#exchange(job, arrival);
    const attempt = exchange.attempt;
    attempt.readyMs = readyMs;
    exchange.stallBaseMs = watch.stallMs;
    meter.due += 1;
    if (!attempt.warmup) recording.counts.planned += 1;
    this.underWay += 1;
    this.#alive.add(exchange);
    if (!attempt.warmup) this.#moveInFlight(1, readyMs);
    if (readyMs - attempt.intendedMs > job.timeoutMs) {
      this.#drop(exchange, readyMs, null);
    } else if (transport.pending >= this.#settings.maxPending) {
      this.#drop(exchange, readyMs, 'blocked');
    } else {
      transport.submit(exchange);
      if (transport.pending > this.pendingMax) this.pendingMax = transport.pending;
    }
  }

  began(exchange: Exchange): void {
    const { recording, meter, nowMs } = this.#settings;
    const attempt = exchange.attempt;
    exchange.deadlineMs = nowMs() + exchange.job.timeoutMs;
    this.wheel.add(exchange);
    meter.sent += 1;
    if (attempt.warmup) return;
    recording.counts.sent += 1;
    const target = recording.targets[attempt.target];
    if (target !== undefined) target.sent += 1;
  }

  ended(exchange: Exchange, ride: Ride | null): void {
    const { recording, watch, meter, spans, reports } = this.#settings;
    const attempt = exchange.attempt;
    this.wheel.remove(exchange);
    watch.touch(attempt.endMs);
    const heldMs = Math.min(watch.lateMs, attempt.endMs - attempt.readyMs);
    attempt.stallMs = watch.stallMs - exchange.stallBaseMs + heldMs;
    attempt.bytesSent = bodyBytes(exchange);
    this.#finish(exchange);
    recording.add(attempt);
    meter.end(attempt);
    if (spans !== null && exchange.job.trace !== null) spans.add(attempt, exchange.job.trace);
    if (reports !== null && ride !== null) reports.look(attempt.remote, ride.response);
    this.#recycle(exchange);
  }

  /**
   * Gives up what is past its deadline, under way or waiting. After a turn that was late by `lateMs` the sockets are
   * read first: an answer that lies there came in time, and only we did not.
   */
  expire(nowMs: number, lateMs: number): void {
    const transport = this.#transport;
    if (transport === null) return;
    this.#putOff = lateMs > LATE_MS && !this.#putOff;
    if (this.#putOff) return;
    this.wheel.advance(nowMs, (exchange) => {
      transport.expire(exchange, nowMs);
    });
    for (let oldest = transport.oldest(); oldest !== null; oldest = transport.oldest()) {
      if (nowMs - oldest.attempt.readyMs <= oldest.job.timeoutMs) break;
      transport.withdrawOldest();
      this.#drop(oldest, nowMs, 'blocked');
    }
    if (transport.openConnections > this.openConnectionsMax)
      this.openConnectionsMax = transport.openConnections;
  }

  /** Ends the books at the end of the drain: what waits is dropped, what is under way stays in flight. */
  close(nowMs: number): void {
    const transport = this.#transport;
    const { counts, targets } = this.#settings.recording;
    this.onEnded = null;
    for (
      let left = transport?.withdrawOldest() ?? null;
      left !== null;
      left = transport?.withdrawOldest() ?? null
    ) {
      if (left.attempt.retries === 0 && left.attempt.redirects === 0) this.#drop(left, nowMs, 'blocked');
    }
    this.#integrate(nowMs);
    for (const { attempt } of this.#alive) {
      if (attempt.warmup) continue;
      counts.inFlight += 1;
      counts.residenceMs += toStep(nowMs) - toStep(attempt.readyMs);
      const target = targets[attempt.target];
      if (target !== undefined) target.inFlight += 1;
    }
    counts.connectionsOpened += transport?.openedCount ?? 0;
  }

  /** Number of measured attempts still without an answer. */
  get inFlight(): number {
    return this.#inFlight;
  }

  #exchange(job: Job, arrival: Arrival): Exchange {
    const { seed, freshRatio, recording } = this.#settings;
    const exchange = this.#pool.pop() ?? newExchange(job);
    const attempt = exchange.attempt;
    clearAttempt(attempt);
    attempt.index = arrival.index;
    attempt.target = arrival.target;
    attempt.intendedMs = arrival.intendedMs;
    attempt.warmup = arrival.intendedMs < recording.layout.measuredFromMs;
    exchange.job = job;
    exchange.route = job.route;
    exchange.method = job.method;
    exchange.request = job.template.render(arrival.index);
    exchange.stage = 'idle';
    exchange.fresh = freshRatio > 0 && uniformAt(seed, STREAM.fresh, arrival.index) < freshRatio;
    exchange.deadlineMs = Infinity;
    exchange.user = arrival.user;
    return exchange;
  }

  #drop(exchange: Exchange, nowMs: number, phase: 'blocked' | null): void {
    const attempt = exchange.attempt;
    attempt.outcome = 'dropped';
    attempt.phase = phase;
    attempt.endMs = nowMs;
    attempt.stallMs = this.#settings.watch.stallMs - exchange.stallBaseMs;
    this.#finish(exchange);
    this.#settings.recording.add(attempt);
    this.#settings.meter.end(attempt);
    this.#recycle(exchange);
  }

  #finish(exchange: Exchange): void {
    const { attempt } = exchange;
    this.underWay -= 1;
    this.#alive.delete(exchange);
    if (attempt.warmup) return;
    this.#moveInFlight(-1, attempt.endMs);
    this.#settings.recording.counts.residenceMs += toStep(attempt.endMs) - toStep(attempt.readyMs);
  }

  #recycle(exchange: Exchange): void {
    const user = exchange.user;
    // One that was given up may still hear from its socket: it is not used again.
    if (exchange.stage !== 'ended') this.#pool.push(exchange);
    exchange.stage = 'ended';
    this.onEnded?.(user);
  }

  #moveInFlight(by: number, nowMs: number): void {
    this.#integrate(nowMs);
    this.#inFlight += by;
  }

  #integrate(nowMs: number): void {
    const stepMs = toStep(nowMs);
    this.#settings.recording.counts.inFlightMs += this.#inFlight * (stepMs - this.#inFlightSinceMs);
    this.#inFlightSinceMs = stepMs;
  }
}

function bodyBytes(exchange: Exchange): number {
  const { body } = exchange.request;
  if (body === null) return 0;
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
}
