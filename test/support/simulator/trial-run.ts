/** One simulated trial: the real pacer's arrivals at a simulated server, into a real recording. */

import { limitsFor } from '../../../src/app/machine/limits.ts';
import { Breaker } from '../../../src/app/safety/breaker.ts';
import type { Attempt } from '../../../src/core/attempt.ts';
import { targetPicker } from '../../../src/load/loop/arrivals.ts';
import { parseObjective } from '../../../src/plan/objective.ts';
import { createPacer, type Pacer, peakRatePerSecond, scheduleMs } from '../../../src/plan/pacer.ts';
import { DEFAULTS, type OpenLoad, type Plan } from '../../../src/plan/plan.ts';
import { checkAccounts } from '../../../src/record/accounts.ts';
import { Recording } from '../../../src/record/recording.ts';
import { layoutFor } from '../../../src/verdict/objective-scopes.ts';
import type { Trial, TrialOrder } from '../../../src/verdict/trial.ts';
import type { GeneratorFacts } from '../../../src/verdict/validity.ts';
import type { Stop } from '../../../src/verdict/verdict.ts';
import { Books } from './books.ts';
import type { SimulatedServer } from './server.ts';

/** As the load engine has them, ms. */
const PULSE_MS = 250;
const STOPPED_DRAIN_MS = 3000;
const LAST_DEADLINE_MS = 20;

/** Share of the time that a generator without a ceiling is busy. */
const BUSY_RATIO = 0.1;

/** The generator that a trial is made with. */
export interface SimulatedGenerator {
  /** Most arrivals that it takes up per second: asked for more, it falls behind. Absent: it is never late. */
  readonly ceilingPerSecond?: number;
}

/** What a trial is made with. */
export interface TrialSettings {
  /** The trial's own plan. */
  readonly plan: Plan;
  readonly load: OpenLoad;
  readonly order: TrialOrder;
  readonly server: SimulatedServer;
  readonly generator: SimulatedGenerator;
  readonly breaker: boolean;
  /** Virtual time of the first arrival's schedule, ms, and id of its first attempt. */
  readonly startMs: number;
  readonly firstId: number;
  /** Told of every attempt that ended or was dropped; its value is used again. */
  readonly onAttempt?: (attempt: Attempt) => void;
}

/** Runs once. Times are ms of the trial's schedule; the server's are virtual. */
export class TrialRun {
  readonly #settings: TrialSettings;
  readonly #recording: Recording;
  readonly #books: Books;
  readonly #pacer: Pacer;
  readonly #breaker: Breaker | null;
  readonly #takeMs: number;
  #more: boolean;
  #pulseMs = PULSE_MS;
  #readyMs = -Infinity;
  #stopped: Stop | null = null;
  #stoppedMs = NaN;
  #nowMs = 0;

  constructor(settings: TrialSettings) {
    const { plan, load, firstId, generator, onAttempt } = settings;
    this.#settings = settings;
    this.#recording = new Recording(layoutFor(plan));
    this.#books = new Books(plan, this.#recording, { firstId, onAttempt });
    this.#pacer = createPacer(load, plan.seed);
    this.#breaker = settings.breaker ? new Breaker(breakerLimits(plan)) : null;
    this.#takeMs = generator.ceilingPerSecond === undefined ? 0 : 1000 / generator.ceilingPerSecond;
    this.#more = this.#nextArrival();
  }

  /** Id that the next trial's first attempt may have. */
  get nextId(): number {
    return this.#books.open.nextId;
  }

