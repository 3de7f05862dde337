/** Runs one segment of a plan's schedule and tells what it measured. */

import { sharedOriginMs } from '../core/clock.ts';
import { createPacer, expectedArrivals } from '../plan/pacer.ts';
import { Recording } from '../record/recording.ts';
import type { Route } from './dial/route.ts';
import { type TlsOptionsFor, tlsOptions } from './dial/tls-options.ts';
import { type Job, jobsOf } from './job.ts';
import { targetPicker } from './loop/arrivals.ts';
import { ClosedLoop } from './loop/closed-loop.ts';
import { Ledger } from './loop/ledger.ts';
import { LoopWatch } from './loop/loop-watch.ts';
import { type Loop, type LoopSettings, OpenLoop } from './loop/open-loop.ts';
import { PulseMeter } from './loop/pulse-meter.ts';
import { ServerReports } from './orca/server-reports.ts';
import { routeFinder, transportFor } from './plan-transport.ts';
import type { FromWorker, WorkerOrder } from './protocol.ts';
import { SpanLog } from './trace/span-log.ts';

/** How often a pulse and a part of the recording are told, ms. */
const PULSE_MS = 250;
const PART_MS = 1000;

/** Longest drain after a stop, ms. */
const STOPPED_DRAIN_MS = 3000;

/** How much longer than the longest timeout a drain lasts, ms: the last deadline strikes before it ends. */
const LAST_DEADLINE_MS = 20;

/**
 * Runs one segment with the schedule's clock at 0 when the shared time reads `atMs`, to the end of its drain.
 * Everything measured is told as parts; the last one is complete.
 */
export function runSegment(segment: SegmentRun): Promise<void> {
  return new Segment(segment.order, segment.tell, segment.tlsFor).run(segment);
}

/** What a segment is run with. `tlsFor` replaces the plan's TLS settings. */
export interface SegmentRun {
  readonly order: WorkerOrder;
  readonly atMs: number;
  /** Unix time, ms, at that moment. */
  readonly atWallMs: number;
  readonly tell: (message: FromWorker) => void;
  readonly tlsFor?: TlsOptionsFor;
}

interface Prepared {
  readonly jobs: readonly Job[];
  readonly routeFor: (origin: string) => Route;
  readonly tlsFor: TlsOptionsFor;
}

/** One segment of the schedule, from start to the last part. */
export class Segment {
  #prepared: Prepared | null = null;
  readonly #order: WorkerOrder;
  readonly #tell: (message: FromWorker) => void;
  readonly #tlsFor: TlsOptionsFor | null;
  readonly #recording: Recording;
  readonly #meter: PulseMeter;
  #loop: Loop | null = null;
  /** Null: nobody asked. */
  #spans: SpanLog | null = null;
  #reports: ServerReports | null = null;
  #stopped = false;
  #abandoned = false;
  #nextPulseMs = PULSE_MS;
  #nextPartMs = PART_MS;

