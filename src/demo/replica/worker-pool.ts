/**
 * A worker schedule on the real clock: wakes up when the next service ends.
 *
 * Far from the end a timer sleeps for whole milliseconds, rounded down; within the last millisecond
 * `setImmediate` polls. That answers a few microseconds late as a rule and rarely more than 1 ms, for about a
 * third of a millisecond of CPU per request.
 */

import { type ScheduleOwner, WorkerSchedule } from './worker-schedule.ts';

/** Runs answers at the ends that the schedule computed, by timers. */
export class WorkerPool<Job> {
  readonly #schedule: WorkerSchedule<Job>;
  #armedForMs = Infinity;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  /** @param workers integer >= 1 */
  constructor(workers: number, owner: ScheduleOwner<Job>) {
    this.#schedule = new WorkerSchedule(workers, owner);
  }

  /** Takes a request in now. */
  arrive(job: Job): void {
    this.#schedule.arrive(job, performance.now());
    this.#arm();
  }

  /** Forgets a request that still waits for a worker. */
  abandon(job: Job): void {
    this.#schedule.abandon(job);
  }

  /** Worker figures at this moment; `busySeconds` is summed over the workers since the start. */
  read(): { workers: number; busy: number; waiting: number; busySeconds: number } {
    const { workers, busy, waiting } = this.#schedule;
    return { workers, busy, waiting, busySeconds: this.#schedule.busyMs(performance.now()) / 1000 };
  }

  #arm(): void {
    const dueMs = this.#schedule.nextEndMs;
    if (dueMs === this.#armedForMs) return;
    this.#disarm();
    this.#armedForMs = dueMs;
    if (dueMs !== Infinity) this.#wait();
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
  }

  #wait(): void {
    const remainingMs = this.#armedForMs - performance.now();
    if (remainingMs >= 1) this.#timer = setTimeout(() => this.#wake(), Math.floor(remainingMs));
    else this.#immediate = setImmediate(() => this.#wake());
  }

  #wake(): void {
    if (performance.now() < this.#armedForMs) {
      this.#wait();
      return;
    }
    this.#armedForMs = Infinity;
    this.#schedule.settle(performance.now());
    this.#arm();
  }
}