  /** The whole trial, to the end of its drain. */
  run(): Trial {
    const { plan, order, server, startMs } = this.#settings;
    server.onAnswer = (id, status, nowMs) => this.#books.answer(id, status, nowMs - startMs);
    this.#offer();
    const offeredUntilMs = this.#nowMs;
    this.#drain();
    this.#books.close(this.#nowMs, this.#countUnsent());
    server.onAnswer = () => undefined;
    checkAccounts(this.#recording);
    return {
      order,
      measured: { plan, recording: this.#recording, offeredMs: this.#offeredMs() },
      generator: this.#facts(offeredUntilMs),
      stopped: this.#stopped,
      startedMs: startMs,
      endedMs: startMs + this.#nowMs,
    };
  }

  /** Until the last arrival was taken up, or it was stopped. */
  #offer(): void {
    const { plan, server, startMs } = this.#settings;
    const pick = targetPicker(plan);
    const books = this.#books;
    while (this.#more && this.#stopped === null) {
      const readyMs = this.#readyMs;
      if (this.#pulseMs <= readyMs) {
        this.#look();
        continue;
      }
      this.#settle(readyMs);
      const target = pick(this.#pacer.index);
      const id = books.take(target, this.#pacer.atMs, readyMs);
      if (id >= 0) server.arrive(id, target, startMs + readyMs);
      this.#more = this.#nextArrival();
    }
  }

  /** Until nothing is under way, or patience ends: soon after a stop. */
  #drain(): void {
    const { plan, load, server, startMs } = this.#settings;
    const lastMs = Math.max(...plan.targets.map(({ timeoutMs }) => timeoutMs)) + LAST_DEADLINE_MS;
    const drainEndMs = this.#nowMs + (load.drainMs ?? lastMs);
    const { open } = this.#books;
    while (open.count > 0) {
      const endMs = Math.min(
        drainEndMs,
        this.#stopped === null ? Infinity : this.#stoppedMs + STOPPED_DRAIN_MS,
      );
      const nextMs = Math.min(open.deadlineMs, server.nextMs - startMs);
      if (this.#pulseMs <= Math.min(nextMs, endMs)) {
        this.#look();
      } else if (nextMs > endMs) {
        this.#settle(endMs);
        return;
      } else if (open.deadlineMs === nextMs) {
        this.#settle(nextMs);
      } else {
        // Not by time: the difference of two virtual times may round to before the event.
        server.step();
        this.#nowMs = nextMs;
      }
    }
  }

  /** Lets everything happen up to and including a moment. */
  #settle(toMs: number): void {
    const { server, startMs } = this.#settings;
    const { open } = this.#books;
    const untilMs = startMs + toMs;
    for (;;) {
      const deadlineMs = open.deadlineMs;
      if (deadlineMs > toMs) break;
      server.advance(startMs + deadlineMs);
      this.#books.expire(deadlineMs);
    }
    server.advance(untilMs);
    this.#nowMs = toMs;
  }

  /** Shows the breaker a pulse. */
  #look(): void {
    const atMs = this.#pulseMs;
    this.#settle(atMs);
    this.#pulseMs += PULSE_MS;
    const trip = this.#breaker?.feed(this.#books.pulse(atMs), 0) ?? null;
    if (trip === null || this.#stopped !== null) return;
    this.#stopped = { by: 'breaker', text: trip.text };
    this.#stoppedMs = atMs;
  }

  #nextArrival(): boolean {
    if (!this.#pacer.next()) return false;
    this.#readyMs = Math.max(this.#pacer.atMs, this.#readyMs + this.#takeMs);
    return true;
  }

  #countUnsent(): number {
    const { measuredFromMs } = this.#recording.layout;
    let unsent = 0;
    while (this.#more) {
      if (this.#pacer.atMs >= measuredFromMs) unsent += 1;
      this.#more = this.#pacer.next();
    }
    return unsent;
  }

  #offeredMs(): number {
    const { measuredFromMs } = this.#recording.layout;
    const scheduledMs = scheduleMs(this.#settings.load) - measuredFromMs;
    if (this.#stopped === null) return scheduledMs;
    return Math.min(Math.max(0, this.#stoppedMs - measuredFromMs), scheduledMs);
  }

  #facts(runMs: number): GeneratorFacts {
    const { load, generator } = this.#settings;
    const asked = peakRatePerSecond(load);
    const ceiling = generator.ceilingPerSecond ?? null;
    const busyRatio = ceiling === null ? BUSY_RATIO : Math.min(1, asked / ceiling);
    return {
      askedPeakPerSecond: asked,
      closedLoop: false,
      workers: 1,
      ceilingPerSecond: ceiling,
      conducts: [{ runMs, busyMs: busyRatio * runMs, stalls: 0, stallMaxMs: 0 }],
      suspendedMs: 0,
      deadWorkers: 0,
      throttledMs: 0,
      stealRatio: 0,
      chosenConnections: load.connections.max,
      interrupted: false,
    };
  }
}

/** As the command line sets them for this plan on a machine without limits. */
function breakerLimits(plan: Plan): ConstructorParameters<typeof Breaker>[0] {
  const { maxPending } = limitsFor(plan, { descriptorLimit: null, ports: null });
  const limits = plan.objectives
    .filter(
      ({ indicator, target, op }) => indicator.kind === 'errors' && target === null && op.startsWith('<'),
    )
    .map(({ limit }) => limit);
  const errorRatio = limits.length > 0 ? Math.max(...limits) : parseObjective(DEFAULTS.objective).limit;
  return { errorRatio, inFlight: maxPending, slowMs: layoutFor(plan).breakerMs };
}
