/** Whether a queue grew as long as a run lasted: then a percentile depends on how long one looks. */

import type { Load } from '../plan/plan.ts';
import type { Recording } from '../record/recording.ts';
import { COARSE_LENGTH, coarseQuantileMs, type Window } from '../record/window.ts';
import { judgedSpans, type SpanClock } from './objective/judged-spans.ts';

/** A judged part is cut into this many pieces, whose medians are compared. */
const PIECES = 6;

/** Fewest answers in a piece for its median to mean anything. */
const ANSWERS_MIN = 20;

/** Growth of the median, last piece against first, from which it is no noise: both must be exceeded. */
const GROWTH_RATIO = 2;
/** Growth of the median from the first to the last part of a run that counts as a queue, ms. */
export const GROWTH_MS = 50;

/** How the median response time moved over the part of the run where it grew most. */
export interface Backlog {
  readonly isGrowing: boolean;
  /** Last median less the first, ms. */
  readonly growthMs: number;
  /** Requests per second by which the queue grows; 0 when it does not. */
  readonly growthPerSecond: number;
}

/**
 * Looks for medians that rise from each sixth of a constant stage to the next, to more than twice the first and
 * by more than 50 ms. Null when no stage had enough answers, and in the closed loop, whose queue is bounded.
 */
export function backlogOf(recording: Recording, load: Load, clock: SpanClock): Backlog | null {
  if (load.kind === 'closed') return null;
  const windows = recording.windows();
  const found = judgedSpans(load, clock).flatMap(({ from, to, ratePerSecond }) => {
    const last = Math.min(to, Math.ceil(clock.offeredMs / clock.windowMs));
    const medians = mediansOf(windows, from, last);
    return medians === null ? [] : [grade(medians, (last - from) * clock.windowMs, ratePerSecond ?? 0)];
  });
  return found.sort((a, b) => b.growthPerSecond - a.growthPerSecond || b.growthMs - a.growthMs)[0] ?? null;
}

function mediansOf(windows: readonly Window[], from: number, to: number): number[] | null {
  if (to - from < PIECES) return null;
  const pieces = Array.from({ length: PIECES }, () => new Uint32Array(COARSE_LENGTH));
  for (const window of windows) {
    if (window.index < from || window.index >= to) continue;
    const piece = pieces[Math.floor(((window.index - from) * PIECES) / (to - from))];
    window.coarse.forEach((count, index) => {
      if (piece !== undefined && count > 0) piece[index] = (piece[index] ?? 0) + count;
    });
  }
  const isThin = pieces.some((piece) => piece.reduce((sum, count) => sum + count, 0) < ANSWERS_MIN);
  return isThin ? null : pieces.map((piece) => coarseQuantileMs(piece, 0.5));
}

/** A median that grows by s ms per ms means that arrivals exceed completions by the share s / (1 + s). */
function grade(medians: readonly number[], lengthMs: number, ratePerSecond: number): Backlog {
  const first = medians[0] ?? 0;
  const last = medians.at(-1) ?? 0;
  const growthMs = last - first;
  const isRising = medians.every((median, index) => index === 0 || median > (medians[index - 1] ?? 0));
  const isGrowing = isRising && last > GROWTH_RATIO * first && growthMs > GROWTH_MS;
  const slope = growthMs / (lengthMs * (1 - 1 / PIECES));
  return { isGrowing, growthMs, growthPerSecond: isGrowing ? (ratePerSecond * slope) / (1 + slope) : 0 };
}
