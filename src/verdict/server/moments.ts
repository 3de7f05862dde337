/** Looks at a server beside the rate that it was sent, and what lasted in them. */

import type { Resource, ServerLook, Signal, SignalState } from '../../core/server/signal.ts';

/** What came out of the server in a window of the client's series; the window ends where the next one begins. */
export interface RatePoint {
  /** ms from the start of the measured part. */
  readonly fromMs: number;
  readonly perSecond: number;
  /** Requests open at a time, by Little's law; null or absent where it is not known. */
  readonly inFlight?: number | null;
}

/** A look, and the rate in the time that it tells of. */
export interface Moment {
  readonly look: ServerLook;
  /** Null where the series tells nothing of that time. */
  readonly perSecond: number | null;
  /** Requests open in that time; null where it is not known. */
  readonly inFlight: number | null;
}

/** A rate counts as the highest from this share of it on. */
const TOP = 0.9;
/** So many looks in a row are no accident. */
const IN_A_ROW = 3;

/** What fills up with time, whatever the rate is: how full it is at the end says more than how full it was. */
const STOCKS: ReadonlySet<Resource> = new Set(['memory', 'fds', 'goroutines', 'threads', 'conntrack']);

const STATES: readonly SignalState[] = ['unknown', 'ok', 'near', 'saturated'];

/** The looks with their rates, in the order of time. A window of the series counts by its overlap with the look. */
export function momentsOf(looks: readonly ServerLook[], rates: readonly RatePoint[]): readonly Moment[] {
  return looks.map((look) => ({
    look,
    perSecond: meanOver(look, rates, ({ perSecond }) => perSecond),
    inFlight: meanOver(look, rates, ({ inFlight }) => inFlight ?? null),
  }));
}

function meanOver(
  { atMs, spanMs }: ServerLook,
  rates: readonly RatePoint[],
  of: (point: RatePoint) => number | null,
): number | null {
  // The first look has no span of its own: it shows a moment.
  const fromMs = atMs - Math.max(1, spanMs);
  let [sum, weight] = [0, 0];
  for (const [index, point] of rates.entries()) {
    const next = rates[index + 1]?.fromMs ?? endOfLast(rates);
    const overlap = Math.min(atMs, next) - Math.max(fromMs, point.fromMs);
    const value = of(point);
    if (!(overlap > 0) || value === null) continue;
    sum += overlap * value;
    weight += overlap;
  }
  return weight > 0 ? sum / weight : null;
}

/** The last window is as long as the one before it; a lone one has no end. */
function endOfLast(rates: readonly RatePoint[]): number {
  const [before, last] = [rates.at(-2), rates.at(-1)];
  if (last === undefined || before === undefined) return Number.POSITIVE_INFINITY;
  return 2 * last.fromMs - before.fromMs;
}

/**
 * The moments of the highest rate: all that come within a tenth of it, or so near as arrivals at random scatter.
 * Without any rate all moments.
 */
export function busiest(moments: readonly Moment[]): readonly Moment[] {
  const top = moments.toSorted((a, b) => (b.perSecond ?? -1) - (a.perSecond ?? -1))[0];
  if (top === undefined || top.perSecond === null) return moments;
  const least = top.perSecond - Math.max((1 - TOP) * top.perSecond, scatterOf(top));
  return moments.filter(({ perSecond }) => perSecond !== null && perSecond >= least);
}

/** By how much the rate of a moment differs by chance alone: three standard deviations of a Poisson count, per second. */
export function scatterOf({ look, perSecond }: Pick<Moment, 'look' | 'perSecond'>): number {
  // The first look has no span: the window of the series that it lies in is some second long.
  const seconds = look.spanMs > 0 ? look.spanMs / 1000 : 1;
  return 3 * Math.sqrt((perSecond ?? 0) / seconds);
}

/** Mean rate of these moments; null where none is known. */
export function rateOf(moments: readonly Moment[]): number | null {
  return mean(moments.map(({ perSecond }) => perSecond).filter((rate) => rate !== null));
}

/** What the looks told of one resource, in the order of time; a look that told nothing of it is left out. */
export function signalsOf(moments: readonly Moment[], resource: Resource): readonly Signal[] {
  return moments.flatMap(({ look }) => look.signals.filter((signal) => signal.resource === resource));
}

/** The signals that tell how full a resource is: those of the highest rate, and the last one of what fills up with time. */
export function tellingOf(moments: readonly Moment[], resource: Resource): readonly Signal[] {
  if (STOCKS.has(resource)) return signalsOf(moments, resource).slice(-1);
  const top = signalsOf(busiest(moments), resource);
  return top.length > 0 ? top : signalsOf(moments, resource);
}

/** It held in half of these signals and more, or three times in a row. @param signals of one resource, in the order of time */
export function lasted(signals: readonly Signal[], holds: (signal: Signal) => boolean): boolean {
  let [count, row, longest] = [0, 0, 0];
  for (const signal of signals) {
    row = holds(signal) ? row + 1 : 0;
    count += holds(signal) ? 1 : 0;
    longest = Math.max(longest, row);
  }
  return count > 0 && (count * 2 >= signals.length || longest >= IN_A_ROW);
}

/** The worst state that lasted in any of these stretches; `unknown` for no signal. */
export function lastingState(...stretches: readonly (readonly Signal[])[]): SignalState {
  const found = STATES.findLast((state) =>
    stretches.some((signals) => lasted(signals, (signal) => isAtLeast(signal, state))),
  );
  return found ?? 'unknown';
}

/** The signal's state is this one or worse. */
export function isAtLeast({ state }: Signal, than: SignalState): boolean {
  return STATES.indexOf(state) >= STATES.indexOf(than);
}

/** Mean of the numbers; null for none. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