  constructor(order: WorkerOrder, tell: (message: FromWorker) => void, tlsFor?: TlsOptionsFor) {
    this.#order = order;
    this.#tell = tell;
    this.#tlsFor = tlsFor ?? null;
    this.#recording = new Recording(order.layout, ({ target, index }) => {
      return this.#prepared?.jobs[target]?.trace?.traceHex(index) ?? null;
    });
    this.#meter = new PulseMeter(order.layout.breakerMs);
  }

  /** No more arrivals; a drain that is under way, or follows, is cut short. */
  stop(abandon: boolean): void {
    this.#stopped = true;
    this.#abandoned ||= abandon;
    this.#cutDrain();
    this.#loop?.stop();
  }

  /**
   * Makes everything ready that may be made before the start: reading certificates and templates takes tens of
   * milliseconds. @throws UsageError or what OpenSSL throws when they cannot be read
   */
  prepare(): Prepared {
    if (this.#prepared !== null) return this.#prepared;
    const { plan, secrets, runId, userAgent, trace } = this.#order;
    const routeFor = routeFinder(plan, secrets);
    const jobs = jobsOf({
      plan,
      secrets,
      runId,
      userAgent,
      routeFor,
      ...(trace === undefined ? {} : { trace }),
    });
    this.#prepared = { jobs, routeFor, tlsFor: this.#tlsFor ?? tlsOptions(plan, secrets) };
    return this.#prepared;
  }

  /** Runs with the schedule's clock at 0 when the shared time reads `atMs`, and Unix time `atWallMs`. */
  async run({ atMs, atWallMs }: Pick<SegmentRun, 'atMs' | 'atWallMs'>): Promise<void> {
    const threadOriginMs = sharedOriginMs() - atMs;
    const nowMs = (): number => performance.now() + threadOriginMs;
    this.#nowMs = nowMs;
    const { jobs, routeFor, tlsFor } = this.prepare();
    const { plan, guard, limits, trace, watchReports } = this.#order;
    if (trace?.spans === true) this.#spans = new SpanLog(atWallMs, trace);
    if (watchReports === true) this.#reports = new ServerReports();
    await until(nowMs, () => this.#stopped);
    const watch = new LoopWatch(nowMs());
    const ledger = new Ledger({
      recording: this.#recording,
      watch,
      meter: this.#meter,
      spans: this.#spans,
      reports: this.#reports,
      jobs,
      nowMs,
      seed: plan.seed,
      freshRatio: plan.load.connections.freshRatio,
      // The users of a closed loop are its bound: one that was turned away would be back at once, without end.
      maxPending: plan.load.kind === 'closed' ? Infinity : limits.maxPending,
    });
    const transport = transportFor(plan, {
      listener: ledger,
      nowMs,
      routeFor,
      tlsFor,
      allowPublic: guard.allowPublic,
      maxConnections: limits.maxConnections,
      lifetimeMs: plan.load.connections.lifetimeMs ?? Infinity,
    });
    ledger.use(transport);
    const onTurn = (now: number): void => this.#report(now, ledger);
    const loop = createLoop(this.#order, {
      ledger,
      watch,
      nowMs,
      pick: targetPicker(plan),
      onTurn,
    });
    this.#loop = loop;
    if (!this.#stopped) await loop.run();
    await this.#drain({ loop, ledger, jobs });
    const endMs = nowMs();
    await transport.close();
    this.#tellLogs();
    this.#tell({ kind: 'part', part: this.#recording.take() });
    this.#tell({ kind: 'done', conduct: conductOf({ watch, ledger, endMs, drainMs: this.#drainMs }) });
  }

  #nowMs: () => number = () => 0;
  #drainMs = 0;
  #drainEndMs = Infinity;

  async #drain(run: { loop: Loop; ledger: Ledger; jobs: readonly Job[] }): Promise<void> {
    const { loop, ledger, jobs } = run;
    const startMs = this.#nowMs();
    const patienceMs = Math.max(...jobs.map((job) => job.timeoutMs));
    this.#drainEndMs = startMs + (this.#order.plan.load.drainMs ?? patienceMs + LAST_DEADLINE_MS);
    this.#cutDrain();
    if (this.#stopped) {
      const unsent = loop.countUnsent();
      this.#recording.counts.planned += unsent;
      this.#recording.counts.unsent += unsent;
    }
    // Users of a closed loop stop when they have their answer; nothing is taken up any more.
    ledger.onEnded = null;
    await loop.drain(() => this.#drainEndMs);
    const endMs = this.#nowMs();
    ledger.close(endMs);
    this.#drainMs = endMs - startMs;
  }

  /** Whoever stopped us wants the partial report soon; whoever abandoned us, now. */
  #cutDrain(): void {
    if (!this.#stopped) return;
    const leftMs = this.#abandoned ? 0 : STOPPED_DRAIN_MS;
    this.#drainEndMs = Math.min(this.#drainEndMs, this.#nowMs() + leftMs);
  }

  #report(now: number, ledger: Ledger): void {
    if (now >= this.#nextPulseMs) {
      this.#nextPulseMs = now + PULSE_MS;
      const pending = ledger.pending;
      this.#tell({
        kind: 'pulse',
        pulse: this.#meter.take({ atMs: now, inFlight: ledger.underWay - pending, pending }),
      });
      this.#tellLogs();
    }
    if (now >= this.#nextPartMs) {
      this.#nextPartMs = now + PART_MS;
      this.#tell({ kind: 'part', part: this.#recording.take() });
    }
  }

  #tellLogs(): void {
    const spans = this.#spans?.take() ?? null;
    if (spans !== null) this.#tell({ kind: 'spans', ...spans });
    const reports = this.#reports?.take() ?? null;
    if (reports !== null) this.#tell({ kind: 'reports', reports });
  }
}

function createLoop(order: WorkerOrder, settings: LoopSettings): Loop {
  const { plan, segment } = order;
  const { load, seed } = plan;
  if (load.kind === 'closed') return new ClosedLoop(settings, { load, seed, segment });
  const { warmup, measured } = expectedArrivals(load);
  const size = { warmup, measured, segments: segment.count, measuredFromMs: order.layout.measuredFromMs };
  return new OpenLoop(settings, createPacer(load, seed, segment), size);
}

function conductOf(end: {
  watch: LoopWatch;
  ledger: Ledger;
  endMs: number;
  drainMs: number;
}): Extract<FromWorker, { kind: 'done' }>['conduct'] {
  const { watch, ledger } = end;
  return {
    runMs: end.endMs - end.drainMs,
    busyMs: watch.busyMs,
    stalls: watch.stalls,
    stallMs: watch.stallMs,
    stallMaxMs: watch.stallMaxMs,
    drainMs: end.drainMs,
    openConnectionsMax: ledger.openConnectionsMax,
    pendingMax: ledger.pendingMax,
  };
}

/** Longest sleep before the start, ms: a stop is noticed this soon. */
const WAIT_MS = 100;

/** Waits until the schedule's clock reads 0, and all workers begin together, or it was stopped. */
async function until(nowMs: () => number, isStopped: () => boolean): Promise<void> {
  for (let left = -nowMs(); left > 0 && !isStopped(); left = -nowMs()) {
    await new Promise((resolve) => {
      setTimeout(resolve, Math.min(WAIT_MS, Math.max(0, left - 1)));
    });
  }
}
