/**
 * May this run be judged? Each check looks at one part of the generator's own conduct and says which verdicts it
 * takes away when it fails: a generator that is at its end must neither pass a server nor blame it.
 */

import type { FailureCause } from '../core/attempt.ts';
import { formatDurationMs, formatRate, formatRatio } from '../core/units.ts';
import { isLatency } from '../plan/plan.ts';
import { sumOf } from '../record/summary.ts';
import type { Tally } from '../record/tally.ts';
import { nearestRank } from '../stats/quantile-interval.ts';
import { type Backlog, backlogOf, KEEPING_UP_RATIO } from './backlog.ts';
import type { JudgedObjective, ValidityCheck } from './finding.ts';
import { formatCount, requests } from './objective/because.ts';
import { clockOf } from './objective/question.ts';
import type { Measured } from './objectives.ts';
import { type Drift, driftOf, inAnHour, RISE_RATIO } from './steadiness.ts';

/** How one worker behaved, ms (load/protocol.ts's `Conduct` is one). */
export interface WorkerConduct {
  readonly runMs: number;
  readonly busyMs: number;
  /** Loop turns longer than 50 ms. */
  readonly stalls: number;
  readonly stallMaxMs: number;
}

/** What is known of the generator; null where it could not be read. */
export interface GeneratorFacts {
  /** Highest rate of the schedule; null in the closed loop. */
  readonly askedPeakPerSecond: number | null;
  readonly closedLoop: boolean;
  readonly workers: number;
  /** Of one worker; null when not calibrated. */
  readonly ceilingPerSecond: number | null;
  readonly conducts: readonly WorkerConduct[];
  readonly suspendedMs: number;
  readonly deadWorkers: number;
  /** Time that the own control group was throttled, ms. */
  readonly throttledMs: number | null;
  /** Share of CPU time that the hypervisor gave to others, 0..1. */
  readonly stealRatio: number | null;
  /** `connections.max` as chosen by the user; null: grows on demand. */
  readonly chosenConnections: number | null;
  /** True when a signal stopped the run. */
  readonly interrupted: boolean;
}

/** Everything that the checks look at. */
export interface ValidityInput {
  readonly measured: Measured;
  readonly generator: GeneratorFacts;
  /** Of the objectives, not of the agreement. */
  readonly judged: readonly JudgedObjective[];
}

/** Limits of the checks. */
const BUSY_RATIO = 0.9;
const DELIVERY_RATIO = 0.99;
const SUSPENDED_MS = 1000;
const SUSPENDED_RATIO = 0.01;
/** Below this, a step of the wall clock cannot be told from a sleep. */
const SUSPENDED_MS_MIN = 20;
const THROTTLED_RATIO = 0.01;
/** Less shows as lag and stalls, which are counted apart; rented machines lose some per cent all the time. */
const STEAL_RATIO = 0.2;
const BLOCKED_RATIO = 0.05;

const OWN_CAUSES: readonly FailureCause[] = ['generator-emfile', 'generator-ports'];

type Outcome = Pick<ValidityCheck, 'measured' | 'limit' | 'text'> & { readonly isMet: boolean };

interface CheckKind {
  readonly id: string;
  readonly blocks: ValidityCheck['blocks'];
  readonly unit: string;
  readonly code: string;
  /** Null when it does not apply or could not be measured. */
  readonly look: (input: ValidityInput) => Outcome | null;
}

