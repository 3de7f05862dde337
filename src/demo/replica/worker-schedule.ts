/**
 * First-come-first-served service by a fixed number of workers, on an ideal schedule: the next request starts
 * at the instant its worker became free, however late anyone noticed. So a late timer delays one answer and
 * never lowers the capacity. Knows no clock: the caller says what time it is.
 */

/** What the owner of a schedule decides and learns. */
export interface ScheduleOwner<Job> {
  /** Service time in ms of a request that starts at `startMs` with `inSystem` requests served or waiting. */
  serviceMs(startMs: number, inSystem: number): number;
  /** Called once per request, in order of `endMs`, when its service is over. */
  finish(job: Job, endMs: number): void;
}

interface Service<Job> {
  readonly job: Job;
  readonly startMs: number;
  readonly endMs: number;
}

/** When each of c workers is free: starts and ends are computed, never observed, so capacity is exact. */
export class WorkerSchedule<Job> {
  readonly workers: number;
  readonly #owner: ScheduleOwner<Job>;
  readonly #serving = new Set<Service<Job>>();
  readonly #waiting = new Set<Job>();
  #finishedMs = 0;

  /** @param workers integer >= 1 */
  constructor(workers: number, owner: ScheduleOwner<Job>) {
    this.workers = workers;
    this.#owner = owner;
  }

  /** Takes a request in at `nowMs`, which must not be before any earlier call's. */
  arrive(job: Job, nowMs: number): void {
    this.settle(nowMs);
    if (this.#serving.size < this.workers) this.#start(job, nowMs);
    else this.#waiting.add(job);
  }

  /** Forgets a request that still waits; one that is being served is finished, as a real worker would. */
  abandon(job: Job): void {
    this.#waiting.delete(job);
  }

  /** Finishes all that ended up to `nowMs` and starts the next ones at those ends. */
  settle(nowMs: number): void {
    for (let service = this.#earliest(); service && service.endMs <= nowMs; service = this.#earliest()) {
      this.#serving.delete(service);
      this.#finishedMs += service.endMs - service.startMs;
      const [next] = this.#waiting;
      if (next !== undefined) {
        this.#waiting.delete(next);
        this.#start(next, service.endMs);
      }
      this.#owner.finish(service.job, service.endMs);
    }
  }

  /** When the next service ends, ms on the caller's clock; Infinity when all workers are idle. */
  get nextEndMs(): number {
    return this.#earliest()?.endMs ?? Infinity;
  }

  get busy(): number {
    return this.#serving.size;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Worker time spent up to `nowMs`, in ms, summed over the workers. */
  busyMs(nowMs: number): number {
    let ms = this.#finishedMs;
    for (const { startMs, endMs } of this.#serving) ms += Math.max(0, Math.min(nowMs, endMs) - startMs);
    return ms;
  }

  #start(job: Job, startMs: number): void {
    const inSystem = this.#serving.size + this.#waiting.size + 1;
    this.#serving.add({ job, startMs, endMs: startMs + this.#owner.serviceMs(startMs, inSystem) });
  }

  #earliest(): Service<Job> | undefined {
    let earliest: Service<Job> | undefined;
    for (const service of this.#serving) {
      if (earliest === undefined || service.endMs < earliest.endMs) earliest = service;
    }
    return earliest;
  }
}
