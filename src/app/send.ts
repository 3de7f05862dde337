/** Sends one load and watches it: what a run does once, and a search many times on the same ground. */

import type { ServerLooks } from '../core/server/signal.ts';
import { parentFromEnvironment, type TraceParent } from '../core/trace/parent.ts';
import { formatDurationMs } from '../core/units.ts';
import type { LoadOptions, LoadReport, LoadRun } from '../load/load-run.ts';
import { shareOf } from '../load/loop/arrivals.ts';
import type { Calibration, GeneratorLimits } from '../load/protocol.ts';
import { startLoad } from '../load/worker-pool.ts';
import type { Segment } from '../plan/pacer.ts';
import type { Load, Plan, Secrets } from '../plan/plan.ts';
import { scheduledMs, sentLoad } from '../plan/question/until-decided.ts';
import type { RecordingPart } from '../record/recording.ts';
import type { HostFacts } from '../result/document.ts';
import { layoutFor } from '../verdict/objective-scopes.ts';
import type { GeneratorFacts } from '../verdict/validity.ts';
import type { Stop } from '../verdict/verdict.ts';
import type { LiveState } from './live.ts';
import { ceilingFor, workersFor } from './machine/calibration.ts';
import { type HostFigures, hostFigures, type Pressure, pressure, pressureSince } from './machine/host.ts';
import { limitsFor } from './machine/limits.ts';
import { followLoad, type Observation } from './observe/following.ts';
import { checkCertificates } from './safety/certificates.ts';
import { type Guarded, guardTargets, peakOf } from './safety/guard.ts';
import { type Ending, type WatchOptions, watchRun } from './safety/watch.ts';
import { traceOrderOf } from './trace/trace-order.ts';
import type { StopSignal, World } from './world.ts';

/** What is measured. */
export interface Subject {
  readonly plan: Plan;
  readonly secrets: Secrets;
  /** Path of the plan file; absent without one. */
  readonly planFile?: string;
}

/** What was found out, and what was allowed, before any traffic. */
export interface Ground {
  readonly world: World;
  readonly guarded: Guarded;
  readonly figures: HostFigures;
  readonly runId: string;
  /** The span of somebody else that all requests are below. */
  readonly parent: TraceParent | null;
  /** What the ids of its traces are made of where another ground has the same run id; absent: the run id. */
  readonly traceIdsOf?: string;
  /**
   * What one worker can do, once a load on this ground needed to know; and what a user must hear once, should a load be
   * traced: null when there is nothing, or it was said.
   */
  readonly known: { ceiling: Calibration | null; remark: string | null };
}

/** The machine as a result shows it. @param workers threads that made the load */
export function hostOf({ world, figures, guarded }: Ground, workers: number): HostFacts {
  const { platform, arch, cpuCount, cpuModel, memoryBytes } = world.machine;
  const { descriptorLimit } = figures;
  const { coLocated } = guarded;
  return { platform, arch, cpuCount, cpuModel, memoryBytes, descriptorLimit, workers, coLocated };
}

/** What is told of a load while it lasts, for whoever has a use for it; absent: nobody is told, and it costs nothing. */
export interface LoadListeners {
  /** Four times a second and worker: requests that have ended, and how many more nobody kept. */
  readonly onSpans?: NonNullable<LoadOptions['onSpans']>;
  /** Four times a second and worker: what servers say of their own load, the newest of each address. */
  readonly onReports?: NonNullable<LoadOptions['onReports']>;
  /** Once a second and worker: what was recorded since the last time. Read only: it is the watch's as well. */
  readonly onPart?: (part: RecordingPart) => void;
}