const CHECKS: readonly CheckKind[] = [
  { id: 'send-lag', blocks: 'fail', unit: 'ms', code: 'SEND_LAG', look: sendLag },
  { id: 'event-loop-stall', blocks: 'fail', unit: 'stalls', code: 'GENERATOR_STALL', look: eventLoopStall },
  { id: 'busy', blocks: 'fail', unit: 'ratio', code: 'GENERATOR_LIMIT', look: busy },
  { id: 'ceiling', blocks: 'fail', unit: 'per-second', code: 'GENERATOR_LIMIT', look: ceiling },
  { id: 'delivery', blocks: 'pass', unit: 'ratio', code: 'UNDER_DELIVERY', look: delivery },
  { id: 'backlog', blocks: 'pass', unit: 'ratio', code: 'UNSTABLE', look: backlog },
  { id: 'steadiness', blocks: 'pass', unit: 'ratio', code: 'UNSTEADY', look: steadiness },
  { id: 'own-causes', blocks: 'both', unit: 'attempts', code: 'GENERATOR_LIMIT', look: ownCauses },
  { id: 'suspension', blocks: 'both', unit: 'ms', code: 'SUSPENDED', look: suspension },
  { id: 'dead-worker', blocks: 'both', unit: 'workers', code: 'WORKER_DIED', look: deadWorker },
  { id: 'throttling', blocks: 'both', unit: 'ratio', code: 'THROTTLED', look: throttling },
  { id: 'steal', blocks: 'both', unit: 'ratio', code: 'STEAL', look: steal },
  { id: 'connection-limit', blocks: 'both', unit: 'ratio', code: 'CONNECTION_LIMIT', look: connectionLimit },
];

/** All checks, always in the same order. */
export function checkValidity(input: ValidityInput): ValidityCheck[] {
  return CHECKS.map(({ id, blocks, unit, code, look }) => {
    const found = look(input);
    if (found === null) {
      const text = 'Does not apply to this run, or could not be measured.';
      return { id, blocks, unit, status: 'not-applicable', measured: null, limit: null, code: null, text };
    }
    const { isMet, ...shown } = found;
    return { id, blocks, unit, status: isMet ? 'pass' : 'fail', code: isMet ? null : code, ...shown };
  });
}

/** Whether every check that applies is met. */
export function validityStatus(checks: readonly ValidityCheck[]): 'pass' | 'fail' {
  return checks.some(({ status }) => status === 'fail') ? 'fail' : 'pass';
}

function quantileMs(tally: Tally, q: number): number | null {
  return tally.count === 0 ? null : tally.atRank(nearestRank(tally.count, q));
}

/** True when taking our own lag and stalls off the response times would have judged differently. */
function lagDecides(judged: readonly JudgedObjective[]): boolean {
  return judged.some(({ finding, ownStatus }) => finding.status !== ownStatus);
}

function sendLag({ measured, generator, judged }: ValidityInput): Outcome | null {
  if (generator.closedLoop) return null;
  const p99Ms = quantileMs(measured.recording.lag, 0.99);
  const isMet = !lagDecides(judged);
  const lag =
    p99Ms === null ? 'No arrival was taken up' : `99% of sends were at most ${formatDurationMs(p99Ms)} late`;
  const effect = isMet
    ? 'without our own lag, every objective would be judged the same'
    : 'without our own lag, an objective would be judged differently, so it may have been us and not the server';
  return { isMet, measured: p99Ms, limit: null, text: `${lag}; ${effect}.` };
}

function eventLoopStall({ generator: { conducts }, judged }: ValidityInput): Outcome | null {
  if (conducts.length === 0) return null;
  const stalls = conducts.reduce((sum, conduct) => sum + conduct.stalls, 0);
  const longestMs = Math.max(...conducts.map(({ stallMaxMs }) => stallMaxMs));
  const isMet = stalls === 0 || !lagDecides(judged);
  const seen = `The load generator stood still for more than 50ms ${formatCount(stalls)} times, at most ${formatDurationMs(longestMs)}`;
  const effect = isMet
    ? 'which decided no objective'
    : 'and without that an objective would be judged differently';
  const text =
    stalls === 0 ? 'The load generator never stood still for more than 50ms.' : `${seen}, ${effect}.`;
  return { isMet, measured: stalls, limit: null, text };
}

