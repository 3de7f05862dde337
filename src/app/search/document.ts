/** From a search that is over to its result document: the totals are those of the rate that the answer rests on. */

import { createRedactor } from '../../core/text.ts';
import { planHash, redactedPlan } from '../../plan/canonical.ts';
import type { Plan } from '../../plan/plan.ts';
import { secretValues } from '../../plan/secrets.ts';
import { trialPlan } from '../../plan/trial-plan.ts';
import { Recording } from '../../record/recording.ts';
import { buildResult } from '../../result/build.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { RatePool } from '../../verdict/capacity/rate-book.ts';
import type { CapacityReport } from '../../verdict/capacity/report.ts';
import type { Reason } from '../../verdict/finding.ts';
import type { LaunchReport } from '../../verdict/launch/report.ts';
import { notesOf } from '../../verdict/notes.ts';
import { layoutFor } from '../../verdict/objective-scopes.ts';
import type { JudgedRun, RunVerdict } from '../../verdict/verdict.ts';
import type { SinksOf } from '../emit/emitting.ts';
import { exitOf } from '../exit.ts';
import { hostOf } from '../send.ts';
import type { StopSignal } from '../world.ts';
import type { Carried, Place } from './carry-out.ts';

/** What a search found. */
export interface SearchFindings {
  readonly command: 'capacity' | 'launch';
  /** The rate that the answer rests on; null when no trial was pooled. */
  readonly decisive: RatePool | null;
  readonly capacity: CapacityReport;
  readonly launch?: LaunchReport;
  readonly verdict: RunVerdict;
}

/** The measured part of a document, and how it was judged. */
interface Evidence extends Pick<RatePool, 'measured' | 'meanInFlight'> {
  readonly judged: Pick<JudgedRun, 'objectives' | 'validity'>;
}

/** The document. What the agreement promises is no part of a search: it is left empty. */
export function searchDocument(
  found: SearchFindings,
  carried: Carried & SinksOf,
  place: Place,
): ResultDocument {
  const { subject, world, options } = place;
  const { ground, conduct, signal } = carried;
  const { plan } = subject;
  const { measured, meanInFlight, judged } = found.decisive ?? nothing(plan);
  const servers = carried.serversAt(found.decisive?.ratePerSecond ?? 0);
  const { coLocated } = ground.guarded;
  return buildResult({
    command: found.command,
    tool: { version: world.version, node: world.nodeVersion },
    runId: ground.runId,
    plan: { ...measured.plan, seed: plan.seed },
    redactedPlan: redactedPlan(plan),
    planFile: subject.planFile,
    planHash: planHash(plan),
    repeat: options.repeat,
    measured: {
      recording: measured.recording,
      startedAtWallMs: carried.startedAtWallMs,
      calibration: conduct.calibration,
      offeredMs: measured.offeredMs,
      durationMs: durationOf(measured, meanInFlight),
    },
    stopped: signal === null ? null : { by: 'signal', text: `${signal} was received` },
    host: hostOf(ground, conduct.workers),
    judged: {
      validity: judged.validity,
      objectives: judged.objectives,
      agreement: [],
      notes: remarksOn(measured, coLocated),
      verdict: withSignal(found.verdict, signal),
      exitCode: exitOf(found.verdict.status, signal),
    },
    capacity: found.capacity,
    ...(servers === null ? {} : { servers }),
    ...(found.launch === undefined ? {} : { launch: found.launch }),
    ...(carried.sinks === undefined ? {} : { sinks: carried.sinks }),
    redact: createRedactor(secretValues(plan, subject.secrets)),
  });
}

/** Length of all trials at a rate with their drains, ms: by Little's law, from what the pool knows. */
function durationOf({ recording, offeredMs }: RatePool['measured'], meanInFlight: number | null): number {
  const spentMs = (meanInFlight ?? 0) > 0 ? recording.counts.inFlightMs / (meanInFlight ?? 1) : 0;
  return Math.max(spentMs, offeredMs);
}

/**
 * The notes of a run, less what is no remark on a search: the scaled objectives that a trial counts in the agreement's
 * place, and its way up, which is no warm-up of anybody's.
 */
function remarksOn(measured: RatePool['measured'], coLocated: boolean): Reason[] {
  const plan = { ...measured.plan, agreement: [] };
  return notesOf({ ...measured, plan, coLocated }).filter(({ code }) => code !== 'WARMUP_FAILED');
}

/** A search that was stopped says so, first unless a breach was seen; not at all when what it had seen was enough. */
function withSignal({ status, reasons }: RunVerdict, signal: StopSignal | null): RunVerdict {
  const isSaid = reasons.some(({ code }) => code === INTERRUPTED.code);
  if (signal === null || status === 'pass' || isSaid) return { status, reasons };
  return { status, reasons: status === 'fail' ? [...reasons, INTERRUPTED] : [INTERRUPTED, ...reasons] };
}

const INTERRUPTED: Reason = { code: 'INTERRUPTED', text: 'The search was stopped before its end.' };

/** Of a search that ended before anything was measured. */
function nothing(user: Plan): Evidence {
  const plan = trialPlan(user, { ratePerSecond: 0, durationMs: 0, approach: [] }, 1);
  return {
    measured: { plan, recording: new Recording(layoutFor(plan)), offeredMs: 0 },
    meanInFlight: null,
    judged: { objectives: [], validity: { status: 'pass', checks: [] } },
  };
}
