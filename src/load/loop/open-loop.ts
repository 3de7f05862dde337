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
const HEARTBEAT_MS = 5;

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
  /** Keeps deadlines and stalls watched until nothing is under way, or `untilMs`. */
  drain(untilMs: number): Promise<void>;
  /** Arrivals that were planned and will not be taken up; called once, after a stop. */
  countUnsent(): number;
}

/** Expected number of arrivals of the whole schedule, and into how many segments it is cut. */
export interface ScheduleSize {
  readonly expected: number;
  readonly segments: number;
}

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

  drain(untilMs: number): Promise<void> {
    const { ledger, nowMs, watch } = this.#settings;
    return drainLoop({ ...this.#settings, untilMs, idle: () => ledger.underWay === 0 }, () => {
      watch.sleep(nowMs(), HEARTBEAT_MS);
    });
  }

  countUnsent(): number {
    let unsent = 0;
    for (; this.#more && unsent < MAX_COUNTED; unsent += 1) this.#more = this.#pacer.next();
    const { expected, segments } = this.#schedule;
    return this.#more ? unsent + Math.max(0, Math.round((expected - this.#pacer.index) / segments)) : unsent;
  }

  /** One turn. False when nothing more will be fired. */
  #turn(): boolean {
    const { ledger, watch, nowMs, onTurn, pick } = this.#settings;
    const startMs = nowMs();
    watch.wake(startMs);
    onTurn(startMs);
    ledger.expire(startMs);
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

/** What a drain waits for. */
export interface DrainSettings {
  readonly ledger: Ledger;
  readonly watch: LoopWatch;
  readonly nowMs: () => number;
  readonly onTurn: (nowMs: number) => void;
  readonly untilMs: number;
  readonly idle: () => boolean;
}

/** Keeps a loop's heart beating until `idle`, or `untilMs`. */
export function drainLoop(settings: DrainSettings, beforeSleep: () => void): Promise<void> {
  return new Promise((resolve) => {
    const turn = (): void => {
      const now = settings.nowMs();
      settings.watch.wake(now);
      settings.onTurn(now);
      settings.ledger.expire(now);
      if (settings.idle() || now >= settings.untilMs) {
        resolve();
        return;
      }
      beforeSleep();
      setTimeout(turn, 1);
    };
    turn();
  });
}
