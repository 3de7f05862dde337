/** One run, from plan to result: guard, limits, traffic, accounts, judgement, document. */

import { createRedactor } from '../core/text.ts';
import { formatDurationMs } from '../core/units.ts';
import type { LoadReport } from '../load/load-run.ts';
import { planHash, redactedPlan } from '../plan/canonical.ts';
import { sentLoad } from '../plan/question/until-decided.ts';
import { secretValues } from '../plan/secrets.ts';
import { checkAccounts } from '../record/accounts.ts';
import { buildResult, type ResultInput } from '../result/build.ts';
import type { ResultDocument } from '../result/document.ts';
import { judgedAsShard, type ShardFacts } from '../result/part/judged-shard.ts';
import { type PartInput, writePart } from '../result/part/write-part.ts';
import { judgeablePlan } from '../verdict/baseline/awaiting.ts';
import type { Reason, Status } from '../verdict/finding.ts';
import { notesOf } from '../verdict/notes.ts';
import { hopelessLines, planPower } from '../verdict/power.ts';
import { judgeRun, type RunFacts } from '../verdict/verdict.ts';
import { bothListen, type EmittingPlace, emitting, type SinksOf } from './emit/emitting.ts';
import { exitOf } from './exit.ts';
import type { LiveState } from './live.ts';
import type { Observation } from './observe/following.ts';
import { type ObserveWish, openObservation } from './observe/observation.ts';
import { type Observed, serversOf } from './observe/server-results.ts';
import type { Ending } from './safety/watch.ts';
import { type Interruption, watchSearch } from './search/interruption.ts';
import {
  type Ground,
  hostOf,
  type LoadListeners,
  prepareGround,
  type Sent,
  type Subject,
  sendLoad,
} from './send.ts';
import type { StopSignal, World } from './world.ts';

/** One shard of a plan. */
export interface ShardOrder extends ShardFacts {
  /** A command line that runs the whole plan on one machine. */
  readonly repeat: string;
}

/** How it is measured. */
export interface MeasureOptions extends LoadListeners, ObserveWish {
  /** Somebody answers for the targets, beside the plan's own `owner`. */
  readonly owned: boolean;
  /** Stop when the server is failing; never with a number of requests. */
  readonly breaker: boolean;
  /** Where calibrations are kept. */
  readonly stateFolder: string;
  /** A command line that repeats the run. */
  readonly repeat: string;
  /** The part of the plan's arrivals that is sent, when it is run on several machines; absent: all. */
  readonly shard?: ShardOrder;
  /** Unix time, ms, at which the schedule begins; absent: as soon as all is ready. */
  readonly startAtWallMs?: number;
  /** Told what a user may want to know while it runs, a line each. */
  readonly say: (line: string) => void;
  /** Told which objectives this run is too short for; absent: `say` is. */
  readonly onHopeless?: (line: string) => void;
  /** Told four times a second and worker how things are. */
  readonly onLive?: (state: LiveState) => void;
  /** Takes over what the plan's sinks are still to be told: of a verdict other than the run's. */
  readonly onEmission?: NonNullable<EmittingPlace['onEmission']>;
}

/**
 * Runs a plan and judges it. Objectives that await a baseline are not judged, and said to be open.
 *
 * @throws UsageError when nothing may be sent (guard, limits)  @throws InternalError for a bug of ours
 */
export async function measure(
  subject: Subject,
  world: World,
  options: MeasureOptions,
): Promise<ResultDocument> {
  // From here on a stop leaves a report, though nothing may have been sent.
  const interruption = watchSearch(world, options.say);
  try {
    return await measured(subject, world, { ...options, interruption });
  } finally {
    interruption.release();
  }
}

interface Measuring extends MeasureOptions {
  readonly interruption: Interruption;
}

async function measured(subject: Subject, world: World, options: Measuring): Promise<ResultDocument> {
  const plan = judgeablePlan(subject.plan);
  const known = { ...subject, plan };
  const ground = await prepareGround(known, world, options);
  const powers = planPower({ ...plan, load: sentLoad(plan.load) });
  for (const line of hopelessLines(powers)) (options.onHopeless ?? options.say)(line);
  return emitting({ subject: known, ground, ...options }, async (listeners, end) => {
    const observation = await openObservation(known, ground, options);
    const ran = await run(known, ground, { ...options, observation, ...bothListen(options, listeners) });
    // The books of a worker that died or was given up are incomplete; the validity checks say so.
    if (ran.report.conducts.length === ran.workers) checkAccounts(ran.report.recording);
    const observed = await serversOf(observation, ran, options.interruption.stopping);
    return document(subject, { ...ground, ...ran, ...observed, ...(await end()) }, options);
  });
}

