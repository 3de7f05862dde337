/** One run, from plan to result: guard, limits, traffic, accounts, judgement, document. */

import { createRedactor } from '../core/text.ts';
import type { LoadReport } from '../load/load-run.ts';
import type { Calibration, GeneratorLimits } from '../load/protocol.ts';
import { startLoad } from '../load/worker-pool.ts';
import { planHash, redactedPlan } from '../plan/canonical.ts';
import type { Plan, Secrets } from '../plan/plan.ts';
import { secretValues } from '../plan/secrets.ts';
import { checkAccounts } from '../record/accounts.ts';
import { buildResult } from '../result/build.ts';
import type { ResultDocument } from '../result/document.ts';
import { notesOf } from '../verdict/notes.ts';
import { layoutFor } from '../verdict/objective-scopes.ts';
import { planPower, powerLines } from '../verdict/power.ts';
import { judgeRun, type Stop } from '../verdict/verdict.ts';
import { exitOf } from './exit.ts';
import type { LiveState } from './live.ts';
import { ceilingFor, workersFor } from './machine/calibration.ts';
import { type HostFigures, hostFigures, type Pressure, pressure, pressureSince } from './machine/host.ts';
import { limitsFor } from './machine/limits.ts';
import { checkCertificates } from './safety/certificates.ts';
import { type Guarded, guardTargets, peakOf } from './safety/guard.ts';
import { watchInterrupts } from './safety/interrupt.ts';
import { watchRun } from './safety/watch.ts';
import type { StopSignal, World } from './world.ts';

/** What is measured. */
export interface Subject {
  readonly plan: Plan;
  readonly secrets: Secrets;
}

/** How it is measured. */
export interface MeasureOptions {
  /** Somebody answers for the targets, beside the plan's own `owner`. */
  readonly owned: boolean;
  /** Stop when the server is failing; never with a number of requests. */
  readonly breaker: boolean;
  /** Where calibrations are kept. */
  readonly stateFolder: string;
  /** A command line that repeats the run. */
  readonly repeat: string;
  /** Told what a user may want to know while it runs, a line each. */
  readonly say: (line: string) => void;
  /** Told four times a second and worker how things are. */
  readonly onLive?: (state: LiveState) => void;
}

/** What a run leaves besides the load engine's report. */
interface Ran {
  readonly report: LoadReport;
  readonly stopped: Stop | null;
  readonly signal: StopSignal | null;
  readonly lost: Pressure;
}

/** What was found out before the run. */
interface Prepared {
  readonly guarded: Guarded;
  readonly figures: HostFigures;
  readonly limits: GeneratorLimits;
  readonly ceiling: Calibration | null;
  readonly workers: number;
  readonly runId: string;
}

/**
 * Runs a plan and judges it.
 *
 * @throws UsageError when nothing may be sent (guard, limits)  @throws InternalError for a bug of ours
 */
export async function measure(
  subject: Subject,
  world: World,
  options: MeasureOptions,
): Promise<ResultDocument> {
  const prepared = await prepare(subject, world, options);
  const ran = await run(subject, prepared, { world, options });
  // The books of a worker that died or was given up are incomplete; the validity checks say so.
  if (ran.report.conducts.length === prepared.workers) checkAccounts(ran.report.recording);
  return document(subject, { ...prepared, ...ran }, { world, options });
}

async function prepare(subject: Subject, world: World, options: MeasureOptions): Promise<Prepared> {
  const { plan } = subject;
  checkCertificates(subject);
  const guarded = await guardTargets({ ...subject, owned: options.owned || plan.owner !== null }, world);
  const figures = hostFigures(world);
  const limits = limitsFor(plan, figures);
  const hopeless = planPower(plan).filter(({ isJudgeable }) => isJudgeable === false);
  for (const line of powerLines(hopeless)) options.say(line);
  const ceiling = await ceilingFor(subject, world, options);
  const workers = workersFor(plan.load, ceiling, world.machine.cpuCount);
  return { guarded, figures, limits, ceiling, workers, runId: world.newId() };
}

