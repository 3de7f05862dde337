/** Runs a plan over its workers: one start for all, parts merged as they come, a dead worker told. */

import { systemClock } from '../core/clock.ts';
import { InternalError, UsageError } from '../core/errors.ts';
import { formatDurationMs } from '../core/units.ts';
import { type Segment, scheduleMs } from '../plan/pacer.ts';
import { Recording } from '../record/recording.ts';
import type { NullProtocol } from './calibration/null-server.ts';
import type { LoadOptions, LoadReport, LoadRun } from './load-run.ts';
import { shareOf } from './loop/arrivals.ts';
import type { Calibration, Conduct, FromWorker, ToWorker, WorkerOrder } from './protocol.ts';
import {
  inlineWorker,
  type NullServer,
  startNullThread,
  threadWorker,
  type WorkerHandle,
} from './worker-handle.ts';

/** Time between the last worker's readiness and the schedule's start, ms: a message crosses threads in less. */
const START_AHEAD_MS = 20;

/** How long after the moment that was asked for a schedule may begin, ms: what has come due by then is sent at once. */
const MAX_LATE_MS = 1000;

/** How long a worker that was told to end may take before it is given up, ms. */
const ABANDON_MS = 2000;

/** Starts a run. Nothing is thrown: what goes wrong is in `finished`. */
export function startLoad(options: LoadOptions): LoadRun {
  const run = new PooledRun(options);
  return { finished: run.finished, stop: () => run.stop(), abandon: () => run.abandon() };
}

