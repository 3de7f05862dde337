/**
 * What a light probe can tell of utilisation: how much slower a server answers than in a calm moment. With an unknown
 * number of workers that is an interval, and often one that says little.
 */

import { erlangC } from '../../stats/models/queue.ts';
import { utilisationOfMany } from '../../stats/models/utilisation.ts';
import type { CalmFacts, Middle } from './facts.ts';
import type { Utilization } from './row.ts';

/** Looks, and the time they cover, from which on the calmest of them counts as idle. */
const IDLE_LOOKS = 10;
const IDLE_COVERED_MS = 86_400_000;

/** Halvings that leave an error below 1e-12. */
const HALVINGS = 40;

/** What was seen, and how many requests the server may work on at once at most, >= 1. */
export interface Slowness {
  readonly now: Middle;
  readonly calm: CalmFacts;
  readonly workers: number;
  /** Time that a connection takes to open, ms: what the network adds to every answer; null when it is not known. */
  readonly connectMs: number | null;
}

/** How much slower than calm, R / S, and what it is at least. */
export interface Inflation {
  readonly value: number;
  readonly low: number;
}

/** R / S of the medians; the lower bound holds the bounds of both. */
export function inflationOf({ now, calm }: Pick<Slowness, 'now' | 'calm'>): Inflation {
  const { response } = calm;
  return {
    value: now.medianMs / response.medianMs,
    low: response.highMs === null ? 0 : now.lowMs / response.highMs,
  };
}

/** True when the calmest of the looks was most likely an idle moment: there were many, over a day and more. */
export function isIdleKnown({ looks, coveredMs }: CalmFacts): boolean {
  return looks >= IDLE_LOOKS && coveredMs >= IDLE_COVERED_MS;
}

/**
 * Utilisation as an interval over 1 to `workers` workers: 1 - S / R with one (M/M/1, and any law with equal sharing), to
 * that of M/M/c with all of them. The lower bound holds even when the calm moment was a busy one, since the truth is
 * higher then, as it is for times on the way; the upper one holds only of an idle one, less the time on the way, and is 1
 * without. `value` is that of one worker: the order of
 * servers is the same for any number.
 */
export function utilizationSeen(slowness: Slowness): Utilization {
  const { calm, workers } = slowness;
  const { value, low } = inflationOf(slowness);
  const high = mostInflation(slowness);
  const isBounded = high !== null && isIdleKnown(calm);
  return {
    value: ofOne(value),
    low: ofOne(low),
    high: isBounded ? Math.max(utilisationOfMany(high, workers), unseen(workers)) : 1,
  };
}

/** The most that R / S can be, without what the network adds to both; null while that has no bound. */
function mostInflation({ now, calm, connectMs }: Slowness): number | null {
  const wayMs = connectMs ?? 0;
  const leastMs = calm.response.lowMs - wayMs;
  return now.highMs === null || leastMs <= 0 ? null : Math.max(0, now.highMs - wayMs) / leastMs;
}

function ofOne(inflation: number): number {
  return inflation <= 1 ? 0 : 1 - 1 / inflation;
}

/** Utilisation of `workers` workers below which fewer than half of the requests wait: a median need not show it. */
export function unseen(workers: number): number {
  let low = 0;
  let high = 1;
  for (let count = 0; count < HALVINGS; count += 1) {
    const middle = (low + high) / 2;
    if (erlangC(workers, workers * middle) < 0.5) low = middle;
    else high = middle;
  }
  return low;
}