/** How a load is sent. */
export interface SendOptions extends LoadListeners {
  /** Stop when the server is failing; never with a number of requests. */
  readonly breaker: boolean;
  /** Where calibrations are kept. */
  readonly stateFolder: string;
  /** Told what a user may want to know while it runs, a line each. */
  readonly say: (line: string) => void;
  /** Told four times a second and worker how things are. */
  readonly onLive?: (state: LiveState) => void;
  /** Told as soon as there is something to stop. */
  readonly onStart: (run: Pick<LoadRun, 'stop' | 'abandon'>) => void;
  /** Which arrivals of the schedule are sent; absent: all. */
  readonly shard?: Segment;
  /** Unix time, ms, at which the schedule begins; absent: as soon as all is ready. */
  readonly startAtWallMs?: number;
  /** The signal that stopped the load; null when none did. Asked when the load has ended. */
  readonly signal: () => StopSignal | null;
  /** Looks at the servers meanwhile; absent or null: nobody does. */
  readonly observation?: Observation | null;
}

/** A load that was sent. */
export interface Sent extends Ending {
  /** With the load as it was sent: until its objectives are decided it may be longer than the subject's. */
  readonly plan: Plan;
  readonly report: LoadReport;
  readonly workers: number;
  readonly calibration: Calibration | null;
  readonly generator: GeneratorFacts;
  /** How the servers were meanwhile; empty when nobody looked. */
  readonly servers: readonly ServerLooks[];
}

/**
 * Looks at everything that can forbid a load before its first request. For several loads on one ground, ask with the
 * plan of the highest rate that any of them may send.
 *
 * @param options.owned somebody answers for the targets, beside the plan's own `owner`
 * @throws UsageError when nothing may be sent (certificates, guard, limits)
 */
export async function prepareGround(
  subject: Subject,
  world: World,
  { owned }: { readonly owned: boolean },
): Promise<Ground> {
  checkCertificates(subject);
  const guarded = await guardTargets({ ...subject, owned: owned || subject.plan.owner !== null }, world);
  const figures = hostFigures(world);
  limitsFor(subject.plan, figures);
  const { parent, remark } = parentFromEnvironment(world.env);
  return { world, guarded, figures, runId: world.newId(), parent, known: { ceiling: null, remark } };
}

/**
 * Sends the load of a plan, calibrating first where its rate needs that, and watches it: breaker, `abort`
 * objectives, whether everything is decided. Signals are the caller's to watch.
 *
 * @throws UsageError when this machine cannot carry it  @throws InternalError for a bug of ours
 */
export async function sendLoad(subject: Subject, ground: Ground, options: SendOptions): Promise<Sent> {
  const plan = { ...subject.plan, load: sentLoad(subject.plan.load) };
  const { world, known } = ground;
  const limits = limitsOfShard(limitsFor(plan, ground.figures), plan.load, options.shard);
  known.ceiling ??= await ceilingFor(subject, world, options);
  const { ceiling } = known;
  const workers = workersFor(plan.load, {
    ceiling,
    cpuCount: world.machine.cpuCount,
    shards: options.shard?.count ?? 1,
  });
  const before = { pressure: pressure(world), nowMs: world.clock.nowMs() };
  const { report, ending, servers } = await watched({ ...subject, plan }, ground, {
    ...options,
    ...undecided(subject.plan, options),
    limits,
    workers,
  });
  const calibration = ceiling ?? report.calibration;
  const signal = options.signal();
  const lost = pressureSince(before.pressure, pressure(world));
  const elapsedMs = world.clock.nowMs() - before.nowMs;
  const shards = options.shard?.count ?? 1;
  const conducted = { report, workers, calibration, lost, elapsedMs, interrupted: signal !== null, shards };
  const generator = generatorFacts(plan, conducted, world);
  const stopped = signalStop(signal) ?? ending.stopped;
  return { ...ending, plan, report, stopped, workers, calibration, generator, servers };
}

/** From when on a decision ends the run; nothing for a run that ends with its schedule. */
function undecided({ load }: Plan, { say }: SendOptions): Pick<WatchOptions, 'decidedFromMs'> {
  const decidedFromMs = scheduledMs(load);
  if (load.untilDecided !== true || load.maxDurationMs === null || decidedFromMs === null) return {};
  const longest = formatDurationMs(load.maxDurationMs);
  say(`this run goes on until every objective is decided, for ${longest} at most`);
  return { decidedFromMs };
}

interface WatchedOptions extends SendOptions, WatchOptions {
  readonly limits: GeneratorLimits;
  readonly workers: number;
}

