/** A server that lives in virtual time: workers that take waiting requests first come, first served. */

import type { Uniform } from '../../../src/demo/service-time.ts';
import { EventQueue, IdRing } from './event-queue.ts';
import type { Autoscaler, ServerModel } from './server-model.ts';
import { serviceDraw, uniformFor } from './service-draw.ts';
import { PauseCalendar, RateMeter, ServicePace, TokenBucket } from './service-pace.ts';

/** Streams of random numbers. */
const SERVICE_STREAM = 1;
const ERROR_STREAM = 2;

/** How long a refusal takes, ms. */
const REFUSAL_MS = 0.5;

/** How often the autoscaler looks, ms. */
const LOOK_MS = 1000;

/** Told of an answer, at the time that the server's clock reads. */
export type OnAnswer = (id: number, status: number, nowMs: number) => void;

/** Requests go in by `arrive`; answers come out as `advance` moves the clock. */
export class SimulatedServer {
  /** Called for every answer; a request that is asked for again inside is answered once. */
  onAnswer: OnAnswer = () => undefined;
  /** Time of the next event; Infinity when there is none. */
  nextMs: number = Infinity;
  workers: number;
  readonly #model: ServerModel;
  readonly #pace: ServicePace;
  readonly #draw: () => number;
  readonly #erring: Uniform;
  readonly #bucket: TokenBucket | null;
  readonly #pauses: PauseCalendar | null;
  readonly #rate: RateMeter | null;
  readonly #waiting = new IdRing();
  readonly #departures = new EventQueue();
  /** (2 id + 1 when the bucket refused it, when). */
  readonly #refusals = new IdRing();
  /** (id, when): what may be asked for again. */
  readonly #impatient = new IdRing();
  readonly #unanswered = new Set<number>();
  #busy = 0;
  #busyMs = 0;
  #busySinceMs = 0;
  #lookMs = Infinity;
  #moreWorkersMs = Infinity;

  constructor(model: ServerModel) {
    const seed = model.seed ?? 1;
    this.#model = model;
    this.workers = model.workers ?? 1;
    this.#pace = new ServicePace(model);
    this.#draw = serviceDraw(model.service, uniformFor(seed, SERVICE_STREAM));
    this.#erring = uniformFor(seed, ERROR_STREAM);
    this.#bucket = model.bucket === undefined ? null : new TokenBucket(model.bucket);
    this.#pauses = model.pauses === undefined ? null : new PauseCalendar(model.pauses);
    this.#rate = model.delayPerRateMs === undefined ? null : new RateMeter();
    if (model.autoscaler !== undefined) this.#lookMs = LOOK_MS;
    this.#schedule();
  }

  /** Requests waiting and being served, those asked for again included. */
  get inFlight(): number {
    return this.#waiting.length + this.#busy;
  }

  /** True while the `collapse` of its model lasts. */
  get collapsed(): boolean {
    return this.#pace.collapsed;
  }

