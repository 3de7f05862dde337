/**
 * What trials show once they are judged: held, broken or undecided, how much of what is allowed was used up, and the
 * row of the evidence table.
 */

import { isLatency, type Objective, type Plan } from '../../plan/plan.ts';
import { LIMIT_FACTORS } from '../../plan/trial-plan.ts';
import { type QuantileSummary, summarizeQuantile, summarizeRatio, sumOf } from '../../record/summary.ts';
import type { Tally } from '../../record/tally.ts';
import type { Exceedance } from '../../record/window.ts';
import { isWithin } from '../../stats/binomial.ts';
import type { Finding, Reason, Status, ValidityCheck } from '../finding.ts';
import { ALPHA, claimOf, isShare, weighClaim } from '../objective/evidence.ts';
import type { Trial } from '../trial.ts';
import type { JudgedRun, RunFacts } from '../verdict.ts';
import type { Estimate, RateLabel, TrialReport } from './report.ts';

/** Checks whose failure means that the generator, not the server, was at its end. */
const TETHER_CHECKS: readonly string[] = [
  'busy',
  'ceiling',
  'delivery',
  'own-causes',
  'send-lag',
  'event-loop-stall',
];

/** A label with its reason; null for what is decided. */
export interface Labelled {
  readonly label: RateLabel;
  readonly reason: Reason | null;
}

/** A run with its judgement. */
export interface JudgedFacts {
  readonly run: RunFacts;
  readonly judged: JudgedRun;
  /** From the last arrival's due time or the stop to the end: the least age of what was never answered, ms. */
  readonly drainMs: number;
}

/**
 * Broken when an objective fails for all that is held against the generator, or when the breaker stopped it and the
 * way up, or what was never answered, shows a breach; held when all objectives pass; undecided otherwise.
 */
export function labelOf({ run, judged, drainMs }: JudgedFacts): Labelled {
  if (judged.verdict.status === 'fail') return { label: 'broken', reason: null };
  const { checks } = judged.validity;
  const isTripped = run.stopped?.by === 'breaker' && !isAtItsEnd(checks) && !isInvalid(checks);
  if (isTripped && (approachBroke(run) || isSilent(run) || silenceBroke(run, drainMs) || spellBroke(run)))
    return { label: 'broken', reason: null };
  if (judged.verdict.status === 'pass') return { label: 'held', reason: null };
  return { label: 'undecided', reason: whyOpen(judged) };
}

/** The label when latency limits are scaled by a factor: the trial plan's agreement carries those objectives. */
export function labelAt(factor: number, facts: JudgedFacts): RateLabel {
  const { run, judged } = facts;
  const position = LIMIT_FACTORS.findIndex((known) => known === factor);
  const size = judged.agreement.length / LIMIT_FACTORS.length;
  const plain = judged.objectives.filter((_, index) => !isScaled(run.plan.objectives[index]));
  const scaled = judged.agreement.slice(position * size, (position + 1) * size);
  const statuses = [...plain, ...scaled].map(({ status }) => status);
  const asked = labelOf(facts).label;
  if (statuses.includes('fail') || (factor <= 1 && asked === 'broken')) return 'broken';
  return allPass(statuses) || (factor >= 1 && asked === 'held') ? 'held' : 'undecided';
}

function allPass(statuses: readonly Status[]): boolean {
  return statuses.length > 0 && statuses.every((status) => status === 'pass');
}

function isScaled(objective: Objective | undefined): boolean {
  return objective !== undefined && isLatency(objective.indicator) && objective.op.startsWith('<');
}

/** True when the generator's conduct lets nothing be said of the server, neither good nor bad. */
export function isInvalid(checks: readonly ValidityCheck[]): boolean {
  return checks.some(({ status, blocks }) => status === 'fail' && blocks === 'both');
}

/** True when the generator did not, or could not, send what was asked in time. */
export function isAtItsEnd(checks: readonly ValidityCheck[]): boolean {
  return checks.some(({ id, status }) => status === 'fail' && TETHER_CHECKS.includes(id));
}

function whyOpen({ validity: { checks }, verdict }: JudgedRun): Reason {
  const tether = checks.find(({ id, status }) => status === 'fail' && TETHER_CHECKS.includes(id));
  if (tether !== undefined) return { code: 'GENERATOR_LIMIT', text: tether.text };
  return verdict.reasons[0] ?? { code: 'UNDECIDED', text: 'What was seen does not decide it.' };
}

