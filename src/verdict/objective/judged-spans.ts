/**
 * The parts of a run that are judged: its constant stages, each on its own, the worst counts. Ramps are shown
 * and not judged, since a percentile over changing rates is about none of them.
 */

import type { Load } from '../../plan/plan.ts';

/** A judged part: windows [from, to) of the series. */
export interface JudgedSpan {
  readonly from: number;
  /** Infinity: to the end. */
  readonly to: number;
  /** Arrival rate; null in the closed loop. */
  readonly ratePerSecond: number | null;
  /** True when it is the whole measured part, for which exact totals exist. */
  readonly isWhole: boolean;
}

/** When it was measured. */
export interface SpanClock {
  readonly windowMs: number;
  /** From the start of the measured part to the last arrival's due time or the stop, ms. */
  readonly offeredMs: number;
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly ratePerSecond: number | null;
}

/**
 * The judged parts that a run reached, in order; none when it has only ramps. A window that straddles two stages
 * belongs to neither.
 */
export function judgedSpans(load: Load, { windowMs, offeredMs }: SpanClock): JudgedSpan[] {
  if (load.kind === 'closed') return [{ from: 0, to: Infinity, ratePerSecond: null, isWhole: true }];
  const stretches = stretchesOf(load.stages);
  const endMs = stretches.at(-1)?.toMs ?? 0;
  const [only] = stretches;
  if (stretches.length === 1 && only !== undefined && only.ratePerSecond !== null) {
    return [{ from: 0, to: Infinity, ratePerSecond: only.ratePerSecond, isWhole: true }];
  }
  return stretches
    .filter(({ fromMs, ratePerSecond }) => ratePerSecond !== null && (fromMs === 0 || fromMs < offeredMs))
    .map(({ fromMs, toMs, ratePerSecond }) => ({
      from: Math.ceil(fromMs / windowMs),
      to: toMs === endMs ? Infinity : Math.floor(toMs / windowMs),
      ratePerSecond,
      isWhole: false,
    }));
}

/** Neighbouring constant stages of one rate are one stretch; a ramp has no rate of its own, nor has a pause. */
function stretchesOf(stages: Extract<Load, { kind: 'open' }>['stages']): Stretch[] {
  const stretches: Stretch[] = [];
  let fromMs = 0;
  for (const stage of stages) {
    const toMs = fromMs + stage.durationMs;
    const ratePerSecond = stage.kind === 'constant' && stage.ratePerSecond > 0 ? stage.ratePerSecond : null;
    const last = stretches.at(-1);
    if (last !== undefined && ratePerSecond !== null && last.ratePerSecond === ratePerSecond) {
      stretches[stretches.length - 1] = { ...last, toMs };
    } else {
      stretches.push({ fromMs, toMs, ratePerSecond });
    }
    fromMs = toMs;
  }
  return stretches;
}
