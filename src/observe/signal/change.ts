/** Two readings of one server, and what changed between them. */

import type { CounterName, Fact, FactName, HistogramName, Reading } from '../reading.ts';

/** What a counter did. */
export interface Growth {
  readonly amount: number;
  /** Over so many seconds, > 0. */
  readonly seconds: number;
  readonly from: string;
}

/** A histogram of what came between two readings. */
export interface Between {
  /** Upper bounds, rising; the last is Infinity. */
  readonly bounds: readonly number[];
  /** Values in each, not cumulative. */
  readonly counts: readonly number[];
  readonly from: string;
}

/** What two readings show together; of the first reading alone only the gauges. */
export class Change {
  readonly before: Reading | null;
  readonly after: Reading;
  readonly #restarted: boolean;

  constructor(before: Reading | null, after: Reading) {
    this.before = before;
    this.after = after;
    const [first, second] = [before?.facts.get('start-ms')?.value, after.facts.get('start-ms')?.value];
    // Servers work their start out from ticks: it wanders by some ms.
    this.#restarted = first !== undefined && second !== undefined && Math.abs(second - first) > 1000;
  }

  /** The later value; undefined when nobody told it. */
  gauge(name: FactName): Fact | undefined {
    return this.after.facts.get(name);
  }

  /** Names of the numbers that stand behind `prefix/` in the later reading. */
  parts(prefix: string): FactName[] {
    return [...this.after.facts.keys()].filter((name) => name.startsWith(`${prefix}/`));
  }

  /**
   * How much a counter grew. A lower value, or a new start of the process, is a counter that began anew at 0: all of
   * it came between, and what came before the restart is lost. Undefined when one of the readings does not tell it,
   * when they tell it from different places, or when no time passed between them (a page that keeps old numbers).
   */
  growth(name: CounterName | `${CounterName}/${string}`): Growth | undefined {
    const [first, second] = [this.before?.facts.get(name), this.after.facts.get(name)];
    if (first === undefined || second === undefined || first.from !== second.from) return undefined;
    if (first.isStamped !== second.isStamped) return undefined;
    const seconds = (second.atMs - first.atMs) / 1000;
    if (!(seconds > 0) || !Number.isFinite(second.value) || second.value < 0) return undefined;
    const isAnew = second.value < first.value || (this.#restarted && !isOfMachine(name));
    return { amount: second.value - (isAnew ? 0 : first.value), seconds, from: second.from };
  }

  /** The process began anew between the readings, as far as they tell. */
  get restarted(): boolean {
    return this.#restarted;
  }

  /** What came into a histogram between the readings; undefined as for {@link growth}, and when nothing came. */
  histogram(name: HistogramName): Between | undefined {
    const [first, second] = [this.before?.histograms.get(name), this.after.histograms.get(name)];
    if (first === undefined || second === undefined || first.from !== second.from) return undefined;
    const older = new Map(first.bounds.map((bound, index) => [bound, first.cumulative[index] ?? 0]));
    const isAnew =
      this.#restarted ||
      second.bounds.some((bound, index) => (second.cumulative[index] ?? 0) < (older.get(bound) ?? 0));
    // Bounds that only one of them has would put old values among the new ones.
    if (
      !isAnew &&
      (first.bounds.length !== second.bounds.length || second.bounds.some((bound) => !older.has(bound)))
    ) {
      return undefined;
    }
    let below = 0;
    const counts = second.bounds.map((bound, index) => {
      const cumulative = (second.cumulative[index] ?? 0) - (isAnew ? 0 : (older.get(bound) ?? 0));
      const count = Math.max(0, cumulative - below);
      below = Math.max(below, cumulative);
      return count;
    });
    return below > 0 ? { bounds: second.bounds, counts, from: second.from } : undefined;
  }
}

function isOfMachine(name: string): boolean {
  return /^(?:host|psi|listen|disk|cgroup)-/.test(name);
}

/** A quantile of a histogram. */
export interface HistogramQuantile {
  readonly value: number;
  /** It lies beyond the last finite bound: `value` is that bound, the truth is more. */
  readonly isBeyond: boolean;
}

/** A quantile, interpolated within its bucket as Prometheus' histogram_quantile does it. @param q 0..1 */
export function quantileOf({ bounds, counts }: Between, q: number): HistogramQuantile {
  const rank = q * counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [index, count] of counts.entries()) {
    const [low, high] = [bounds[index - 1] ?? 0, bounds[index] ?? Number.POSITIVE_INFINITY];
    if (below + count < rank || count === 0) {
      below += count;
      continue;
    }
    if (high === Number.POSITIVE_INFINITY) return { value: low, isBeyond: true };
    // Go's first bucket ends at 0, or reaches from -Infinity.
    const from = Number.isFinite(low) ? Math.min(low, high) : high;
    return { value: from + (high - from) * ((rank - below) / count), isBeyond: false };
  }
  return { value: bounds.at(-2) ?? 0, isBeyond: true };
}
