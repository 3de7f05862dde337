/**
 * Watches our own event loop: how much of the time it was busy, and when it stood still. A stalled generator
 * sends late and stamps completions late; without this it would blame the server.
 */

import { performance } from 'node:perf_hooks';

/** Turns longer than this count as work, ms: polling alone takes 2-5 us. */
const BUSY_TURN_MS = 0.02;

/** Lateness beyond this is a stall, ms. */
const STALL_MS = 50;

/** Told of every turn of the event loop; adds up work and stalls, in ms. */
export class LoopWatch {
  stalls = 0;
  /** Total and longest stall, ms. */
  stallMs = 0;
  stallMaxMs = 0;
  busyMs = 0;
  /** When the loop was expected to come back to us. */
  #dueMs: number;
  #turnStartMs: number;
  #utilization = performance.eventLoopUtilization();
  #sleeping = false;
  /** Largest lateness noticed in this turn, and in the one before, ms. */
  #turnLateMs = 0;
  #previousLateMs = 0;

  constructor(nowMs: number) {
    this.#dueMs = nowMs;
    this.#turnStartMs = nowMs;
  }

  /** Called from any of our callbacks: notices a stall before its late completions are recorded. */
  touch(nowMs: number): void {
    const lateMs = nowMs - this.#dueMs;
    if (lateMs > this.#turnLateMs) this.#turnLateMs = lateMs;
    if (lateMs > STALL_MS) {
      this.stalls += 1;
      this.stallMs += lateMs;
      if (lateMs > this.stallMaxMs) this.stallMaxMs = lateMs;
    }
    if (nowMs > this.#dueMs) this.#dueMs = nowMs;
  }

  /**
   * How late a completion of this turn may have been stamped, ms, where that is too little to count as a stall.
   * After a block our own turn often comes first and the sockets are read in the next: so both are looked at.
   */
  get lateMs(): number {
    const lateMs = Math.max(this.#turnLateMs, this.#previousLateMs);
    return lateMs > STALL_MS ? 0 : lateMs;
  }

  /** Called when the loop's own turn begins. @returns how late it was, ms */
  wake(nowMs: number): number {
    const lateMs = Math.max(0, nowMs - this.#dueMs);
    this.touch(nowMs);
    if (this.#sleeping) {
      const before = this.#utilization;
      this.#utilization = performance.eventLoopUtilization();
      this.busyMs += this.#utilization.active - before.active;
    } else {
      const turnMs = nowMs - this.#turnStartMs;
      if (turnMs > BUSY_TURN_MS) this.busyMs += turnMs;
    }
    this.#turnStartMs = nowMs;
    this.#sleeping = false;
    return lateMs;
  }

  /** Called when our turn ends and the loop will come back by polling: at once. */
  poll(nowMs: number): void {
    this.#dueMs = nowMs;
    this.#endTurn();
  }

  /** Called when our turn ends and a timer will bring us back. */
  sleep(nowMs: number, forMs: number): void {
    const turnMs = nowMs - this.#turnStartMs;
    if (turnMs > BUSY_TURN_MS) this.busyMs += turnMs;
    this.#utilization = performance.eventLoopUtilization();
    this.#dueMs = nowMs + forMs;
    this.#sleeping = true;
    this.#endTurn();
  }

  #endTurn(): void {
    this.#previousLateMs = this.#turnLateMs;
    this.#turnLateMs = 0;
  }
}