/** Whether the traffic before the measured part already breached an objective. */
function approachBroke({ plan, recording }: RunFacts): boolean {
  return plan.objectives.some((objective, index) => {
    const seen = recording.warmupExceedances[index];
    return seen !== undefined && (isBreached(plan, objective, seen) || isBeyondMean(objective, seen));
  });
}

/** Where the breaker tripped, a mean beyond its limit needs no further proof. */
function isBeyondMean({ indicator, op, limit }: Objective, { sum, count }: Exceedance): boolean {
  if (count === 0 || (indicator.kind !== 'mean' && indicator.kind !== 'apdex')) return false;
  return op.startsWith('<') ? sum / count > limit : sum / count < limit;
}

/** Whether nothing at all was answered, on the way up or after it. */
function isSilent({ recording: { counts } }: RunFacts): boolean {
  return counts.completed + counts.warmup - counts.warmupFailed === 0;
}

/** Whether an objective about windows, none of which was whole before the stop, is breached over all that there is. */
function spellBroke({ plan, recording, offeredMs }: RunFacts): boolean {
  return plan.objectives.some((objective, index) => {
    const seen = recording.exceedances[index];
    const isShort = objective.windowMs !== null && objective.windowMs > offeredMs;
    return isShort && seen !== undefined && isBreached(plan, objective, seen);
  });
}

/** Whether what was sent and never answered, and is older than a latency may be, makes a breach. */
function silenceBroke({ plan, recording }: RunFacts, drainMs: number): boolean {
  return plan.objectives.some((objective, index) => {
    const seen = recording.exceedances[index];
    if (seen === undefined || !isScaled(objective) || objective.limit > drainMs) return false;
    const scope = recording.layout.objectives[index]?.target ?? null;
    const silent = scope === null ? recording.counts.inFlight : (recording.targets[scope]?.inFlight ?? 0);
    return isBreached(plan, objective, { count: seen.count + silent, exceeded: seen.exceeded + silent });
  });
}

function isBreached(
  { objectives }: Pick<Plan, 'objectives'>,
  objective: Objective,
  { count, exceeded }: { readonly count: number; readonly exceeded: number },
): boolean {
  if (!isShare(objective) || count === 0) return false;
  const { breachProbability } = weighClaim(claimOf(objective, { count, exceeded, pending: 0 }));
  return isWithin(breachProbability, ALPHA / objectives.length);
}

/**
 * How much of what an objective allows was used up: 1 is the limit itself, less is better, 0 without a sign. Null
 * when nothing was measured.
 */
export function strainOf(objective: Objective, finding: Finding): number | null {
  const { count, exceeded, value, limit } = finding;
  if (isShare(objective) && count !== null && exceeded !== null) {
    if (count === 0) return null;
    const { q, bad } = claimOf(objective, { count, exceeded, pending: 0 });
    if (bad === 0) return 0;
    return q >= 1 ? Infinity : bad / count / (1 - q);
  }
  if (value === null || limit === null) return null;
  const strain = objective.op.startsWith('<') ? value / limit : limit / value;
  return Number.isNaN(strain) ? null : strain;
}

/**
 * The plan with nothing asked of a rate that it cannot give: a throughput of at least 50/s is no promise about a rate
 * of 50/s or less, where only that something is completed is left of it.
 */
export function asked(plan: Plan, ratePerSecond: number): Plan {
  const total = plan.targets.reduce((sum, { weight }) => sum + weight, 0);
  const objectives = plan.objectives.map((objective) => {
    const { indicator, op, limit, target } = objective;
    const isFloor = (indicator.kind === 'throughput' || indicator.kind === 'goodput') && op.startsWith('>');
    const weight = target === null ? total : (plan.targets.find(({ name }) => name === target)?.weight ?? 0);
    return isFloor && ratePerSecond * weight <= limit * total ? { ...objective, limit: 0 } : objective;
  });
  return { ...plan, objectives };
}

/** The objective nearest to its limit, or furthest beyond; null without one. */
export interface Nearest {
  readonly finding: Finding;
  readonly strain: number;
}

/** Failing objectives come first, then those that use up most of what they allow. */
export function nearestOf(objectives: readonly Objective[], findings: readonly Finding[]): Nearest | null {
  const ranked = findings.flatMap((finding, index) => {
    const objective = objectives[index];
    return objective === undefined ? [] : [{ finding, strain: strainOf(objective, finding) ?? 0 }];
  });
  const isFailing = ({ finding }: Nearest): number => (finding.status === 'fail' ? 1 : 0);
  return ranked.sort((a, b) => isFailing(b) - isFailing(a) || b.strain - a.strain)[0] ?? null;
}

