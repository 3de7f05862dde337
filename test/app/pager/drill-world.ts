/** A service in virtual time that a drill breaks, and a canary that says what it is told to. */

import { type DrillParts, type Happened, holdDrill } from '../../../src/app/pager/hold-drill.ts';
import type { CanaryReport, DeliveryReport } from '../../../src/verdict/canary/report.ts';

/** What a canary says; what is not given is as of a good run. */
export function report(parts: Partial<CanaryReport> = {}): CanaryReport {
  return {
    check: 'followers',
    outcome: 'ok',
    kind: null,
    indicator: null,
    text: 'no breach in 20 requests',
    state: 'ok',
    since: '2026-11-28T10:00:00.000Z',
    everyMs: 2000,
    recent: { of: 5, toFire: 3, bad: 0, ok: 1, blind: 0, missing: 4 },
    incidents: [],
    budget: { sloRatio: 0.999, periodMs: 2_592_000_000, leftRatio: null, exhaustionMs: null, burns: [] },
    pooled: [],
    flapRatio: null,
    isMaintenance: false,
    control: 'not-asked',
    certificate: null,
    remarks: [],
    lastOk: null,
    deliveries: [],
    ...parts,
  };
}

/** A delivery that was accepted, unless told otherwise. */
export function delivery(parts: Partial<DeliveryReport> = {}): DeliveryReport {
  return {
    channel: 'pager',
    subject: 'service',
    action: 'trigger',
    status: 'accepted',
    attempts: 1,
    tookMs: 5,
    text: '202 success',
    ...parts,
  };
}

/** What the canary says of a broken service at its n-th bad run, counted from 1. */
export function bad(count: number, parts: Partial<CanaryReport> = {}): CanaryReport {
  const fires = count >= 3;
  return report({
    outcome: 'bad',
    kind: 'offline',
    indicator: 'connect-refused',
    text: 'connection refused in 20 of 20 requests',
    state: fires ? 'firing' : 'pending',
    deliveries: count === 3 ? [delivery()] : [],
    ...parts,
  });
}

/** How the drill of a test differs from one that goes well. */
export interface Twist {
  readonly runMs?: number;
  /** Of a service that is well, before it breaks. */
  readonly early?: (count: number) => CanaryReport;
  /** Of one that is broken, and of one that is mended. */
  readonly broken?: (count: number) => CanaryReport | null;
  readonly mended?: (count: number) => CanaryReport;
  /** When somebody acknowledges, ms after the fault; null: never. */
  readonly acknowledgeMs?: number | null;
  /** How long whoever is asked that takes to answer, ms. */
  readonly answerMs?: number;
  readonly asks?: boolean;
  readonly withinMs?: number;
  /** When it is stopped, ms after its begin. */
  readonly stopMs?: number;
}

/** What was done to the service, with times. */
export interface Held {
  readonly happened: Happened;
  readonly log: readonly string[];
  readonly lines: readonly string[];
}

/** Holds a drill in virtual time: a run every 2 s, three bad ones fire, two good ones end it. */
export async function drillOn(twist: Twist = {}): Promise<Held> {
  let nowMs = 0;
  let brokenMs = Infinity;
  let state: 'early' | 'broken' | 'mended' = 'early';
  const counts = { early: 0, broken: 0, mended: 0 };
  const log: string[] = [];
  const lines: string[] = [];
  const stopping = new AbortController();
  const timers: { atMs: number; wake: () => void }[] = [];
  const pass = async (untilMs: number): Promise<void> => {
    nowMs = Math.max(nowMs, untilMs);
    if (nowMs >= (twist.stopMs ?? Infinity)) stopping.abort();
  };
  const clock = {
    nowMs: () => nowMs,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted === true) return resolve();
        const wake = (): void => {
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        timers.push({ atMs: nowMs + ms, wake });
        signal?.addEventListener('abort', wake);
      }),
  };
  const says = {
    early: twist.early ?? ((): CanaryReport => report()),
    broken: twist.broken ?? bad,
    mended:
      twist.mended ??
      ((count: number): CanaryReport =>
        report({
          state: count === 2 ? 'ok' : 'recovering',
          deliveries: count === 2 ? [delivery({ action: 'resolve' })] : [],
        })),
  };
  const heardMs = twist.acknowledgeMs === null ? Infinity : (twist.acknowledgeMs ?? 0);
  const heard = async (over?: AbortSignal): Promise<number | null> => {
    if (twist.answerMs !== undefined) await clock.sleep(twist.answerMs, over);
    return nowMs - brokenMs >= heardMs ? nowMs : null;
  };
  const parts: DrillParts = {
    clock,
    run: async () => {
      const during = state;
      await clock.sleep(twist.runMs ?? 1000);
      counts[during] += 1;
      return says[during](counts[during]);
    },
    breakIt: async () => {
      log.push(`broken at ${nowMs}`);
      brokenMs = nowMs;
      state = 'broken';
    },
    mend: async () => {
      if (state === 'broken') log.push(`mended at ${nowMs}`);
      if (state === 'broken') state = 'mended';
    },
    acknowledged: twist.asks === false ? null : heard,
    askEveryMs: 1000,
    everyMs: 2000,
    recover: 2,
    withinMs: twist.withinMs ?? 20_000,
    stopping: stopping.signal,
    say: (line) => lines.push(line),
  };
  let isOver = false;
  const held = holdDrill(parts);
  const end = (): void => {
    isOver = true;
  };
  held.then(end, end);
  while (!isOver) {
    // Everything that can happen now does before time passes.
    await new Promise((resolve) => setImmediate(resolve));
    timers.sort((one, other) => one.atMs - other.atMs);
    const next = timers.shift();
    if (next === undefined) continue;
    await pass(next.atMs);
    next.wake();
  }
  return { happened: await held, log, lines };
}