function busy({ generator: { conducts } }: ValidityInput): Outcome | null {
  const shares = conducts
    .filter(({ runMs }) => runMs > 0)
    .map(({ busyMs, runMs }) => Math.min(1, busyMs / runMs));
  if (shares.length === 0) return null;
  const measured = Math.max(...shares);
  const text = `The busiest worker of the load generator worked ${formatRatio(measured)} of the time; from ${formatRatio(BUSY_RATIO)} on it stamps answers late.`;
  return { isMet: measured < BUSY_RATIO, measured, limit: BUSY_RATIO, text };
}

function ceiling({ generator }: ValidityInput): Outcome | null {
  const { askedPeakPerSecond, ceilingPerSecond, workers } = generator;
  if (askedPeakPerSecond === null || ceilingPerSecond === null) return null;
  const limit = ceilingPerSecond * workers;
  const text = `Asked for up to ${formatRate(askedPeakPerSecond)}; this generator was calibrated at ${formatRate(limit)} with ${workers} worker${workers === 1 ? '' : 's'}.`;
  return { isMet: askedPeakPerSecond <= limit, measured: askedPeakPerSecond, limit, text };
}

function delivery({ measured: { recording }, generator }: ValidityInput): Outcome | null {
  const { planned, unsent, sent, dropped } = recording.counts;
  const due = planned - unsent;
  // Users of a closed loop ask when they are ready; only what they could not ask was not delivered.
  if (due <= 0 || (generator.closedLoop && dropped === 0)) return null;
  const measured = sent / due;
  const text = `${formatCount(sent)} of ${formatCount(due)} planned requests were sent (${formatRatio(measured)}); with less than ${formatRatio(DELIVERY_RATIO)} the server was spared.`;
  return { isMet: measured >= DELIVERY_RATIO, measured, limit: DELIVERY_RATIO, text };
}

function backlog({ measured }: ValidityInput): Outcome | null {
  const found = backlogIn(measured);
  if (found === null) return null;
  const { isGrowing, completedRatio } = found;
  return { isMet: !isGrowing, measured: completedRatio, limit: KEEPING_UP_RATIO, text: backlogText(found) };
}

function backlogIn(measured: Measured): Backlog | null {
  return backlogOf(measured.recording, measured.plan.load, clockOf(measured));
}

function backlogText({ isGrowing, growthPerSecond, growthMs }: Backlog): string {
  if (!isGrowing) return 'No growing queue was seen.';
  const rise = growthMs > 0 ? ` (the median rose by ${formatDurationMs(growthMs)})` : '';
  return `Unstable: the queue grows by about ${formatRate(growthPerSecond).replace('/s', '')} requests/s${rise}; a percentile here depends on how long you look.`;
}

/** Times that rise because a queue grows are told as that, and not twice. */
function steadiness(input: ValidityInput): Outcome | null {
  const { measured } = input;
  const found = driftOf(measured.recording, measured.plan.load, clockOf(measured));
  if (found === null) return null;
  const { riseRatio, risePerMinute, fromMs, toMs } = found;
  const shown = { measured: riseRatio, limit: RISE_RATIO };
  if (!found.isRising) return { ...shown, isMet: true, text: 'The median response time did not creep up.' };
  if (backlogIn(measured)?.isGrowing === true) {
    return { ...shown, isMet: true, text: 'Response times rose with the queue, which grew.' };
  }
  const rise = `rose from about ${formatDurationMs(fromMs)} to about ${formatDurationMs(toMs)} (${formatRatio(risePerMinute)} per minute)`;
  if (!leadsToLimit(input, found)) {
    return {
      ...shown,
      isMet: true,
      text: `The median response time ${rise}; within an hour that reaches no limit.`,
    };
  }
  const text = `Unsteady: at the same rate the median response time ${rise}; what holds now may not hold for long.`;
  return { ...shown, isMet: false, text };
}