class PooledRun implements LoadRun {
  readonly finished: Promise<LoadReport>;
  readonly #options: LoadOptions;
  readonly #clock = systemClock();
  readonly #recording: Recording;
  readonly #calibrations: Calibration[] = [];
  readonly #conducts: Conduct[] = [];
  readonly #dead: { worker: number; message: string }[] = [];
  readonly #handles: WorkerHandle[] = [];
  #nullServer: NullServer | null = null;
  #waiting = new Set<number>();
  #running = new Set<number>();
  #allReady: () => void = () => undefined;
  #allDone: () => void = () => undefined;
  #bug: InternalError | null = null;
  #startMs = NaN;
  #startWallMs = NaN;
  #offeredMs = NaN;
  #stopped = false;
  #abandoned = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#recording = new Recording(options.layout);
    this.finished = this.#run();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    const sinceMs = this.#clock.nowMs() - this.#startMs - this.#options.layout.measuredFromMs;
    this.#offeredMs = Number.isFinite(sinceMs) ? Math.max(0, sinceMs) : 0;
    this.#send({ kind: 'stop' });
  }

  abandon(): void {
    this.stop();
    if (this.#abandoned) return;
    this.#abandoned = true;
    this.#send({ kind: 'abandon' });
    if (Number.isNaN(this.#startMs)) {
      // Nothing was sent yet, and a worker that warms up hears nothing before it is ready.
      this.#allReady();
      this.#allDone();
    }
    setTimeout(() => this.#allDone(), ABANDON_MS).unref();
  }

  async #run(): Promise<LoadReport> {
    const options = this.#options;
    const ready = new Promise<void>((resolve) => {
      this.#allReady = resolve;
    });
    const done = new Promise<void>((resolve) => {
      this.#allDone = resolve;
    });
    if (options.warmUp !== 'none')
      this.#nullServer = await startNullThread(protocolOf(options), options.isolation);
    for (let index = 0; index < options.workers; index += 1) this.#spawn(index);
    await ready;
    this.#nullServer?.close();
    const calibration = slowest(this.#calibrations);
    const lateMs = this.#clock.wallMs() - (options.startAtWallMs ?? Infinity);
    const isLate = lateMs > MAX_LATE_MS && !this.#stopped;
    if (isLate) this.abandon();
    if (!this.#abandoned) {
      options.onReady?.(calibration);
      this.#start();
    }
    await done;
    await Promise.all(this.#handles.map((handle) => handle.end()));
    if (this.#bug !== null) throw this.#bug;
    if (isLate) throw lateStart(lateMs);
    return this.#report(calibration);
  }

  #start(): void {
    const wallMs = this.#clock.wallMs();
    // A moment that is just over is kept: what is late then is our own lag, and shows as that.
    this.#startWallMs = this.#options.startAtWallMs ?? wallMs + START_AHEAD_MS;
    this.#startMs = this.#clock.nowMs() + (this.#startWallMs - wallMs);
    this.#send({ kind: 'start', atMs: this.#startMs, atWallMs: this.#startWallMs });
    this.#options.onSchedule?.(this.#startMs);
    // Those that were not there yet when it was stopped have not heard of it.
    if (this.#stopped) this.#send({ kind: 'stop' });
  }

  #spawn(index: number): void {
    const options = this.#options;
    const own = { index, count: options.workers };
    const order: WorkerOrder = {
      plan: options.plan,
      secrets: options.secrets,
      layout: options.layout,
      segment: within(options.shard ?? WHOLE, own),
      runId: options.runId,
      userAgent: options.userAgent,
      guard: options.guard,
      limits: {
        maxConnections: Math.max(1, shareOf(options.limits.maxConnections, own)),
        maxPending: Math.max(1, Math.ceil(options.limits.maxPending / options.workers)),
      },
      warmUp: { kind: options.warmUp, port: this.#nullServer?.port ?? null },
      ...(options.trace === undefined ? {} : { trace: options.trace }),
      ...(options.watchReports === undefined ? {} : { watchReports: options.watchReports }),
    };
    this.#waiting.add(index);
    this.#running.add(index);
    const make = options.isolation === 'thread' ? threadWorker : inlineWorker;
    this.#handles.push(
      make(order, {
        onMessage: (message) => this.#hear(index, message),
        onDeath: (message) => this.#bury(index, message),
      }),
    );
  }

  #hear(index: number, message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        if (message.calibration !== null) this.#calibrations.push(message.calibration);
        this.#waiting.delete(index);
        if (this.#waiting.size === 0) this.#allReady();
        return;
      case 'pulse':
        this.#options.onPulse?.(message.pulse, index);
        return;
      case 'part':
        this.#recording.absorb(message.part);
        this.#options.onPart?.(message.part, this.#recording);
        return;
      case 'spans':
        this.#options.onSpans?.(message.spans, message.lost, index);
        return;
      case 'reports':
        this.#options.onReports?.(message.reports);
        return;
      case 'done':
        this.#conducts.push(message.conduct);
        this.#end(index);
        return;
      case 'failed':
        this.#bug ??= new InternalError(`a worker failed: ${message.message}\n${message.stack}`);
        this.#end(index);
    }
  }

  /** A worker that died takes nothing with it but its last second: what it told stands. */
  #bury(index: number, message: string): void {
    if (!this.#running.has(index)) return;
    this.#dead.push({ worker: index, message });
    this.#end(index);
  }

  #end(index: number): void {
    this.#waiting.delete(index);
    this.#running.delete(index);
    if (this.#waiting.size === 0) this.#allReady();
    if (this.#running.size === 0) this.#allDone();
  }

  #send(message: ToWorker): void {
    for (const handle of this.#handles) handle.send(message);
  }

  #report(calibration: Calibration | null): LoadReport {
    const { plan, layout } = this.#options;
    const elapsedMs = this.#clock.nowMs() - this.#startMs;
    const wallElapsedMs = this.#clock.wallMs() - this.#startWallMs;
    const scheduledMs =
      plan.load.kind === 'open' ? scheduleMs(plan.load) - layout.measuredFromMs : plan.load.durationMs;
    const ranMs = Math.max(0, ...this.#conducts.map((conduct) => conduct.runMs)) - layout.measuredFromMs;
    if (this.#conducts.length < this.#options.workers) settleBooks(this.#recording);
    return {
      recording: this.#recording,
      startedAtWallMs: (this.#startWallMs || this.#clock.wallMs()) + layout.measuredFromMs,
      durationMs: Math.max(0, (elapsedMs || 0) - layout.measuredFromMs),
      offeredMs: this.#stopped
        ? Math.min(this.#offeredMs, scheduledMs ?? Infinity)
        : offered(scheduledMs, ranMs, plan.load.requests !== null),
      calibration,
      conducts: this.#conducts,
      deadWorkers: this.#dead,
      stopped: this.#stopped,
      suspendedMs: Math.max(0, wallElapsedMs - elapsedMs || 0),
    };
  }
}

/** To catch up would be a burst that no plan asked for, and beginning later is another load than that of the others. */
function lateStart(lateMs: number): UsageError {
  return new UsageError(`all was ready ${formatDurationMs(lateMs)} after the start; nothing was sent`, {
    hint: 'let it begin later: --start-at leaves time to start the program, to calibrate, and for --start',
  });
}

const WHOLE: Segment = { index: 0, count: 1 };

/** A segment of a segment: worker j of w on shard k of n takes arrivals k + n j, k + n j + n w, ... */
function within(outer: Segment, inner: Segment): Segment {
  return { index: outer.index + outer.count * inner.index, count: outer.count * inner.count };
}

/** What a worker that died, or was given up, had under way stays in flight: nobody knows what became of it. */
function settleBooks({ counts, targets }: Recording): void {
  for (const book of [counts, ...targets]) book.inFlight = book.sent - book.completed - book.broken;
  counts.unsent = counts.planned - counts.sent - counts.dropped;
}

/** Length of the offered traffic: the schedule's, or what it took when a number of requests ended it. */
function offered(scheduledMs: number | null, tookMs: number, byRequests: boolean): number {
  if (scheduledMs === null) return Math.max(0, tookMs);
  return byRequests ? Math.max(0, Math.min(scheduledMs, tookMs)) : scheduledMs;
}

function protocolOf(options: LoadOptions): NullProtocol {
  const secure = options.plan.targets[0]?.url.startsWith('https') === true;
  if (!secure) return 'http';
  return options.plan.http.version === '2' ? 'h2' : 'https';
}

function slowest(calibrations: readonly Calibration[]): Calibration | null {
  const [first, ...others] = calibrations;
  if (first === undefined) return null;
  return others.reduce(
    (worst, next) => ({
      kind: worst.kind,
      ceilingPerSecond: Math.min(worst.ceilingPerSecond, next.ceilingPerSecond),
      floorUs: Math.max(worst.floorUs, next.floorUs),
    }),
    first,
  );
}
