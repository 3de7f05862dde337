/**
 * Total deadlines of all attempts under way, to within one slot. A hashed timing wheel (Varghese and Lauck,
 * "Hashed and Hierarchical Timing Wheels", 1987, scheme 6) with intrusive lists: setting and clearing a
 * deadline costs a few assignments and allocates nothing.
 */

import type { Exchange } from '../transport/transport.ts';

/** Width of a slot, ms, and number of slots: one turn takes 8.2 s, later deadlines go round again. */
const SLOT_MS = 2;
const SLOTS = 4096;

/** Exchanges by the time at which they are to be given up. */
export class DeadlineWheel {
  readonly #slots: (Exchange | null)[] = new Array<Exchange | null>(SLOTS).fill(null);
  #cursor: number;
  #size = 0;

  constructor(nowMs: number) {
    this.#cursor = Math.floor(nowMs / SLOT_MS);
  }

  get size(): number {
    return this.#size;
  }

  /** Watches an exchange's `deadlineMs`, which must be finite. */
  add(exchange: Exchange): void {
    const slot = Math.max(Math.floor(exchange.deadlineMs / SLOT_MS), this.#cursor) % SLOTS;
    const first = this.#slots[slot] ?? null;
    exchange.wheelSlot = slot;
    exchange.wheelPrevious = null;
    exchange.wheelNext = first;
    if (first !== null) first.wheelPrevious = exchange;
    this.#slots[slot] = exchange;
    this.#size += 1;
  }

  /** Stops watching; nothing happens when it is not watched. */
  remove(exchange: Exchange): void {
    if (exchange.wheelSlot < 0) return;
    const { wheelNext, wheelPrevious } = exchange;
    if (wheelPrevious === null) this.#slots[exchange.wheelSlot] = wheelNext;
    else wheelPrevious.wheelNext = wheelNext;
    if (wheelNext !== null) wheelNext.wheelPrevious = wheelPrevious;
    exchange.wheelSlot = -1;
    exchange.wheelNext = null;
    exchange.wheelPrevious = null;
    this.#size -= 1;
  }

  /** Takes out every exchange whose deadline has passed and hands it to `expire`. */
  advance(nowMs: number, expire: (exchange: Exchange) => void): void {
    const last = Math.floor(nowMs / SLOT_MS);
    if (this.#size === 0 || last - this.#cursor > SLOTS)
      this.#cursor = Math.max(this.#cursor, last - (this.#size === 0 ? 0 : SLOTS));
    for (; this.#cursor <= last; this.#cursor += 1) {
      let exchange = this.#slots[this.#cursor % SLOTS] ?? null;
      while (exchange !== null) {
        const next: Exchange | null = exchange.wheelNext;
        if (exchange.deadlineMs <= nowMs) {
          this.remove(exchange);
          expire(exchange);
        }
        // What is expired may take others of this slot with it: then the rest is looked at from its head.
        exchange = next !== null && next.wheelSlot < 0 ? (this.#slots[this.#cursor % SLOTS] ?? null) : next;
      }
      if (this.#cursor === last) return;
    }
  }
}
