/**
 * The verdict of a run: the worst of its findings, after the validity checks took away what they block. Fail is
 * worse than inconclusive, inconclusive worse than pass, and nothing judged is inconclusive.
 */

import type { Objective } from '../plan/plan.ts';
import type { Counts } from '../record/counts.ts';
import { withAwaiting } from './baseline/awaiting.ts';
import type { Finding, JudgedObjective, Reason, Status, ValidityCheck } from './finding.ts';
import { formatCount } from './objective/because.ts';
import { withSilence } from './objective/silence.ts';
import { judgeObjectives, type Measured } from './objectives.ts';
import { checkValidity, type GeneratorFacts, validityStatus } from './validity.ts';
import { warmupBreaches } from './warmup.ts';

/** Who stopped a run before its end, and what to say of it. */
export interface Stop {
  readonly by: 'signal' | 'breaker' | 'abort';
  readonly text: string;
}

/** A run, judged. */
export interface RunVerdict {
  readonly status: Status;
  /** Worst first; empty for a pass. */
  readonly reasons: readonly Reason[];
}

/** Everything that is said about a run, but for the notes. */
export interface JudgedRun {
  readonly objectives: readonly Finding[];
  readonly agreement: readonly Finding[];
  readonly validity: { readonly status: 'pass' | 'fail'; readonly checks: readonly ValidityCheck[] };
  readonly verdict: RunVerdict;
}

/** What a run is judged by. */
export interface RunFacts extends Measured {
  readonly generator: GeneratorFacts;
  /** Null: the run came to its end. */
  readonly stopped: Stop | null;
  /** The least age of what was in flight at the end, ms; absent: not known. */
  readonly drainMs?: number;
  /** All objectives, also those that await a baseline and are no part of the plan; absent: those of the plan. */
  readonly asked?: readonly Objective[];
  /** What is to be doubted beside the generator's conduct, such as a shard that is missing; absent: nothing. */
  readonly doubts?: readonly ValidityCheck[];
}

/** What takes a verdict away. */
interface Doubts {
  readonly checks: readonly ValidityCheck[];
  readonly stopped: Stop | null;
}

const STOP_CODES: Readonly<Record<Stop['by'], string>> = {
  signal: 'INTERRUPTED',
  breaker: 'BREAKER',
  abort: 'ABORTED',
};

const INTERRUPTED: Stop = { by: 'signal', text: 'It was interrupted before its end.' };

/** Judges a run: objectives, then the generator, then the two together. */
export function judgeRun(run: RunFacts): JudgedRun {
  const judged = judgeObjectives(run.drainMs === undefined ? run : withSilence(run, run.drainMs));
  const objectives = withRampBreaches(judged.objectives, run);
  const checks = [
    ...checkValidity({ measured: run, generator: run.generator, judged: objectives }),
    ...(run.doubts ?? []),
  ];
  const stopped = run.stopped ?? (run.generator.interrupted ? INTERRUPTED : null);
  const doubts = { checks, stopped };
  const judgedFindings = objectives.map((objective) => withDoubts(objective, doubts));
  const findings = withAwaiting(judgedFindings, run.asked ?? run.plan.objectives);
  return {
    objectives: findings,
    agreement: judged.agreement.map((objective) => withDoubts(objective, doubts)),
    validity: { status: validityStatus(checks), checks },
    verdict: decideVerdict(findings, {
      ...doubts,
      outright: unreachable(run, doubts) ?? brokeInWarmup(run, doubts),
    }),
  };
}

/**
 * Ramps are not judged, but for a breach of an objective that may stop a run: what it was stopped for must count. By the
 * rule of looks, as whoever could stop it went by.
 */
function withRampBreaches(judged: readonly JudgedObjective[], run: Measured): readonly JudgedObjective[] {
  const { load, objectives } = run.plan;
  const isRamped = load.kind === 'open' && load.stages.some(({ kind }) => kind === 'ramp');
  if (!isRamped || !objectives.some(({ abort }) => abort)) return judged;
  const looks = [run.abortRule, run.rule].find((rule) => rule?.kind === 'looks');
  const rule = looks ?? { kind: 'looks', look: 1 };
  const ramped = judgeObjectives({ ...run, rule, abortRule: rule, parts: { withRamps: true } }).objectives;
  return judged.map((objective, index) => {
    const breached = ramped[index];
    if (objectives[index]?.abort !== true || objective.finding.status === 'fail') return objective;
    return breached?.finding.status === 'fail' ? breached : objective;
  });
}

/** The worst of several statuses; inconclusive when there is none. */
export function worstOf(statuses: readonly Status[]): Status {
  if (statuses.includes('fail')) return 'fail';
  return statuses.length > 0 && statuses.every((status) => status === 'pass') ? 'pass' : 'inconclusive';
}

/** A finding as the checks leave it: what a failed check blocks, and a pass of half a run, become inconclusive. */
export function withDoubts(judged: JudgedObjective, { checks, stopped }: Doubts): Finding {
  const { finding } = judged;
  const blocking = checks.find((check) => isBlocking(check, judged));
  if (blocking !== undefined) {
    const reason = { code: blocking.code ?? 'INVALID', text: blocking.text };
    return { ...finding, status: 'inconclusive', reason };
  }
  if (finding.status !== 'pass' || stopped === null) return finding;
  return { ...finding, status: 'inconclusive', reason: stopReason(stopped) };
}

