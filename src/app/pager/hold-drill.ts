/** A drill as it happens: healthy first, then broken until the pager sounds, then mended until it is over. */

import type { Clock } from '../../core/clock.ts';
import { formatDurationMs } from '../../core/units.ts';
import type { CanaryReport } from '../../verdict/canary/report.ts';
import type { Acknowledged } from './acknowledgement.ts';

/** Runs that may pass until the service is seen healthy; then there is nothing to drill on. */
const HEALTHY_RUNS = 10;
/** Runs beyond those that a recovery needs. */
const SPARE_RUNS = 3;

/** What a drill works with. */
export interface DrillParts {
  readonly clock: Pick<Clock, 'nowMs' | 'sleep'>;
  /** Runs the canary once, on the drill's own state; null when that was stopped. */
  readonly run: () => Promise<CanaryReport | null>;
  /** Breaks the service; mends it, and does nothing where it was not broken. Both settle when that is so. */
  readonly breakIt: () => Promise<void>;
  readonly mend: () => Promise<void>;
  /** Null: nobody is asked. */
  readonly acknowledged: Acknowledged | null;
  /** How often it is asked. */
  readonly askEveryMs: number;
  readonly everyMs: number;
  /** Good runs that end an incident. */
  readonly recover: number;
  /** The longest from the fault to the sound. */
  readonly withinMs: number;
  /** Aborted when it is to end early. */
  readonly stopping: AbortSignal;
  /** Told what goes on, a line each. */
  readonly say: (line: string) => void;
}

/** A run with its times on the drill's clock, ms. */
export interface DrilledRun {
  readonly startMs: number;
  readonly endMs: number;
  readonly report: CanaryReport;
}

/** What happened. Times on the drill's clock, ms; null for what did not happen. */
export interface Happened {
  readonly healthyMs: number | null;
  readonly brokenMs: number | null;
  readonly acknowledgedMs: number | null;
  readonly mendedMs: number | null;
  readonly before: readonly DrilledRun[];
  readonly during: readonly DrilledRun[];
  readonly after: readonly DrilledRun[];
}

/** Whether an event of this kind reached at least one channel with this run. */
export function reached({ deliveries }: CanaryReport, action: 'trigger' | 'resolve'): boolean {
  return deliveries.some(
    (delivery) =>
      delivery.action === action && delivery.subject === 'service' && delivery.status === 'accepted',
  );
}

/**
 * Holds the drill. However it ends, the service is mended. @throws what a run of the canary or the control of the
 * service throws
 */
export async function holdDrill(parts: DrillParts): Promise<Happened> {
  const { clock } = parts;
  const schedule = new Schedule(parts);
  const before = await schedule.until(HEALTHY_RUNS, ({ report }) => isHealthy(report));
  const isSeenHealthy = before.some(({ report }) => isHealthy(report));
  const happened = { healthyMs: isSeenHealthy ? clock.nowMs() : null, before };
  const nothing = { brokenMs: null, acknowledgedMs: null, mendedMs: null, during: [], after: [] };
  if (!isSeenHealthy || parts.stopping.aborted) return { ...happened, ...nothing };
  try {
    await parts.breakIt();
    const brokenMs = clock.nowMs();
    parts.say('the service is broken now');
    const sounded = await untilSound(parts, schedule, brokenMs);
    await parts.mend();
    const mendedMs = clock.nowMs();
    parts.say('the service is mended');
    const hasFired = sounded.during.some(({ report }) => reached(report, 'trigger'));
    // What many runs together have shown takes half as many requests to be over.
    const most = hasFired ? parts.recover + SPARE_RUNS + sounded.during.length : 1;
    const after = await schedule.until(most, ({ report }) => reached(report, 'resolve'));
    return { ...happened, ...sounded, brokenMs, mendedMs, after };
  } finally {
    await parts.mend();
  }
}

function isHealthy({ outcome, state }: CanaryReport): boolean {
  return outcome === 'ok' && state === 'ok';
}

type Sounded = Pick<Happened, 'acknowledgedMs' | 'during'>;

/** Runs and asks side by side, until the pager sounded or the time is up. */
async function untilSound(parts: DrillParts, schedule: Schedule, brokenMs: number): Promise<Sounded> {
  const over = new AbortController();
  const endMs = brokenMs + parts.withinMs;
  let acknowledgedMs: number | null = null;
  const asking = ask(parts, endMs, over.signal).then((atMs) => {
    acknowledgedMs = atMs;
  });
  const isTold = ({ report }: DrilledRun): boolean => reached(report, 'trigger');
  const isLate = (): boolean => parts.clock.nowMs() >= endMs;
  let isAwaited = false;
  try {
    const during = await schedule.until(Infinity, (run) => isTold(run) || isLate(), isLate);
    isAwaited = during.some(isTold) && !parts.stopping.aborted;
    if (isAwaited) await asking;
    return { acknowledgedMs, during };
  } finally {
    if (!isAwaited) over.abort();
    await asking;
  }
}

/** Asks until it was acknowledged. @returns when; null when it was not in time */
async function ask(parts: DrillParts, endMs: number, over: AbortSignal): Promise<number | null> {
  const { clock, acknowledged, askEveryMs, stopping } = parts;
  if (acknowledged === null) return null;
  const stop = AbortSignal.any([over, stopping]);
  for (;;) {
    const atMs = await acknowledged(stop);
    if (atMs !== null) return atMs;
    if (stop.aborted || clock.nowMs() >= endMs) return null;
    await clock.sleep(askEveryMs, stop);
  }
}

/** One run after another, at the places of the schedule; a run that takes longer costs the places that it covers. */
class Schedule {
  readonly #parts: DrillParts;
  #nextMs: number;

  constructor(parts: DrillParts) {
    this.#parts = parts;
    this.#nextMs = parts.clock.nowMs();
  }

  /**
   * Runs until one is the last, or so many have been.
   *
   * @param isOver asked before each run: nothing more is to begin
   */
  async until(
    most: number,
    isLast: (run: DrilledRun) => boolean,
    isOver: () => boolean = () => false,
  ): Promise<readonly DrilledRun[]> {
    const { clock, stopping } = this.#parts;
    const runs: DrilledRun[] = [];
    while (runs.length < most) {
      await clock.sleep(Math.max(0, this.#nextMs - clock.nowMs()), stopping);
      if (stopping.aborted || isOver()) return runs;
      const run = await this.#run();
      if (run === null) return runs;
      runs.push(run);
      if (isLast(run)) return runs;
    }
    return runs;
  }

  async #run(): Promise<DrilledRun | null> {
    const { clock, run, everyMs, say } = this.#parts;
    const startMs = clock.nowMs();
    const report = await run();
    if (report === null) return null;
    const endMs = clock.nowMs();
    const places = Math.max(1, Math.ceil((endMs - this.#nextMs) / everyMs));
    this.#nextMs += places * everyMs;
    say(`${report.outcome}, ${report.state}: ${report.text} (${formatDurationMs(endMs - startMs)})`);
    return { startMs, endMs, report };
  }
}
