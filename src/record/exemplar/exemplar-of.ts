/** An attempt as an exemplar, and the orders in which exemplars stand. */

import { type Attempt, PHASES, type Phase, responseMs } from '../../core/attempt.ts';
import type { Exemplar } from '../../core/trace/exemplar.ts';
import { phasesOf } from '../../core/trace/phases.ts';

/** Of an attempt that was sent and has ended. @param measuredFromMs schedule time at which the measured part begins */
export function exemplarOf(attempt: Attempt, measuredFromMs: number, traceId: string | null): Exemplar {
  const { index, target, status, cause, phase, detail, remote } = attempt;
  return {
    index,
    target,
    atMs: attempt.endMs - measuredFromMs,
    responseMs: responseMs(attempt),
    status,
    cause,
    phase,
    detail: detail ?? '',
    remote,
    phases: knownPhases(attempt),
    traceId,
  };
}

/** Those that ended first come first: a total order, so that which ones stay does not depend on the order of merging. */
export function compareEarliest(a: Exemplar, b: Exemplar): number {
  return a.atMs - b.atMs || a.index - b.index || compareTexts(a, b);
}

/** Those that took longest come first: a total order as well. */
export function compareSlowest(a: Exemplar, b: Exemplar): number {
  return b.responseMs - a.responseMs || a.index - b.index || compareTexts(a, b);
}

function knownPhases(attempt: Attempt): Record<Phase, number | null> {
  const phases = phasesOf(attempt);
  const known: Record<Phase, number | null> = { ...phases };
  for (const phase of PHASES) if (!Number.isFinite(phases[phase])) known[phase] = null;
  return known;
}

function compareTexts(a: Exemplar, b: Exemplar): number {
  const left = textOf(a);
  const right = textOf(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function textOf(exemplar: Exemplar): string {
  const { atMs, target, status, cause, phase, detail, remote, phases, traceId } = exemplar;
  const times = PHASES.map((name) => phases[name]);
  return JSON.stringify([
    target,
    status,
    detail,
    phase,
    cause,
    remote,
    traceId,
    atMs,
    exemplar.responseMs,
    times,
  ]);
}
