/** Attempts that were sent and are not ended, by id: a ring of numbers that allocates only when it grows. */

import { IdRing } from './event-queue.ts';

/** Ids go up by one; times are ms of the schedule. */
export class OpenAttempts {
  /** How many are open. */
  count = 0;
  readonly #timeoutsMs: readonly number[];
  /** By target: (id, deadline), those that ended included. */
  readonly #deadlines: readonly IdRing[];
  #firstId: number;
  #nextId: number;
  #intendedMs = new Float64Array(1024);
  #readyMs = new Float64Array(1024);
  #targets = new Uint8Array(1024);
  #open = new Uint8Array(1024);
  #fresh = new Uint8Array(1024);

  /** @param firstId of the first attempt  @param timeoutsMs total deadline of each target, at most 256 */
  constructor(firstId: number, timeoutsMs: readonly number[]) {
    this.#firstId = firstId;
    this.#nextId = firstId;
    this.#timeoutsMs = timeoutsMs;
    this.#deadlines = timeoutsMs.map(() => new IdRing());
  }

  get nextId(): number {
    return this.#nextId;
  }

  /** Opens an attempt. @returns its id */
  add(intendedMs: number, readyMs: number, made: { target: number; fresh: boolean }): number {
    const id = this.#nextId;
    if (id - this.#firstId === this.#open.length) this.#makeRoom();
    const at = id & (this.#open.length - 1);
    this.#intendedMs[at] = intendedMs;
    this.#readyMs[at] = readyMs;
    this.#targets[at] = made.target;
    this.#fresh[at] = made.fresh ? 1 : 0;
    this.#open[at] = 1;
    this.#nextId = id + 1;
    this.count += 1;
    this.#deadlines[made.target]?.push(id, readyMs + (this.#timeoutsMs[made.target] ?? Infinity));
    return id;
  }

  /** Whether an id is of this trial, and not ended. */
  isOpen(id: number): boolean {
    return id >= this.#firstId && id < this.#nextId && this.#open[id & (this.#open.length - 1)] === 1;
  }

  intendedMs(id: number): number {
    return this.#intendedMs[id & (this.#open.length - 1)] ?? NaN;
  }

  readyMs(id: number): number {
    return this.#readyMs[id & (this.#open.length - 1)] ?? NaN;
  }

  target(id: number): number {
    return this.#targets[id & (this.#open.length - 1)] ?? 0;
  }

  /** Whether it went over a new connection. */
  fresh(id: number): boolean {
    return this.#fresh[id & (this.#open.length - 1)] === 1;
  }

  end(id: number): void {
    this.#open[id & (this.#open.length - 1)] = 0;
    this.count -= 1;
  }

  /** Earliest deadline of an open attempt; Infinity when there is none. */
  get deadlineMs(): number {
    let earliest = Infinity;
    for (let target = 0; target < this.#deadlines.length; target += 1) {
      const ring = this.#deadlines[target];
      if (ring === undefined) continue;
      while (ring.length > 0 && !this.isOpen(ring.firstId)) ring.shift();
      if (ring.length > 0 && ring.firstValue < earliest) earliest = ring.firstValue;
    }
    return earliest;
  }

  /** The open attempt with that deadline. @returns -1 when there is none */
  due(deadlineMs: number): number {
    for (const ring of this.#deadlines)
      if (ring.length > 0 && ring.firstValue === deadlineMs) return ring.firstId;
    return -1;
  }

  /** Ids that are open, ascending. */
  ids(): number[] {
    const found: number[] = [];
    for (let id = this.#firstId; id < this.#nextId; id += 1) if (this.isOpen(id)) found.push(id);
    return found;
  }

  #makeRoom(): void {
    while (this.#firstId < this.#nextId && !this.isOpen(this.#firstId)) this.#firstId += 1;
    if (this.#nextId - this.#firstId <= this.#open.length / 2) return;
    const before = {
      length: this.#open.length,
      intendedMs: this.#intendedMs,
      readyMs: this.#readyMs,
      targets: this.#targets,
      open: this.#open,
      fresh: this.#fresh,
    };
    const length = before.length * 2;
    this.#intendedMs = new Float64Array(length);
    this.#readyMs = new Float64Array(length);
    this.#targets = new Uint8Array(length);
    this.#open = new Uint8Array(length);
    this.#fresh = new Uint8Array(length);
    for (let id = this.#firstId; id < this.#nextId; id += 1) {
      const [from, to] = [id & (before.length - 1), id & (length - 1)];
      this.#intendedMs[to] = before.intendedMs[from] ?? NaN;
      this.#readyMs[to] = before.readyMs[from] ?? NaN;
      this.#targets[to] = before.targets[from] ?? 0;
      this.#open[to] = before.open[from] ?? 0;
      this.#fresh[to] = before.fresh[from] ?? 0;
    }
  }
}