interface Surroundings {
  readonly world: World;
  readonly options: MeasureOptions;
}

async function run(subject: Subject, prepared: Prepared, { world, options }: Surroundings): Promise<Ran> {
  const { plan } = subject;
  const { limits } = prepared;
  const before = pressure(world);
  const watch = watchRun(plan, limits, options);
  const load = startLoad({
    ...subject,
    layout: layoutFor(plan),
    runId: prepared.runId,
    userAgent: `headroom/${world.version}`,
    guard: { allowPublic: prepared.guarded.allowPublic },
    limits,
    workers: prepared.workers,
    warmUp: 'short',
    isolation: world.isolation,
    onPulse: (pulse, worker) => watch.onPulse(load, pulse, worker),
    onPart: (_, recording) => watch.onPart(load, recording),
  });
  const interrupt = watchInterrupts(load, world, options.say);
  const report = await load.finished.finally(interrupt.release);
  const signal = interrupt.signal();
  const stopped =
    signal === null ? watch.stopped() : { by: 'signal' as const, text: `${signal} was received` };
  return { report, stopped, signal, lost: pressureSince(before, pressure(world)) };
}

function document(
  { plan, secrets }: Subject,
  facts: Prepared & Ran,
  { world, options }: Surroundings,
): ResultDocument {
  const { report, ceiling, workers, figures, guarded, stopped, signal, runId } = facts;
  const { recording, offeredMs } = report;
  const calibration = ceiling ?? report.calibration;
  const generator = generatorFacts(plan, { ...facts, calibration }, world.machine.cpuCount);
  const judged = judgeRun({ plan, recording, offeredMs, generator, stopped });
  const { platform, arch, cpuCount, cpuModel, memoryBytes } = world.machine;
  return buildResult({
    command: 'run',
    tool: { version: world.version, node: world.nodeVersion },
    runId,
    plan,
    redactedPlan: redactedPlan(plan),
    planHash: planHash(plan),
    repeat: options.repeat,
    measured: { ...report, calibration },
    stopped,
    host: {
      platform,
      arch,
      cpuCount,
      cpuModel,
      memoryBytes,
      descriptorLimit: figures.descriptorLimit,
      workers,
      coLocated: guarded.coLocated,
    },
    judged: {
      ...judged,
      notes: notesOf({ plan, recording, offeredMs, coLocated: guarded.coLocated }),
      exitCode: exitOf(judged.verdict.status, signal),
    },
    redact: createRedactor(secretValues(plan, secrets)),
  });
}

function generatorFacts(
  plan: Plan,
  facts: Prepared & Ran & { readonly calibration: Calibration | null },
  cpuCount: number,
): Parameters<typeof judgeRun>[0]['generator'] {
  const { report, lost, workers, signal, calibration } = facts;
  const open = plan.load.kind === 'open';
  return {
    askedPeakPerSecond: open ? peakOf(plan.load) : null,
    closedLoop: !open,
    workers,
    // A short warm-up stops long before the code is fast: only a full one tells a ceiling.
    ceilingPerSecond: calibration?.kind === 'full' ? calibration.ceilingPerSecond : null,
    conducts: report.conducts,
    suspendedMs: report.suspendedMs,
    deadWorkers: workers - report.conducts.length,
    throttledMs: lost.throttledMs,
    stealRatio: lost.stolenMs === null ? null : stealRatio(lost.stolenMs, report, cpuCount),
    chosenConnections: open ? plan.load.connections.max : null,
    interrupted: signal !== null,
  };
}

/** Share of the processors' time that others took while the run lasted. */
function stealRatio(stolenMs: number, { durationMs }: LoadReport, cpuCount: number): number {
  return Math.min(1, stolenMs / Math.max(1, durationMs * cpuCount));
}