/** A run that ended because nothing more was to be learned was not stopped; its length is worth a word. */
function decidedNote({ decidedMs, isOver = false }: Ending, status: Status): Reason[] {
  if (decidedMs === null) return [];
  if (isOver) {
    const text = `After ${formatDurationMs(decidedMs)} only stages that were over were not decided, and the run ended then: no more time would decide them.`;
    return [{ code: 'STAGES_OVER', text }];
  }
  const ended = `Every objective was decided after ${formatDurationMs(decidedMs)}, and the run ended then`;
  const text = status === 'inconclusive' ? `${ended}; what came after left it open again.` : `${ended}.`;
  return [{ code: 'DECIDED', text }];
}

/** What a run leaves. */
interface Ran extends Sent {
  readonly signal: StopSignal | null;
}

async function run(
  subject: Subject,
  ground: Ground,
  options: Measuring & { readonly observation: Observation | null },
): Promise<Ran> {
  const { interruption, shard, ...rest } = options;
  const { signal, attend: onStart } = interruption;
  // Arrivals are counted from 0.
  const segment = shard === undefined ? {} : { shard: { index: shard.index - 1, count: shard.count } };
  const sent = await sendLoad(subject, ground, { ...rest, ...segment, onStart, signal });
  return { ...sent, signal: signal() };
}

/**
 * What is in flight was taken up before its worker began to wait for it; while that stood still, an answer may have lain
 * there unread.
 */
function leastAge({ conducts }: Pick<LoadReport, 'conducts'>): Pick<RunFacts, 'drainMs'> {
  if (conducts.length === 0) return {};
  return { drainMs: Math.min(...conducts.map(({ drainMs, stallMaxMs }) => drainMs - stallMaxMs)) };
}

function document(
  { plan: asked, secrets, planFile }: Subject,
  facts: Ground & Ran & Observed & SinksOf,
  { repeat, shard }: MeasureOptions,
): ResultDocument {
  const { world, plan, report, calibration, generator, workers, stopped, signal } = facts;
  const { guarded, runId, rule, abortRule, observed } = facts;
  const { recording, offeredMs } = report;
  const rules = { rule, ...(abortRule === undefined ? {} : { abortRule }) };
  const ages = leastAge(report);
  const { objectives } = asked;
  const rest = { ...rules, ...ages, asked: objectives };
  const looks = observed === null ? {} : { servers: facts.servers };
  const run: RunFacts = { plan, recording, offeredMs, ...rest, ...looks, generator, stopped };
  const whole = judgeRun(run);
  const judged = shard === undefined ? whole : judgedAsShard(whole, shard);
  const measured = { ...report, calibration };
  const redact = createRedactor(secretValues(asked, secrets));
  const { status } = judged.verdict;
  return buildResult({
    command: 'run',
    tool: { version: world.version, node: world.nodeVersion },
    runId,
    plan,
    redactedPlan: redactedPlan(asked),
    planFile,
    planHash: planHash(asked),
    repeat,
    measured,
    stopped,
    host: hostOf(facts, workers),
    judged: {
      ...judged,
      notes: [
        ...decidedNote(facts, status),
        ...notesOf({ plan, recording, offeredMs, coLocated: guarded.coLocated, status }),
      ],
      exitCode: exitOf(status, signal),
    },
    ...(observed === null ? {} : { servers: observed }),
    ...(facts.sinks === undefined ? {} : { sinks: facts.sinks }),
    ...(shard === undefined ? {} : partOf(shard, { plan, facts: run, measured, redact })),
    redact,
  });
}

function partOf(
  { index, count, repeat }: ShardOrder,
  input: Omit<PartInput, 'repeat'>,
): Pick<ResultInput, 'shard' | 'part'> {
  return { shard: { index, count }, part: writePart({ ...input, repeat }) };
}