/** Whether it would reach, within an hour, what a latency may be at most; where nothing is said of any, a deadline. */
function leadsToLimit({ measured: { plan }, judged }: ValidityInput, drift: Drift): boolean {
  const isLatencyLost = [...plan.objectives, ...plan.agreement].some(({ indicator, op, limit }, index) => {
    const now = Math.max(drift.toMs, judged[index]?.finding.value ?? 0);
    return isLatency(indicator) && op.startsWith('<') && inAnHour(now, drift) >= limit;
  });
  return isLatencyLost || plan.targets.some(({ timeoutMs }) => inAnHour(drift.toMs, drift) >= timeoutMs);
}

function ownCauses({ measured: { recording } }: ValidityInput): Outcome {
  const measured = OWN_CAUSES.reduce((sum, cause) => sum + (recording.causes.get(cause) ?? 0), 0);
  const text =
    measured === 0
      ? 'No request failed for lack of file descriptors or ports on this machine.'
      : `${requests(measured)} failed because this machine ran out of file descriptors or ports, which is not the server's doing.`;
  return { isMet: measured === 0, measured, limit: 0, text };
}

function runMsOf({ measured, generator }: ValidityInput): number {
  return Math.max(measured.offeredMs, ...generator.conducts.map(({ runMs }) => runMs));
}

function suspension(input: ValidityInput): Outcome {
  const measured = Math.max(0, input.generator.suspendedMs);
  const limit = Math.min(SUSPENDED_MS, Math.max(SUSPENDED_MS_MIN, runMsOf(input) * SUSPENDED_RATIO));
  const text =
    measured > limit
      ? `This machine, or its clock, stood still for ${formatDurationMs(measured)} during the run.`
      : 'This machine was not suspended during the run.';
  return { isMet: measured <= limit, measured, limit, text };
}

function deadWorker({ generator: { deadWorkers, workers } }: ValidityInput): Outcome {
  const text =
    deadWorkers === 0
      ? 'Every worker of the load generator lived to the end.'
      : `${deadWorkers} of ${workers} worker${workers === 1 ? '' : 's'} of the load generator died; what it had measured until then stands.`;
  return { isMet: deadWorkers === 0, measured: deadWorkers, limit: 0, text };
}

function throttling(input: ValidityInput): Outcome | null {
  const { throttledMs } = input.generator;
  const runMs = runMsOf(input);
  if (throttledMs === null || runMs <= 0) return null;
  const measured = throttledMs / runMs;
  const text = `The container of the load generator was held back by its CPU quota for ${formatRatio(measured)} of the run.`;
  return { isMet: measured <= THROTTLED_RATIO, measured, limit: THROTTLED_RATIO, text };
}

function steal({ generator: { stealRatio } }: ValidityInput): Outcome | null {
  if (stealRatio === null) return null;
  const text = `Other virtual machines took ${formatRatio(stealRatio)} of this machine's CPU time.`;
  return { isMet: stealRatio <= STEAL_RATIO, measured: stealRatio, limit: STEAL_RATIO, text };
}

/** A chosen number of connections turns an open loop into a closed one when requests queue for it. */
function connectionLimit({ measured: { recording }, generator, judged }: ValidityInput): Outcome | null {
  const [blocked] = recording.phases;
  if (generator.chosenConnections === null || blocked === undefined) return null;
  const responses = sumOf(
    recording.targets.flatMap(({ response, responseFailed }) => [response, responseFailed]),
  );
  const blockedMs = quantileMs(blocked, 0.99);
  const responseMs = quantileMs(responses, 0.99);
  if (blockedMs === null || responseMs === null || responseMs <= 0) return null;
  const measured = blockedMs / responseMs;
  const isBreached = judged.some(({ finding }) => finding.status === 'fail');
  const waits = `Requests waited up to ${formatDurationMs(blockedMs)} (p99) for one of the ${formatCount(generator.chosenConnections)} connections chosen, of ${formatDurationMs(responseMs)} response time`;
  const remedy = 'more connections, or none chosen, would show what the server itself takes';
  const isMet = measured <= BLOCKED_RATIO || !isBreached;
  return { isMet, measured, limit: BLOCKED_RATIO, text: isMet ? `${waits}.` : `${waits}: ${remedy}.` };
}
