/**
 * What the faults now switched on do inside a replica: questions the request path asks, and the CPU and memory
 * that some of them use up in the background.
 */

import type { FaultEffect } from '../faults.ts';
import type { Uniform } from '../service-time.ts';

/** A leak stops growing here, so that a forgotten one cannot take the machine down. */
const LEAK_LIMIT_MEBIBYTES = 256;
const LEAK_STEP_MS = 250;
/** A burn keeps the event loop busy for about this long at a time, and at most five times as long. */
const BURN_TURN_MS = 10;

/** How the ports are to be. */
export interface Doors {
  /** Nobody listens: connections are refused, and those that were open are cut. */
  readonly refuse: boolean;
  /** The certificate that has expired is shown. */
  readonly showExpired: boolean;
}

interface Active {
  readonly effect: FaultEffect;
  readonly sinceMs: number;
}

/** What the present faults do to one replica, asked request by request. */
export class FaultEffects {
  readonly #uniform: Uniform;
  #active: readonly Active[] = [];
  #collapsed = false;
  #burnTimer: NodeJS.Timeout | undefined;
  #burntAtMs = 0;
  #leakTimer: NodeJS.Timeout | undefined;
  #leaked: Buffer[] = [];

  /** @param uniform decides which requests are struck */
  constructor(uniform: Uniform) {
    this.#uniform = uniform;
  }

  /** Puts these faults, and only these, in force; one that stays keeps its age. */
  replace(effects: readonly FaultEffect[]): void {
    const nowMs = performance.now();
    const ages = new Map(this.#active.map(({ effect, sinceMs }) => [JSON.stringify(effect), sinceMs]));
    this.#active = effects.map((effect) => ({ effect, sinceMs: ages.get(JSON.stringify(effect)) ?? nowMs }));
    if (!effects.some(({ kind }) => kind === 'metastable')) this.#collapsed = false;
    this.#burn();
    this.#leak();
  }

  /** True while no request may be answered. */
  get hangs(): boolean {
    return this.#has('hang');
  }

  get doors(): Doors {
    return { refuse: this.#has('close'), showExpired: this.#has('expired') };
  }

  /** How many connections the server may hold; Infinity without that fault. */
  get connectionLimit(): number {
    return this.#active.reduce(
      (least, { effect }) => (effect.kind === 'connection-limit' ? Math.min(least, effect.limit) : least),
      Infinity,
    );
  }

  /** The status to answer this request with at once, or undefined to serve it. Draws a random number. */
  errorStatus(): number | undefined {
    for (const { effect } of this.#active) {
      if (effect.kind === 'errors' && this.#uniform() < effect.ratio) return effect.status;
    }
    return undefined;
  }

  /** True when this request is to get an answer that it did not ask for. Draws. */
  isWrong(): boolean {
    return this.#active.some(({ effect }) => effect.kind === 'wrong' && this.#uniform() < effect.ratio);
  }

  /** How long to hold back this request's answer, in ms, without keeping a worker busy. Draws. */
  extraDelayMs(): number {
    let ms = 0;
    for (const { effect } of this.#active) {
      if (effect.kind === 'slow' && this.#uniform() < effect.ratio) ms += effect.ms;
    }
    return ms;
  }

  /** What to multiply the service time by of a request that starts now, with so many in the system. */
  serviceFactor(inSystem: number): number {
    let factor = 1;
    for (const { effect, sinceMs } of this.#active) {
      if (effect.kind === 'leak') {
        factor *= 1 + (effect.percentPerSecond / 100) * ((performance.now() - sinceMs) / 1000);
      } else if (effect.kind === 'metastable') {
        // Between the two marks it stays as it is: that is what makes a collapse outlive its cause.
        this.#collapsed = this.#collapsed ? inSystem >= effect.below : inSystem > effect.above;
        if (this.#collapsed) factor *= effect.factor;
      }
    }
    return factor;
  }

  #has(kind: FaultEffect['kind']): boolean {
    return this.#active.some(({ effect }) => effect.kind === kind);
  }

  #burn(): void {
    clearTimeout(this.#burnTimer);
    const ratio = this.#active.reduce(
      (most, { effect }) => (effect.kind === 'cpu' ? Math.max(most, effect.ratio) : most),
      0,
    );
    if (ratio === 0) return;
    // The pause as it really was sets the length of the burn: late timers do not lower the share.
    const pausedMs = performance.now() - this.#burntAtMs;
    const turnMs = Math.min((pausedMs * ratio) / (1 - ratio), 5 * BURN_TURN_MS);
    const untilMs = performance.now() + turnMs;
    while (performance.now() < untilMs);
    this.#burntAtMs = performance.now();
    this.#burnTimer = setTimeout(() => this.#burn(), (BURN_TURN_MS * (1 - ratio)) / ratio);
  }

  #leak(): void {
    clearTimeout(this.#leakTimer);
    const mebibytesPerSecond = this.#active.reduce(
      (sum, { effect }) => (effect.kind === 'leak' ? sum + effect.mebibytesPerSecond : sum),
      0,
    );
    if (mebibytesPerSecond === 0) {
      this.#leaked = [];
      return;
    }
    const bytes = Math.round((mebibytesPerSecond * 1024 * 1024 * LEAK_STEP_MS) / 1000);
    const heldBytes = this.#leaked.reduce((sum, block) => sum + block.length, 0);
    // Filled with ones: pages of zeros would never become resident.
    if (heldBytes + bytes <= LEAK_LIMIT_MEBIBYTES * 1024 * 1024) this.#leaked.push(Buffer.alloc(bytes, 1));
    this.#leakTimer = setTimeout(() => this.#leak(), LEAK_STEP_MS);
  }
}