  /** Takes a request. @param nowMs not before anything that happened already, nor after `nextMs` */
  arrive(id: number, target: number, nowMs: number): void {
    const { concurrency, delayPerRateMs, retryAfterMs, service, targetFactors } = this.#model;
    let workMs = this.#draw();
    if (this.#rate !== null && delayPerRateMs !== undefined) {
      const meanMs = service.kind === 'mixed' ? service.ms : service.meanMs;
      workMs *= 1 + (delayPerRateMs * this.#rate.count(nowMs)) / meanMs;
    }
    if (targetFactors !== undefined) workMs *= targetFactors[target] ?? 1;
    const full = concurrency !== undefined && this.inFlight >= concurrency;
    if (full || this.#bucket?.take(nowMs) === false) {
      this.#refusals.push(2 * id + (full ? 0 : 1), nowMs + REFUSAL_MS);
    } else {
      this.#admit(id, workMs, nowMs);
      if (retryAfterMs !== undefined) {
        this.#unanswered.add(id);
        this.#impatient.push(id, nowMs + retryAfterMs);
      }
    }
    this.#schedule();
  }

  /** Lets everything happen that is due up to and including `toMs`. */
  advance(toMs: number): void {
    while (this.nextMs <= toMs) this.step();
  }

  /** Lets the next event happen. */
  step(): void {
    const nowMs = this.nextMs;
    if (this.#departures.nextMs === nowMs) this.#depart(nowMs);
    else if (this.#refusals.length > 0 && this.#refusals.firstValue === nowMs) this.#refuse(nowMs);
    else if (this.#impatient.length > 0 && this.#impatient.firstValue === nowMs) this.#askAgain(nowMs);
    else this.#scale(nowMs);
    this.#schedule();
  }

  #schedule(): void {
    let next = this.#departures.nextMs;
    if (this.#refusals.length > 0) next = Math.min(next, this.#refusals.firstValue);
    if (this.#impatient.length > 0) next = Math.min(next, this.#impatient.firstValue);
    if (this.#lookMs < next) next = this.#lookMs;
    if (this.#moreWorkersMs < next) next = this.#moreWorkersMs;
    this.nextMs = next;
  }

  #admit(id: number, workMs: number, nowMs: number): void {
    this.#pace.arrived(this.inFlight + 1);
    if (this.#busy < this.workers) this.#serve(id, workMs, nowMs);
    else this.#waiting.push(id, workMs);
  }

  #serve(id: number, workMs: number, nowMs: number): void {
    const ms = workMs * this.#pace.factorAt(nowMs);
    this.#countBusy(1, nowMs);
    this.#departures.push(id, this.#pauses === null ? nowMs + ms : this.#pauses.endOf(nowMs, ms));
  }

  #depart(nowMs: number): void {
    const id = this.#departures.pop();
    this.#countBusy(-1, nowMs);
    this.#pace.departed(this.inFlight);
    this.#serveWaiting(nowMs);
    const { errors, retryAfterMs } = this.#model;
    if (retryAfterMs !== undefined && !this.#unanswered.delete(id)) return;
    const erred = errors !== undefined && this.#erring() < errors.share;
    this.onAnswer(id, erred ? errors.status : 200, nowMs);
  }

  #serveWaiting(nowMs: number): void {
    const waiting = this.#waiting;
    while (waiting.length > 0 && this.#busy < this.workers) {
      const [id, workMs] = [waiting.firstId, waiting.firstValue];
      waiting.shift();
      this.#serve(id, workMs, nowMs);
    }
  }

  #refuse(nowMs: number): void {
    const refused = this.#refusals.firstId;
    const byBucket = refused % 2 === 1;
    this.#refusals.shift();
    this.onAnswer(
      (refused - (byBucket ? 1 : 0)) / 2,
      byBucket ? (this.#model.bucket?.status ?? 503) : 503,
      nowMs,
    );
  }

  #askAgain(nowMs: number): void {
    const id = this.#impatient.firstId;
    this.#impatient.shift();
    if (this.#unanswered.has(id)) this.#admit(id, this.#draw(), nowMs);
  }

  #countBusy(by: number, nowMs: number): void {
    if (this.#model.autoscaler !== undefined) {
      this.#busyMs += this.#busy * (nowMs - this.#busySinceMs);
      this.#busySinceMs = nowMs;
    }
    this.#busy += by;
  }

  #scale(nowMs: number): void {
    const { autoscaler } = this.#model;
    if (autoscaler === undefined) return;
    if (this.#moreWorkersMs === nowMs) {
      this.#moreWorkersMs = Infinity;
      this.workers += 1;
      this.#serveWaiting(nowMs);
      return;
    }
    this.#countBusy(0, nowMs);
    if (this.#wantsMore(autoscaler)) this.#moreWorkersMs = nowMs + autoscaler.delayMs;
    this.#busyMs = 0;
    this.#lookMs = nowMs + LOOK_MS;
  }

  #wantsMore({ utilisation, most }: Autoscaler): boolean {
    if (this.#moreWorkersMs < Infinity || this.workers >= most) return false;
    return this.#busyMs > utilisation * this.workers * LOOK_MS;
  }
}
