/** One objective with the part of a recording that it is about. */

import type { ServerLooks } from '../../core/server/signal.ts';
import type { Objective, Plan } from '../../plan/plan.ts';
import type { Recording } from '../../record/recording.ts';
import { addExceedance, type Exceedance, emptyExceedance, type Window } from '../../record/window.ts';
import type { Attempts, DecisionRule } from './evidence.ts';
import type { JudgedSpan, SpanClock } from './judged-spans.ts';
import type { MeanSource } from './mean-evidence.ts';

export type { DecisionRule } from './evidence.ts';

/** A run that ended, as it is judged. */
export interface Measured {
  readonly plan: Plan;
  /** With the layout of `layoutFor(plan)`. */
  readonly recording: Recording;
  /** From the start of the measured part to the last arrival's due time or the stop, ms. */
  readonly offeredMs: number;
  /** Default: once. */
  readonly rule?: DecisionRule;
  /** The rule of the objectives that may stop a run, when they were looked at meanwhile; default: `rule`. */
  readonly abortRule?: DecisionRule;
  /**
   * Where one trial ends and the next begins, when several of the same rate were laid one after another: the first
   * window of each. Absent: a run of its own.
   */
  readonly trialStarts?: readonly number[];
  /** Which parts are judged, when not all of them: see {@link SpanClock}. */
  readonly parts?: Pick<SpanClock, 'judgedFromMs' | 'settledMs' | 'withRamps'>;
  /** What was read of servers meanwhile, each with its looks; absent: nobody looked. */
  readonly servers?: readonly ServerLooks[];
  /** Objectives, by position in the layout, whose counts have what was never answered in them. */
  readonly charged?: ReadonlySet<number>;
}

/** An objective, where the recording counted it, and the parts of the run that are judged. */
export interface Question {
  readonly objective: Objective;
  readonly index: number;
  readonly measured: Measured;
  readonly windows: readonly Window[];
  readonly clock: SpanClock;
  /** Judged each, in order; none: `isTooShort` or only ramps. */
  readonly spans: readonly JudgedSpan[];
  /** True when it is about windows, and no stage reached the length of one. */
  readonly isTooShort: boolean;
}

/** The rule that an objective of a run is judged by. */
export function ruleOf({ measured: { rule, abortRule }, objective }: Question): DecisionRule {
  return (objective.abort ? abortRule : undefined) ?? rule ?? { kind: 'once' };
}

/** When a run was measured. */
export function clockOf({ recording, offeredMs, trialStarts, parts }: Measured): SpanClock {
  const clock = { windowMs: recording.layout.windowMs, offeredMs, ...parts };
  return trialStarts === undefined ? clock : { ...clock, trialStarts };
}

/**
 * Attempts beyond the limit less those that our own lag put there. Of latencies the recording counts them; a
 * drop that never got as far as waiting for a connection is our own doing as well.
 */
export function ownExceeded({ measured: { recording }, index }: Question, counts: Exceedance): number {
  if (recording.layout.objectives[index]?.rule.kind !== 'dropped') return counts.exceededOwn;
  return Math.max(0, counts.exceededOwn - recording.counts.droppedLate);
}

/** What an objective counted in a span. */
export function countsIn(
  { measured: { recording }, windows, index }: Question,
  span: JudgedSpan,
): Exceedance {
  const sum = emptyExceedance();
  if (span.isWhole) {
    return recording.exceedances[index] ?? sum;
  }
  for (const window of windows) {
    const own = window.exceedances[index];
    if (own !== undefined && window.index >= span.from && window.index < span.to) addExceedance(sum, own);
  }
  return sum;
}

/** Of what was counted, the attempts against the objective: on the other side with `>` and `>=`. */
export function badOf({ op }: Objective, { count, exceeded }: Exceedance = emptyExceedance()): number {
  return op.startsWith('<') ? exceeded : count - exceeded;
}

/** Attempts of a span against the objective, and their share of all; 0 without any. */
export function badIn(
  question: Question,
  span: JudgedSpan,
): { readonly bad: number; readonly ratio: number } {
  const counts = countsIn(question, span);
  const bad = badOf(question.objective, counts);
  return { bad, ratio: counts.count === 0 ? 0 : bad / counts.count };
}

/**
 * Attempts of a span that were sent and failed, of an objective that counts those without a time. What was dropped in
 * a stage may be of any target: it is taken off.
 */
export function failedIn(question: Question, span: JudgedSpan): number {
  return Math.max(0, countsIn(question, span).exceeded - droppedOf(question, span));
}

/**
 * Attempts in scope that might have gone either way: those never answered, and for ratios of errors and statuses
 * those that were never sent. Which span an unanswered one belongs to is not known, nor which target a drop in a
 * stage: such count in each that is young enough. @param isOwn leave out the drops that our own lag caused
 */
export function pendingIn(
  question: Question,
  span: JudgedSpan,
  isOwn = false,
): Required<Pick<Attempts, 'pending' | 'dropped'>> {
  const { recording } = question.measured;
  const { rule, target = null } = recording.layout.objectives[question.index] ?? {};
  const scope = target === null ? recording.counts : recording.targets[target];
  const isOfSent = rule?.kind === 'failed' || rule?.kind === 'status';
  const late = isOwn ? recording.counts.droppedLate : 0;
  const dropped = isOfSent ? Math.max(0, droppedOf(question, span) - late) : 0;
  const isAnswered = question.measured.charged?.has(question.index) === true || isPast(question, span);
  return { pending: (isAnswered ? 0 : (scope?.inFlight ?? 0)) + dropped, dropped };
}

/** True when a part of one run ended so long ago that nothing of it is under way. */
function isPast({ measured: { plan, trialStarts }, clock }: Question, { isWhole, to }: JudgedSpan): boolean {
  if (isWhole || trialStarts !== undefined) return false;
  return to * clock.windowMs <= clock.offeredMs - longestAnswerMs(plan);
}

/** Deadlines one after another of an attempt: taken up late at most so long, waiting so long, under way so long. */
const DEADLINES = 3;

/** The longest that an attempt may go without its end, ms from when it was due. */
export function longestAnswerMs({ targets }: Pick<Plan, 'targets'>): number {
  return DEADLINES * Math.max(0, ...targets.map(({ timeoutMs }) => timeoutMs));
}

function droppedOf({ measured: { recording }, windows, index }: Question, span: JudgedSpan): number {
  const target = recording.layout.objectives[index]?.target ?? null;
  const inScope = (target === null ? recording.counts : recording.targets[target])?.dropped ?? 0;
  return span.isWhole ? inScope : Math.min(inScope, droppedIn(windows, span));
}

function droppedIn(windows: readonly Window[], { from, to }: JudgedSpan): number {
  return windows.reduce((sum, { index, dropped }) => sum + (index >= from && index < to ? dropped : 0), 0);
}

/** Longest total deadline in scope, ms. */
export function timeoutOf({ measured: { plan }, objective }: Question): number {
  const inScope = plan.targets.filter(({ name }) => objective.target === null || objective.target === name);
  return Math.max(0, ...inScope.map(({ timeoutMs }) => timeoutMs));
}

/** Where a mean finds its values. */
export function sourceOf({ measured, windows, clock, index, objective }: Question): MeanSource {
  return { recording: measured.recording, windows, clock, index, objective };
}
