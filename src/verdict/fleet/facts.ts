/** What a look at a fleet found out about each server: numbers in, for {@link judgeFleet}. */

import type { Signal } from '../../core/server/signal.ts';
import { quantileRanks } from '../../stats/quantile-interval.ts';
import { median } from '../../stats/trend.ts';

/** Everything that is known of one server. */
export interface ServerFacts {
  /** Unique in its fleet. */
  readonly name: string;
  readonly reach: Reach;
  /** What it told of itself; empty when it told nothing. */
  readonly signals: readonly Signal[];
  /** Age of what it told, ms; null when it told nothing. */
  readonly ageMs: number | null;
  /** Why a page that somebody named tells nothing, in words; null when it does. */
  readonly trouble: string | null;
  /** How fast it answered us; null when it was not asked for a page of its service. */
  readonly latency: LatencyFacts | null;
  /** Requests per second by its own counters; null when it has none. */
  readonly ratePerSecond: number | null;
  /** Failed requests per second, as it says itself; null when it does not. */
  readonly errorsPerSecond: number | null;
  /** The rate that a capacity search showed it to hold, per second; null when none is kept. */
  readonly capacityPerSecond: number | null;
}

/** Whether anything answered. */
export interface Reach {
  /** At least one whole answer came, whatever it said. */
  readonly isAlive: boolean;
  /** Why nothing came, in words; null when something did. */
  readonly failure: string | null;
}

/** A middle value with its 95 % interval, ms. */
export interface Middle {
  readonly medianMs: number;
  readonly lowMs: number;
  /** Null while there are too few values for a bound. */
  readonly highMs: number | null;
  readonly count: number;
}

/** How fast a server answered. */
export interface LatencyFacts {
  /** With its query; servers that are asked for the same path may be held against each other. */
  readonly path: string;
  readonly sent: number;
  /** No whole answer came. */
  readonly broken: number;
  /** Answered with 503: it sheds load. */
  readonly refused: number;
  /** Answered with 429: it limits us, which says nothing of its load. */
  readonly limited: number;
  /** Answered with any other 5xx. */
  readonly errors: number;
  /** Of good answers; null without any. */
  readonly response: Middle | null;
  /** Median time to open a connection, ms; null when none was opened. */
  readonly connectMs: number | null;
  /** Time from the first to the last request, ms. */
  readonly spanMs: number;
  /** Median time by which we were late ourselves, beyond what timers are, ms. */
  readonly lagMs: number;
  /** The same server and path in a calm moment, as history has it; null without one. */
  readonly calm: CalmFacts | null;
}

/** A calm moment of the past. */
export interface CalmFacts {
  readonly response: Middle;
  /** Looks that it was chosen among. */
  readonly looks: number;
  /** Time that they cover, ms. */
  readonly coveredMs: number;
}

/** The median with its 95 % interval, which holds for any law of the values; null of none. */
export function middleIn(valuesMs: readonly number[]): Middle | null {
  if (valuesMs.length === 0) return null;
  const sorted = valuesMs.toSorted((a, b) => a - b);
  const { lower, upper } = quantileRanks(sorted.length, { q: 0.5, confidence: 0.95 });
  return {
    medianMs: median(sorted),
    lowMs: lower === 0 ? 0 : (sorted[lower - 1] ?? 0),
    highMs: upper === null ? null : (sorted[upper - 1] ?? null),
    count: sorted.length,
  };
}
