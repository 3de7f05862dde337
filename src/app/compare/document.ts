/** From a live comparison that is over to its result document: the totals are those of the candidate's blocks. */

import { createRedactor } from '../../core/text.ts';
import { planHash, redactedPlan } from '../../plan/canonical.ts';
import type { Objective } from '../../plan/plan.ts';
import { isAwaiting } from '../../plan/question/baseline-limit.ts';
import { secretValues } from '../../plan/secrets.ts';
import { Recording } from '../../record/recording.ts';
import { sumOf } from '../../record/summary.ts';
import { buildResult, type ResultInput } from '../../result/build.ts';
import type { ResultDocument } from '../../result/document.ts';
import { comparisonVerdict } from '../../verdict/compare/comparison-verdict.ts';
import { asObjective, checksOfBoth, doubted } from '../../verdict/compare/doubts.ts';
import { judgeBlocks } from '../../verdict/compare/judge.ts';
import type { ComparisonFinding, ComparisonReport, Side, SideReport } from '../../verdict/compare/report.ts';
import type { SidePool } from '../../verdict/compare/side-pool.ts';
import type { Finding, Reason, Status, ValidityCheck } from '../../verdict/finding.ts';
import { notesOf } from '../../verdict/notes.ts';
import { layoutFor } from '../../verdict/objective-scopes.ts';
import { judgeObjectives } from '../../verdict/objectives.ts';
import { checkValidity, validityStatus } from '../../verdict/validity.ts';
import { withDoubts } from '../../verdict/verdict.ts';
import type { SinksOf } from '../emit/emitting.ts';
import { exitOf } from '../exit.ts';
import { hostOf } from '../send.ts';
import type { World } from '../world.ts';
import type { Compared } from './compared.ts';

/** The document. What the agreement promises is no part of a comparison: it is left empty. */
export function comparisonDocument(
  compared: Compared & SinksOf,
  world: World,
  repeat: string,
): ResultDocument {
  const { subjects, ground, signal, last } = compared;
  const { plan, planFile } = subjects.candidate;
  const judged = judge(compared);
  const secretTexts = [subjects.baseline, subjects.candidate].flatMap((side) => [
    ...secretValues(side.plan, side.secrets),
  ]);
  return buildResult({
    command: 'compare',
    tool: { version: world.version, node: world.nodeVersion },
    runId: ground.runId,
    plan: { ...compared.plan, seed: plan.seed },
    redactedPlan: redactedPlan(plan),
    planFile,
    planHash: planHash(plan),
    repeat,
    measured: measuredOf(compared),
    stopped: compared.stopped,
    host: hostOf(ground, last?.workers ?? 1),
    judged: { ...judged, agreement: [], exitCode: exitOf(judged.verdict.status, signal) },
    comparison: judged.report,
    ...(compared.servers === null ? {} : { servers: compared.servers }),
    ...(compared.sinks === undefined ? {} : { sinks: compared.sinks }),
    ...baselineOf(compared),
    redact: createRedactor(secretTexts),
  });
}

interface Judged extends Pick<ResultInput['judged'], 'validity' | 'objectives' | 'verdict' | 'notes'> {
  readonly report: ComparisonReport;
}

function judge(compared: Compared): Judged {
  const { blocks, judged, setting, pools, subjects, stopped } = compared;
  const { findings: own } = judgeBlocks(blocks, setting, 'without');
  const ownOf = (index: number): Status => own[index]?.status ?? 'inconclusive';
  const found = judged.findings;
  const checks = checksOfBoth({
    baseline: checksOf(pools.baseline, found, ownOf),
    candidate: checksOf(pools.candidate, found, ownOf),
  });
  const findings = found.map((finding, index) => doubted(finding, ownOf(index), checks));
  const report: ComparisonReport = {
    mode: 'live',
    sides: { baseline: sideOf('baseline', compared), candidate: sideOf('candidate', compared) },
    blocks,
    findings,
    maxBlocks: compared.maxBlocks,
    looks: judged.looks,
  };
  const isAsked = !subjects.candidate.plan.objectivesDefaulted;
  const objectives = isAsked ? objectivesOf(compared, checks) : [];
  return {
    report,
    objectives,
    validity: { status: validityStatus(checks), checks },
    notes: notes(compared),
    verdict: comparisonVerdict({ report, checks, objectives, stopped }),
  };
}

function checksOf(
  pool: SidePool | undefined,
  findings: readonly ComparisonFinding[],
  ownOf: (index: number) => Status,
): ValidityCheck[] {
  if (pool === undefined) return [];
  const generator = { ...pool.generator, interrupted: false };
  const judged = findings.map((found, index) => asObjective(found, ownOf(index)));
  return checkValidity({ measured: pool.measured, generator, judged });
}

function objectivesOf({ pools, stopped }: Compared, checks: readonly ValidityCheck[]): Finding[] {
  if (pools.candidate === undefined) return [];
  return judgeObjectives(pools.candidate.measured).objectives.map((objective) => {
    return withDoubts(objective, { checks, stopped });
  });
}

function sideOf(side: Side, { blocks, subjects, ground }: Compared): SideReport {
  const own = blocks.filter((block) => block.side === side);
  return {
    label: subjects[side].label,
    runIds: [ground.runId],
    commit: null,
    sent: own.reduce((sum, { sent }) => sum + sent, 0),
    failed: own.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** A rate's own remarks, less what is none on a comparison: that a default objective applied, and its warm-ups. */
function notes({ pools, ground, subjects }: Compared): Reason[] {
  const unjudged = subjects.candidate.plan.objectives.filter(isAwaiting).map(unjudgedNote);
  if (pools.candidate === undefined) return unjudged;
  const { measured } = pools.candidate;
  const own = notesOf({ ...measured, coLocated: ground.guarded.coLocated });
  return [...unjudged, ...own.filter(({ code }) => !['WARMUP_FAILED', 'DEFAULT_OBJECTIVE'].includes(code))];
}

/** Of an objective whose baseline would be stored runs: this comparison has another, and its own measure of what matters. */
function unjudgedNote({ text }: Objective): Reason {
  const why =
    'the candidate is held against the baseline that was measured beside it, and --min-effect says what matters';
  return { code: 'RELATIVE_OBJECTIVE', text: `"${text}" is not judged here: ${why}.` };
}

function measuredOf({ pools, plan, last, startedAtWallMs }: Compared): ResultInput['measured'] {
  const { candidate } = pools;
  const calibration = last?.calibration ?? null;
  if (candidate === undefined) {
    const recording = new Recording(layoutFor(plan));
    return { recording, startedAtWallMs, calibration, offeredMs: 0, durationMs: 0 };
  }
  const { recording, offeredMs } = candidate.measured;
  return { recording, startedAtWallMs, calibration, offeredMs, durationMs: candidate.durationMs };
}

function baselineOf({
  pools,
  subjects,
  ground,
  startedAtWallMs,
}: Compared): Pick<ResultInput, 'measuredBaseline'> {
  if (pools.baseline === undefined) return {};
  const { counts, targets } = pools.baseline.measured.recording;
  const startedAt = new Date(startedAtWallMs).toISOString();
  return {
    measuredBaseline: {
      source: 'live',
      label: subjects.baseline.label,
      runs: [{ runId: ground.runId, startedAt, commit: null }],
      response: sumOf(targets.map(({ response }) => response)),
      failed: counts.failed,
      ended: counts.completed + counts.broken,
    },
  };
}
