/**
 * Fires arrivals when their intended start comes, whatever the answers do. Node's timers wake up about 1 ms
 * late, so it sleeps by timer until shortly before the due time and then polls the event loop.
 */

import type { Pacer } from '../../plan/pacer.ts';
import type { PickTarget } from './arrivals.ts';
import type { Ledger } from './ledger.ts';
import type { LoopWatch } from './loop-watch.ts';

/** How long before the due time polling begins, ms: a timer is up to 1.1 ms late on an idle machine. */
const POLL_BEFORE_MS = 1.2;

/** Longest sleep, ms: deadlines are looked at and stalls noticed this often. */
export const HEARTBEAT_MS = 5;

/** Most arrivals fired in one turn, so that answers are read in time even when we are late. */
const MAX_BURST = 64;

/** Most arrivals counted one by one after a stop; a schedule of weeks is then taken at its expectation. */
const MAX_COUNTED = 2_000_000;

/** What a loop is made with. Times are on the schedule's clock: 0 = start of the warm-up. */
export interface LoopSettings {
  readonly ledger: Ledger;
  readonly watch: LoopWatch;
  readonly pick: PickTarget;
  readonly nowMs: () => number;
  /** Called once a turn, before anything else. */
  readonly onTurn: (nowMs: number) => void;
}

/** A loop that makes arrivals until it is done. */
export interface Loop {
  /** Runs to the end of the schedule, or until stopped; resolves when nothing more will be taken up. */
  run(): Promise<void>;
  /** No more arrivals. */
  stop(): void;
  /** Keeps deadlines and stalls watched until nothing is under way, or `endMs`, which may move while it drains. */
  drain(endMs: () => number): Promise<void>;
  /** Measured arrivals that were planned and will not be taken up; called once, after a stop. */
  countUnsent(): number;
}

/** Expected number of arrivals of the whole schedule, into how many segments it is cut, and when the warm-up ends. */
export interface ScheduleSize {
  readonly warmup: number;
  readonly measured: number;
  readonly segments: number;
  readonly measuredFromMs: number;
}

/** The open loop: one pacer, fired on time. */
export class OpenLoop implements Loop {
  readonly #settings: LoopSettings;
  readonly #pacer: Pacer;
  readonly #schedule: ScheduleSize;
  #more: boolean;
  #stopped = false;
  #stopping: (() => void) | null = null;

  constructor(settings: LoopSettings, pacer: Pacer, schedule: ScheduleSize) {
    this.#settings = settings;
    this.#pacer = pacer;
    this.#schedule = schedule;
    this.#more = pacer.next();
  }

  run(): Promise<void> {
    return new Promise((resolve) => {
      const turn = (): void => {
        if (this.#stopped) return;
        if (this.#turn()) this.#next(turn);
        else resolve();
      };
      this.#stopping = resolve;
      turn();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#stopping?.();
  }

  drain(endMs: () => number): Promise<void> {
    return drainLoop(this.#settings, endMs);
  }

  countUnsent(): number {
    const pacer = this.#pacer;
    const { warmup, measured, segments, measuredFromMs } = this.#schedule;
    let unsent = 0;
    for (let counted = 0; this.#more && counted < MAX_COUNTED; counted += 1) {
      if (pacer.atMs >= measuredFromMs) unsent += 1;
      this.#more = pacer.next();
    }
    const left = warmup + measured - Math.max(warmup, pacer.index);
    return this.#more ? unsent + Math.max(0, Math.round(left / segments)) : unsent;
  }

  /** One turn. False when nothing more will be fired. */
  #turn(): boolean {
    const { ledger, watch, nowMs, onTurn, pick } = this.#settings;
    const startMs = nowMs();
    const lateMs = watch.wake(startMs);
    onTurn(startMs);
    ledger.expire(startMs, lateMs);
    if (this.#stopped) return false;
    const pacer = this.#pacer;
    for (let fired = 0; fired < MAX_BURST && this.#more && pacer.atMs <= nowMs(); fired += 1) {
      const { index } = pacer;
      ledger.take({ index, target: pick(index), intendedMs: pacer.atMs, user: -1 });
      this.#more = pacer.next();
    }
    return this.#more;
  }

  #next(turn: () => void): void {
    const { watch, nowMs } = this.#settings;
    const now = nowMs();
    const aheadMs = this.#pacer.atMs - now - POLL_BEFORE_MS;
    if (aheadMs < 1) {
      watch.poll(now);
      setImmediate(turn);
      return;
    }
    const sleepMs = Math.min(Math.floor(aheadMs), HEARTBEAT_MS);
    watch.sleep(now, sleepMs);
    setTimeout(turn, sleepMs);
  }
}

/** Keeps a loop's heart beating until nothing is under way, or `endMs`. */
export function drainLoop(settings: LoopSettings, endMs: () => number): Promise<void> {
  const { ledger, watch, nowMs, onTurn } = settings;
  return new Promise((resolve) => {
    const turn = (): void => {
      const now = nowMs();
      const lateMs = watch.wake(now);
      onTurn(now);
      ledger.expire(now, lateMs);
      if (ledger.underWay === 0 || now >= endMs()) {
        resolve();
        return;
      }
      watch.sleep(nowMs(), HEARTBEAT_MS);
      setTimeout(turn, 1);
    };
    turn();
  });
}
