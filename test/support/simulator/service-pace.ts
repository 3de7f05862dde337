/** How fast a server works at a moment: leaks, warm-up, overload and the rate of arrivals change it. */

import type { ServerModel } from './server-model.ts';

/** The last second is counted in this many parts. */
const PARTS = 20;
const PART_MS = 1000 / PARTS;

/** Keeps what changes a server's pace: told of every arrival and departure. */
export class ServicePace {
  readonly #model: ServerModel;
  #collapsed = false;
  #worn = false;

  constructor(model: ServerModel) {
    this.#model = model;
  }

  /** True while it is collapsed. */
  get collapsed(): boolean {
    return this.#collapsed;
  }

  /** @param inFlight with the one that arrived */
  arrived(inFlight: number): void {
    const { collapse, hysteresis } = this.#model;
    if (collapse !== undefined && inFlight > collapse.above) this.#collapsed = true;
    if (hysteresis !== undefined && inFlight > hysteresis.above) this.#worn = true;
  }

  /** @param inFlight without the one that left */
  departed(inFlight: number): void {
    const { collapse } = this.#model;
    if (collapse !== undefined && inFlight < collapse.below) this.#collapsed = false;
  }

  /** What service times are multiplied by when service begins now. */
  factorAt(nowMs: number): number {
    const { leakPerSecond, warmUp, collapse, hysteresis } = this.#model;
    let factor = 1;
    if (leakPerSecond !== undefined) factor += (leakPerSecond * nowMs) / 1000;
    if (warmUp !== undefined && nowMs < warmUp.ms) factor *= warmUp.factor;
    if (collapse !== undefined && this.#collapsed) factor *= collapse.factor;
    if (hysteresis !== undefined && this.#worn) factor /= 1 - hysteresis.lostShare;
    return factor;
  }
}

/** Arrivals of the last second. */
export class RateMeter {
  readonly #parts = new Float64Array(PARTS);
  #part = 0;
  #sum = 0;

  /** Counts an arrival. @returns arrivals per second over the last 950 to 1000 ms, this one included */
  count(nowMs: number): number {
    const part = Math.floor(nowMs / PART_MS);
    const passed = Math.min(PARTS, part - this.#part);
    for (let step = 1; step <= passed; step += 1) {
      const at = (this.#part + step) % PARTS;
      this.#sum -= this.#parts[at] ?? 0;
      this.#parts[at] = 0;
    }
    this.#part = part;
    this.#parts[part % PARTS] = (this.#parts[part % PARTS] ?? 0) + 1;
    this.#sum += 1;
    return (this.#sum * 1000) / (1000 - PART_MS + nowMs - part * PART_MS);
  }
}

/** Lets `ratePerSecond` through, and as many as `burst` at once after a rest. */
export class TokenBucket {
  readonly #ratePerMs: number;
  readonly #burst: number;
  #tokens: number;
  #atMs = 0;

  constructor({ ratePerSecond, burst }: { readonly ratePerSecond: number; readonly burst: number }) {
    this.#ratePerMs = ratePerSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Takes a token; false when there is none. */
  take(nowMs: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#atMs) * this.#ratePerMs);
    this.#atMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** Translates between time and the time in which workers work, which stands still for the end of every period. */
export class PauseCalendar {
  readonly #everyMs: number;
  readonly #workMs: number;

  constructor({ everyMs, forMs }: { readonly everyMs: number; readonly forMs: number }) {
    this.#everyMs = everyMs;
    this.#workMs = everyMs - forMs;
  }

  /** When work that begins at `fromMs` and takes `workMs` is done. */
  endOf(fromMs: number, workMs: number): number {
    const periods = Math.floor(fromMs / this.#everyMs);
    const worked = periods * this.#workMs + Math.min(fromMs - periods * this.#everyMs, this.#workMs);
    const done = worked + workMs;
    const through = Math.floor(done / this.#workMs);
    return through * this.#everyMs + (done - through * this.#workMs);
  }
}