/** The finding to show for a rate: one that fails, else one that is open, else the nearest to its limit. */
export function shownOf(objectives: readonly Objective[], findings: readonly Finding[]): Finding | null {
  const worst = (['fail', 'inconclusive'] as const).find((status) => {
    return findings.some((finding) => finding.status === status);
  });
  const shown = objectives.filter((_, index) => worst === undefined || findings[index]?.status === worst);
  const ranked = findings.filter(({ status }) => worst === undefined || status === worst);
  return nearestOf(shown, ranked)?.finding ?? null;
}

/** What a row is made of. */
export interface TrialRow {
  /** It must still hold its recording. */
  readonly trial: Trial;
  /** From 1. */
  readonly number: number;
  /** The trial judged by itself. */
  readonly judged: JudgedRun;
  readonly shows: RateLabel;
}

/** A trial as its row, but for what all trials at its rate came to. */
export function trialReport(row: TrialRow): Omit<TrialReport, 'label'> {
  const { trial, judged } = row;
  const { measured, order } = trial;
  const { counts, completions, layout, lag } = measured.recording;
  const nearest = shownOf(measured.plan.objectives, judged.objectives);
  const windows = Math.floor(measured.offeredMs / layout.windowMs);
  return {
    number: row.number,
    purpose: order.purpose,
    ratePerSecond: order.ratePerSecond,
    startedMs: trial.startedMs,
    durationMs: measured.offeredMs,
    planned: counts.planned,
    sent: counts.sent,
    completed: counts.completed,
    sentPerSecond: perSecond(counts.sent, measured.offeredMs),
    // What a queue answered after the last arrival was due is no throughput.
    completedPerSecond: perSecond(completions.within(windows).completed, windows * layout.windowMs),
    objective: nearest?.text ?? null,
    count: nearest?.count ?? null,
    exceeded: nearest?.exceeded ?? null,
    inflation: nearest?.inflation ?? 1,
    errorRatio: summarizeRatio(counts.failed, counts.completed + counts.broken),
    ...quantilesOf(trial),
    lagP99Ms: estimateOf(lag, lag.count, 0.99).value,
    meanInFlight: meanInFlight(trial),
    shows: row.shows,
    codes: codesOf(row),
  };
}

/** Length of the way up and the time to settle, ms. */
export function approachMs({ order }: Pick<Trial, 'order'>): number {
  return order.approach.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/** From the first measured arrival to the end of the drain, ms. */
export function spanMs(trial: Trial): number {
  return Math.max(trial.measured.offeredMs, trial.endedMs - trial.startedMs - approachMs(trial));
}

function perSecond(count: number, ms: number): number {
  return ms > 0 ? (count / ms) * 1000 : 0;
}

function meanInFlight(trial: Trial): number | null {
  const ms = spanMs(trial);
  return ms > 0 ? trial.measured.recording.counts.inFlightMs / ms : null;
}

/** Of all attempts, failures as infinity. */
export function quantilesOf({ measured: { recording } }: Pick<Trial, 'measured'>): {
  readonly p50Ms: Estimate;
  readonly p99Ms: Estimate;
} {
  const { counts, targets } = recording;
  const responses = sumOf(targets.map(({ response }) => response));
  const count = responses.count + counts.failed + counts.dropped + counts.inFlight;
  return { p50Ms: estimateOf(responses, count, 0.5), p99Ms: estimateOf(responses, count, 0.99) };
}

function estimateOf(tally: Tally, count: number, q: number): Estimate {
  const { valueMs, lowMs, highMs }: QuantileSummary = summarizeQuantile(tally, count, q);
  return { value: valueMs, low: lowMs, high: highMs };
}

function codesOf({ trial: { stopped }, judged }: Pick<TrialRow, 'trial' | 'judged'>): string[] {
  const failed = judged.validity.checks.flatMap(({ status, code }) => {
    return status === 'fail' && code !== null ? [code] : [];
  });
  const stop = stopped === null ? [] : [stopped.by === 'signal' ? 'INTERRUPTED' : stopped.by.toUpperCase()];
  return [...new Set([...failed, ...stop])];
}