async function watched(
  subject: Subject,
  ground: Ground,
  options: WatchedOptions,
): Promise<Pick<Sent, 'report' | 'servers'> & { readonly ending: Ending }> {
  const { world, guarded, runId } = ground;
  const { limits, workers, shard, startAtWallMs, onReports, onPart } = options;
  const watch = watchRun(subject.plan, limits, options);
  const following = followLoad(subject.plan.load, options.observation ?? null, onReports);
  const load = startLoad({
    ...subject,
    layout: layoutFor(subject.plan),
    runId,
    userAgent: `headroom/${world.version}`,
    guard: { allowPublic: guarded.allowPublic },
    limits,
    workers,
    ...(shard === undefined ? {} : { shard }),
    ...(startAtWallMs === undefined ? {} : { startAtWallMs }),
    warmUp: 'short',
    isolation: world.isolation,
    ...tracing(subject.plan, ground, options),
    ...following.listeners,
    onPulse: (pulse, worker) => watch.onPulse(load, pulse, worker),
    onPart: (part, recording) => {
      watch.onPart(load, recording, following.soFar());
      following.onPart(recording);
      onPart?.(part);
    },
  });
  options.onStart(load);
  const report = await load.finished;
  return { report, ending: watch.ending(), servers: await following.end() };
}

/** How requests are traced. What the environment says wrongly is told with the first load that would have used it. */
function tracing(
  plan: Plan,
  { parent, known, traceIdsOf }: Ground,
  { onSpans, say }: SendOptions,
): Pick<LoadOptions, 'trace' | 'onSpans'> {
  const trace = traceOrderOf(plan, { spans: onSpans !== undefined, parent, idsOf: traceIdsOf });
  if (trace === null) return {};
  if (known.remark !== null) say(known.remark);
  known.remark = null;
  return { trace, ...(onSpans === undefined ? {} : { onSpans }) };
}

/** A shard's part of what was chosen for the whole; what grows on demand grows as far on every machine. */
function limitsOfShard(
  limits: GeneratorLimits,
  { connections }: Load,
  shard: Segment | undefined,
): GeneratorLimits {
  if (shard === undefined) return limits;
  const { maxConnections, maxPending } = limits;
  return {
    maxConnections: connections.max === null ? maxConnections : Math.max(1, shareOf(maxConnections, shard)),
    maxPending: Math.ceil(maxPending / shard.count),
  };
}

function signalStop(signal: StopSignal | null): Stop | null {
  return signal === null ? null : { by: 'signal', text: `${signal} was received` };
}

interface Conducted {
  readonly report: LoadReport;
  readonly workers: number;
  readonly calibration: Calibration | null;
  /** While `elapsedMs` went by: warm-up, measured part and drain. */
  readonly lost: Pressure;
  readonly elapsedMs: number;
  readonly interrupted: boolean;
  /** How many such loads make the whole. */
  readonly shards: number;
}

function generatorFacts(plan: Plan, conducted: Conducted, { machine }: World): GeneratorFacts {
  const { report, lost, elapsedMs, workers, calibration, interrupted, shards } = conducted;
  const open = plan.load.kind === 'open';
  return {
    askedPeakPerSecond: open ? peakOf(plan.load) / shards : null,
    closedLoop: !open,
    workers,
    // A short warm-up stops long before the code is fast: only a full one tells a ceiling.
    ceilingPerSecond: calibration?.kind === 'full' ? calibration.ceilingPerSecond : null,
    conducts: report.conducts,
    suspendedMs: report.suspendedMs,
    deadWorkers: workers - report.conducts.length,
    throttledMs: lost.throttledMs,
    stealRatio: lost.stolenMs === null ? null : stealRatio(lost.stolenMs, elapsedMs * machine.cpuCount),
    chosenConnections: open ? plan.load.connections.max : null,
    interrupted,
  };
}

/** Share of the processors' time that others took, 0..1. */
function stealRatio(stolenMs: number, processorMs: number): number {
  return Math.min(1, stolenMs / Math.max(1, processorMs));
}
