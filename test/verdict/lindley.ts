/** A queue with one server and Poisson arrivals, by Lindley's recursion, as recordings of real windows. */

import type { Plan } from '../../src/plan/plan.ts';
import { type CompletionsPart } from '../../src/record/completions.ts';
import { Recording } from '../../src/record/recording.ts';
import {
  addExceedance,
  coarseIndex,
  emptyExceedance,
  emptyWindow,
  type Window,
} from '../../src/record/window.ts';
import { layoutFor } from '../../src/verdict/objective-scopes.ts';
import type { Measured } from '../../src/verdict/objectives.ts';

export const WINDOW_MS = 250;

/** The queue: offered load (arrival rate times mean service time), service law, and how it changes. */
export interface Queue {
  readonly seed: number;
  readonly load: number;
  readonly serviceMs: number;
  readonly seconds: number;
  /** Default: exponential (M/M/1); fixed: M/D/1. */
  readonly service?: 'exponential' | 'fixed';
  /** By how much of the first service time it becomes slower each second. */
  readonly leakPerSecond?: number;
  /** Latency limits that are counted. */
  readonly limitsMs?: readonly number[];
}

/** What the queue did: windows count each limit in the place of an objective. */
export interface QueueSeries {
  readonly windows: readonly Window[];
  readonly completions: CompletionsPart;
}

/** Mulberry32 (Tommy Ettinger, public domain): fast, and repeatable. */
function uniforms(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
}

/** Runs a queue. One that can keep up starts in balance, one that cannot starts empty. */
export function runQueue(queue: Queue): QueueSeries {
  const { load, serviceMs, seconds, leakPerSecond = 0, limitsMs = [] } = queue;
  const uniform = uniforms(queue.seed);
  const exponential = (meanMs: number): number => -Math.log(1 - uniform()) * meanMs;
  const service = queue.service === 'fixed' ? (): number => serviceMs : () => exponential(serviceMs);
  const count = (seconds * 1000) / WINDOW_MS;
  const windows = Array.from({ length: count }, (_, index) => emptyWindow(index, limitsMs.length));
  const ended = new Float64Array(count);
  // The waiting time of an M/M/1 queue in balance; that of M/D/1 is half of it in the mean.
  const balanceMs = (serviceMs / (1 - load)) * (queue.service === 'fixed' ? 0.5 : 1);
  let waitMs = load < 1 && uniform() < load ? exponential(balanceMs) : 0;
  for (let atMs = exponential(serviceMs / load); ; ) {
    const window = windows[Math.floor(atMs / WINDOW_MS)];
    if (window === undefined) break;
    const responseMs = waitMs + service() * (1 + (leakPerSecond * atMs) / 1000);
    enter(window, responseMs, limitsMs);
    const last = Math.floor((atMs + responseMs) / WINDOW_MS);
    if (last < count) ended[last] = (ended[last] ?? 0) + 1;
    const gapMs = exponential(serviceMs / load);
    waitMs = Math.max(0, responseMs - gapMs);
    atMs += gapMs;
  }
  return { windows, completions: [...ended].map((done, index) => [index, done, done, 0] as const) };
}

function enter(window: Window, responseMs: number, limitsMs: readonly number[]): void {
  window.sent += 1;
  window.completed += 1;
  window.good += 1;
  const bucket = coarseIndex(responseMs);
  window.coarse[bucket] = (window.coarse[bucket] ?? 0) + 1;
  for (const [index, limitMs] of limitsMs.entries()) {
    const counts = window.exceedances[index];
    if (counts === undefined) continue;
    counts.count += 1;
    if (responseMs > limitMs / 4) counts.overQuarter += 1;
    if (responseMs > limitMs / 2) counts.overHalf += 1;
    if (responseMs <= limitMs) continue;
    counts.exceeded += 1;
    counts.exceededOwn += 1;
  }
}

/** Several series of one length laid one after another, as trials of one rate are. */
export function behindEachOther(trials: readonly QueueSeries[]): QueueSeries {
  const length = trials[0]?.windows.length ?? 0;
  return {
    windows: trials.flatMap(({ windows }, trial) =>
      windows.map((window) => ({ ...window, index: window.index + trial * length })),
    ),
    completions: trials.flatMap(({ completions }, trial) =>
      completions.map(
        ([index, completed, good, broken]) => [index + trial * length, completed, good, broken] as const,
      ),
    ),
  };
}

/** A series as a run of a plan with one objective, which is about the limit at `position`. */
export function measuredQueue(plan: Plan, series: QueueSeries, position = 0): Measured {
  return new GrowingRun(plan, series, position).upTo(series.windows.length);
}

/** The same while it goes on: each window is recorded once. */
export class GrowingRun {
  readonly #plan: Plan;
  readonly #series: QueueSeries;
  readonly #position: number;
  readonly #recording: Recording;
  #recorded = 0;

  constructor(plan: Plan, series: QueueSeries, position: number) {
    this.#plan = plan;
    this.#series = series;
    this.#position = position;
    const layout = layoutFor(plan);
    if (layout.windowMs !== WINDOW_MS) throw new Error(`the plan has windows of ${layout.windowMs} ms`);
    this.#recording = new Recording(layout);
  }

  /** The run after so many windows; it goes on to change with later calls. */
  upTo(end: number): Measured {
    const recording = this.#recording;
    const windows = this.#series.windows.slice(this.#recorded, end).map((window) => ({
      ...window,
      exceedances: [window.exceedances[this.#position] ?? emptyExceedance()],
    }));
    const total = emptyExceedance();
    for (const { exceedances } of windows) for (const counts of exceedances) addExceedance(total, counts);
    const sent = windows.reduce((sum, window) => sum + window.sent, 0);
    const blank = new Recording(recording.layout).take();
    recording.absorb({
      ...blank,
      counts: { ...blank.counts, planned: sent, sent, completed: sent },
      windows,
      completions: this.#series.completions.filter(([index]) => index >= this.#recorded && index < end),
      exceedances: [total],
    });
    this.#recorded = end;
    return { plan: this.#plan, recording, offeredMs: end * WINDOW_MS };
  }
}
