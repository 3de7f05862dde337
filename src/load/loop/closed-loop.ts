/** A fixed number of virtual users, each of whom sends, waits for the answer, thinks, and sends again. */

import { STREAM, uniformAt } from '../../core/random.ts';
import type { ClosedLoad } from '../../plan/plan.ts';
import { shareOf } from './arrivals.ts';
import { drainLoop, HEARTBEAT_MS, type Loop, type LoopSettings } from './open-loop.ts';

/** Which users and arrivals are this worker's. */
export interface ClosedShare {
  readonly load: ClosedLoad;
  readonly seed: number;
  readonly segment: { readonly index: number; readonly count: number };
}

/** The closed loop: `users` requests are under way or being thought about, never more. */
export class ClosedLoop implements Loop {
  readonly #settings: LoopSettings;
  readonly #share: ClosedShare;
  readonly #users: number;
  /** End of the schedule, ms; Infinity when a number of requests ends it. */
  readonly #endMs: number;
  #next: number;
  #left: number;
  /** Index of each user's last arrival. */
  readonly #latest: number[] = [];
  #thinking = new Map<number, NodeJS.Timeout>();
  #finish: (() => void) | null = null;
  #over = false;

  constructor(settings: LoopSettings, share: ClosedShare) {
    this.#settings = settings;
    this.#share = share;
    const { load, segment } = share;
    this.#users = shareOf(load.users, segment);
    this.#endMs = load.durationMs === null ? Infinity : load.warmupMs + load.durationMs;
    this.#next = segment.index;
    this.#left = load.requests === null ? Infinity : shareOf(load.requests, segment);
  }

  run(): Promise<void> {
    const { ledger, nowMs, watch, onTurn } = this.#settings;
    return new Promise((resolve) => {
      const heartbeat = (): void => {
        if (this.#over) return;
        const now = nowMs();
        const lateMs = watch.wake(now);
        onTurn(now);
        ledger.expire(now, lateMs);
        if (now >= this.#endMs || this.#left <= 0) {
          this.stop();
          return;
        }
        watch.sleep(now, HEARTBEAT_MS);
        setTimeout(heartbeat, HEARTBEAT_MS);
      };
      this.#finish = resolve;
      ledger.onEnded = (user) => this.#think(user);
      for (let user = 0; user < this.#users; user += 1) this.#send(user);
      heartbeat();
    });
  }

  stop(): void {
    this.#over = true;
    for (const timer of this.#thinking.values()) clearTimeout(timer);
    this.#thinking.clear();
    this.#finish?.();
  }

  drain(endMs: () => number): Promise<void> {
    return drainLoop(this.#settings, endMs);
  }

  /** What a closed loop would have sent had it not been stopped is not known, save for a number of requests. */
  countUnsent(): number {
    return Number.isFinite(this.#left) ? this.#left : 0;
  }

  #send(user: number): void {
    const { ledger, pick, nowMs } = this.#settings;
    const now = nowMs();
    if (this.#over || now >= this.#endMs || this.#left <= 0) return;
    const index = this.#next;
    this.#next += this.#share.segment.count;
    this.#latest[user] = index;
    if (now >= this.#share.load.warmupMs) this.#left -= 1;
    ledger.take({ index, target: pick(index), intendedMs: now, user });
    if (this.#left <= 0) this.stop();
  }

  #think(user: number): void {
    const { minMs, maxMs } = this.#share.load.think;
    if (maxMs === 0) {
      this.#send(user);
      return;
    }
    const at = uniformAt(this.#share.seed, STREAM.think, this.#latest[user] ?? 0);
    const timer = setTimeout(
      () => {
        this.#thinking.delete(user);
        this.#send(user);
      },
      minMs + at * (maxMs - minMs),
    );
    this.#thinking.set(user, timer);
  }
}
