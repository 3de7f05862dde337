/**
 * The parts of a run that are judged: its constant stages, each on its own, the worst counts. Ramps are shown
 * and not judged, since a percentile over changing rates is about none of them; only a breach is looked for in them
 * where somebody asks for that. An objective `for 30s` is about every half minute of a stage.
 */

import type { Load } from '../../plan/plan.ts';

/** A judged part: windows [from, to) of the series. */
export interface JudgedSpan {
  readonly from: number;
  /** Infinity: to the end. */
  readonly to: number;
  /** Arrival rate; null in the closed loop, and of a ramp. */
  readonly ratePerSecond: number | null;
  /** True when it is the whole measured part, for which exact totals exist. */
  readonly isWhole: boolean;
  /** The stage that it is a window of, for an objective about windows; absent: it is a stage itself. */
  readonly stage?: JudgedSpan;
}

/** When it was measured. */
export interface SpanClock {
  readonly windowMs: number;
  /** From the start of the measured part to the last arrival's due time or the stop, ms. */
  readonly offeredMs: number;
  /** The first window of each trial, when several were laid one after another; absent: one run. */
  readonly trialStarts?: readonly number[];
  /** Stages of the open loop that begin earlier are left out, ms; absent: none. */
  readonly judgedFromMs?: number;
  /** Windows that an objective is about are left out when they end later, ms; absent: none. */
  readonly settledMs?: number;
  /** Each ramp is a part of its own, too. */
  readonly withRamps?: boolean;
}

/** Windows [from, to) of the series; both finite. */
export type WindowRange = readonly [from: number, to: number];

/** What a sum of lengths may be off by when it is divided by the width of a window. */
const WHOLE_TOLERANCE = 1e-6;

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly ratePerSecond: number | null;
  readonly isRamp: boolean;
}

/**
 * The judged parts that a run reached, in order; none when it has only ramps. A window that straddles two stages
 * belongs to neither.
 */
export function judgedSpans(load: Load, clock: SpanClock): JudgedSpan[] {
  const { windowMs, offeredMs, judgedFromMs = 0, withRamps = false } = clock;
  if (load.kind === 'closed') return [{ from: 0, to: Infinity, ratePerSecond: null, isWhole: true }];
  const stretches = stretchesOf(load.stages);
  const endMs = stretches.at(-1)?.toMs ?? 0;
  const [only] = stretches;
  if (stretches.length === 1 && only !== undefined && only.ratePerSecond !== null) {
    return [{ from: 0, to: Infinity, ratePerSecond: only.ratePerSecond, isWhole: true }];
  }
  return stretches
    .filter(({ ratePerSecond, isRamp }) => ratePerSecond !== null || (withRamps && isRamp))
    .filter(({ fromMs }) => fromMs >= judgedFromMs && (fromMs === 0 || fromMs < offeredMs))
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
      stretches.push({ fromMs, toMs, ratePerSecond, isRamp: stage.kind === 'ramp' });
    }
    fromMs = toMs;
  }
  return stretches;
}

/** The whole windows of a span that hang together: all of them, or those of each trial; empty ones are left out. */
export function unbrokenRanges(
  { from, to }: Pick<JudgedSpan, 'from' | 'to'>,
  clock: SpanClock,
): WindowRange[] {
  const end = Math.min(to, Math.floor(clock.offeredMs / clock.windowMs + WHOLE_TOLERANCE));
  const starts = [from, ...(clock.trialStarts ?? []).filter((start) => start > from && start < end)];
  return starts
    .map((start, index) => [start, starts[index + 1] ?? end] as const)
    .filter(([first, last]) => last > first);
}

/**
 * A stage cut into windows of `lengthMs` that follow each other from its start, in each trial anew; a rest shorter
 * than that is left out. They are as long as windows of the series allow, to which they are rounded.
 */
export function windowSpans(stage: JudgedSpan, lengthMs: number, clock: SpanClock): JudgedSpan[] {
  const width = Math.max(1, Math.round(lengthMs / clock.windowMs));
  const settled = Math.floor((clock.settledMs ?? Infinity) / clock.windowMs);
  return unbrokenRanges({ from: stage.from, to: Math.min(stage.to, settled) }, clock).flatMap(
    ([first, last]) =>
      Array.from({ length: Math.floor((last - first) / width) }, (_, index) => ({
        from: first + index * width,
        to: first + (index + 1) * width,
        ratePerSecond: stage.ratePerSecond,
        isWhole: false,
        stage,
      })),
  );
}

/** How long a span lasted, ms. */
export function spanMs(span: JudgedSpan, clock: SpanClock): number {
  if (span.isWhole) return clock.offeredMs;
  return unbrokenRanges(span, clock).reduce((sum, [first, last]) => sum + last - first, 0) * clock.windowMs;
}