function isBlocking(
  check: ValidityCheck,
  { finding, ownStatus, basis, isReceived }: JudgedObjective,
): boolean {
  if (check.status !== 'fail' || finding.status === 'inconclusive') return false;
  // A status that came is no doing of a generator that stamps it late.
  if ((check.id === 'busy' || check.id === 'ceiling') && isReceived && finding.status === 'fail')
    return false;
  // What would be judged the same without our lag is no doing of it.
  if (check.id === 'send-lag' || check.id === 'event-loop-stall') return finding.status !== ownStatus;
  // No queue for a connection makes an answer an error.
  if (check.id === 'connection-limit' && basis === 'answers' && finding.status === 'fail') return false;
  return check.blocks === 'both' || check.blocks === finding.status;
}

/** The worst of the findings, and why. */
export function decideVerdict(
  findings: readonly Finding[],
  { checks, stopped, outright }: Doubts & { readonly outright: Reason | null },
): RunVerdict {
  const isDoubted = checks.some((check) => {
    return check.status === 'fail' && check.blocks === 'both' && check.id !== 'connection-limit';
  });
  const dead = outright !== null && !isDoubted ? [outright] : [];
  const status = dead.length > 0 ? 'fail' : worstOf(findings.map((finding) => finding.status));
  if (status === 'pass') return { status, reasons: [] };
  const breaches = findings.filter((finding) => finding.status === 'fail').map(breachReason);
  const open = findings.filter((finding) => finding.status === 'inconclusive').flatMap(openReason);
  const stop = stopped === null ? [] : [stopReason(stopped)];
  const none = findings.length === 0 && dead.length === 0 ? [NOTHING_JUDGED] : [];
  const doubted = status === 'inconclusive' && open.length > 0 ? checks.flatMap(checkReason) : [];
  return { status, reasons: distinct([...dead, ...breaches, ...stop, ...open, ...doubted, ...none]) };
}

const NOTHING_JUDGED: Reason = {
  code: 'NO_OBJECTIVE',
  text: 'No objective was judged, so there is nothing to pass.',
};

/**
 * Every request broke before an answer came, or the breaker ended the wait for one: whatever the objectives are, nobody
 * was served.
 */
function unreachable({ recording: { counts } }: Measured, doubts: Doubts): Reason | null {
  const count = counts.broken + counts.inFlight;
  if (count === 0 || counts.completed > 0) return null;
  if (counts.inFlight > 0 && !isSilent(counts, doubts)) return null;
  const text =
    count === 1
      ? 'The one request that was sent got no whole answer.'
      : `None of the ${formatCount(count)} requests that were sent got a whole answer.`;
  return { code: 'UNREACHABLE', text };
}

/** Nor was anybody served in the warm-up, and the generator was not at its end. */
function isSilent({ warmup, warmupFailed }: Counts, { checks, stopped }: Doubts): boolean {
  return stopped?.by === 'breaker' && warmup === warmupFailed && !checks.some(excusesFail);
}

function excusesFail({ status, blocks }: ValidityCheck): boolean {
  return status === 'fail' && (blocks === 'fail' || blocks === 'both');
}

/**
 * The breaker stopped it before anything was measured: what the warm-up showed is all there is, and enough where
 * the generator was not at its end.
 */
function brokeInWarmup(run: Measured, { checks, stopped }: Doubts): Reason | null {
  if (stopped?.by !== 'breaker' || run.recording.counts.sent > 0) return null;
  if (checks.some(excusesFail)) return null;
  const promised = new Set(run.plan.objectives);
  const breached = warmupBreaches(run, true).filter((objective) => promised.has(objective));
  if (breached.length === 0) return null;
  const text = `${breached.map((objective) => objective.text).join(', ')} was breached in the warm-up already.`;
  return { code: 'BREACH', text };
}

function stopReason({ by, text }: Stop): Reason {
  const end = /[.!?]$/.test(text) ? '' : '.';
  return { code: STOP_CODES[by], text: `The run was stopped before its end: ${text}${end}` };
}

function nameOf({ text, target }: Finding): string {
  return target === null || text.startsWith(target) ? text : `${target}: ${text}`;
}

/** Why a failed check makes a run doubtful, whether or not it was the first to. */
function checkReason({ status, blocks, code, text }: ValidityCheck): Reason[] {
  return status === 'fail' && blocks !== 'nothing' && code !== null ? [{ code, text }] : [];
}

function breachReason(finding: Finding): Reason {
  return { code: 'BREACH', text: `${nameOf(finding)} is breached: ${finding.because}` };
}

/** A check that took several objectives away is said once, without naming them. */
function openReason(finding: Finding): Reason[] {
  const { reason } = finding;
  if (reason === null) return [];
  const isOwn = OWN_REASONS.includes(reason.code);
  return [isOwn ? { code: reason.code, text: `${nameOf(finding)} is not decided: ${reason.text}` } : reason];
}

/** Reasons that lie in an objective's own counts. */
const OWN_REASONS: readonly string[] = [
  'UNDECIDED',
  'AUTOCORRELATED',
  'N_TOO_SMALL',
  'IN_FLIGHT',
  'DROPPED',
  'RUN_TOO_SHORT',
  'NO_DATA',
  'SERVER_UNKNOWN',
];

function distinct(reasons: readonly Reason[]): Reason[] {
  const seen = new Set<string>();
  return reasons.filter(({ code, text }) => {
    const key = `${code} ${text}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
