/** One objective with the part of a recording that it is about. */

import type { Objective, Plan } from '../../plan/plan.ts';
import type { Recording } from '../../record/recording.ts';
import { addExceedance, type Exceedance, emptyExceedance, type Window } from '../../record/window.ts';
import type { JudgedSpan } from './judged-spans.ts';
import type { MeanSource } from './mean-evidence.ts';

/** A run that ended, as it is judged. */
export interface Measured {
  readonly plan: Plan;
  /** With the layout of `layoutFor(plan)`. */
  readonly recording: Recording;
  /** From the start of the measured part to the last arrival's due time or the stop, ms. */
  readonly offeredMs: number;
}

/** An objective, where the recording counted it, and the parts of the run that are judged. */
export interface Question {
  readonly objective: Objective;
  readonly index: number;
  readonly measured: Measured;
  readonly windows: readonly Window[];
  readonly spans: readonly JudgedSpan[];
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

/** Attempts in scope that were never answered. Which stage one belongs to is not known: it counts in each. */
export function pendingOf({ measured: { recording }, index }: Question): number {
  const target = recording.layout.objectives[index]?.target ?? null;
  return target === null ? recording.counts.inFlight : (recording.targets[target]?.inFlight ?? 0);
}

/** Longest total deadline in scope, ms. */
export function timeoutOf({ measured: { plan }, objective }: Question): number {
  const inScope = plan.targets.filter(({ name }) => objective.target === null || objective.target === name);
  return Math.max(0, ...inScope.map(({ timeoutMs }) => timeoutMs));
}

/** Where a mean finds its values. */
export function sourceOf({ measured, windows, index, objective }: Question): MeanSource {
  return { recording: measured.recording, offeredMs: measured.offeredMs, windows, index, objective };
}
