/**
 * A latency distribution as counts in HdrHistogram's own layout (1 us to 1 h, 3 significant digits), made for
 * the hot path: one record is an index and an increment (a tenth of the library's cost, measured). The wire
 * format, and everything that other tools read, is histogram.ts.
 */

import { toStep } from '../core/quantum.ts';

/**
 * Length of the counts array for 1..3.6e9 us and 3 digits: (22 + 1) * 1024 (HdrHistogram's own test
 * figure).
 */
export const TALLY_LENGTH = 23_552;

/** Largest recordable value, microseconds: one hour. Larger ones are counted in `overflow`. */
export const HIGHEST_US = 3_600_000_000;

/** What changed since the last take: sparse, so that it crosses threads cheaply. */
export interface TallyPart {
  readonly indexes: Uint32Array;
  readonly counts: Float64Array;
  readonly count: number;
  readonly overflow: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly sumMs: number;
}

/** Bucket of an integer number of microseconds, 0..HIGHEST_US. */
export function indexOfUs(us: number): number {
  const exponent = 21 - Math.clz32(us | 2047);
  return exponent * 1024 + (us >>> exponent);
}

/** Smallest number of microseconds in a bucket. */
export function lowestUs(index: number): number {
  return index < 2048 ? index : ((index & 1023) + 1024) * 2 ** ((index >>> 10) - 1);
}

/** Largest number of microseconds in a bucket. */
export function highestUs(index: number): number {
  return index < 2048 ? index : lowestUs(index) + 2 ** ((index >>> 10) - 1) - 1;
}

/**
 * Counts of values in ms, exact to 3 significant digits; count, minimum and maximum are exact, and the sum is that of
 * the values to 61 ns each.
 */
export class Tally {
  /** Number of recorded values, those beyond one hour included. */
  count = 0;
  /** Number of values beyond one hour; they rank above every bucket. */
  overflow = 0;
  minMs: number = Infinity;
  maxMs: number = -Infinity;
  sumMs = 0;
  #counts: Float64Array | null = null;

  /** Records one value. Negative values, which a clock cannot produce, count as 0; NaN is ignored. */
  add(ms: number): void {
    if (!(ms >= 0)) {
      if (!(ms < 0)) return;
      ms = 0;
    }
    this.count += 1;
    this.sumMs += toStep(ms);
    if (ms < this.minMs) this.minMs = ms;
    if (ms > this.maxMs) this.maxMs = ms;
    const us = Math.round(ms * 1000);
    if (us > HIGHEST_US) {
      this.overflow += 1;
      return;
    }
    this.#counts ??= new Float64Array(TALLY_LENGTH);
    const index = indexOfUs(us);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** Number of values in a bucket. @param index 0..TALLY_LENGTH-1 */
  countAt(index: number): number {
    return this.#counts?.[index] ?? 0;
  }

  /** Calls `visit` for every non-empty bucket in ascending order; stops when it returns false. */
  forEachBucket(visit: (index: number, count: number) => boolean | void): void {
    const counts = this.#counts;
    if (counts === null) return;
    const [from, to] = this.#range();
    for (let index = from; index <= to; index += 1) {
      const count = counts[index] ?? 0;
      if (count > 0 && visit(index, count) === false) return;
    }
  }

  /** Everything recorded, as a part; the tally itself is left as it was. */
  copy(): TallyPart {
    const indexes: number[] = [];
    const counts: number[] = [];
    this.forEachBucket((index, count) => {
      indexes.push(index);
      counts.push(count);
    });
    return {
      indexes: Uint32Array.from(indexes),
      counts: Float64Array.from(counts),
      count: this.count,
      overflow: this.overflow,
      minMs: this.minMs,
      maxMs: this.maxMs,
      sumMs: this.sumMs,
    };
  }

  /** Everything recorded since the last take, as a part; the tally is empty afterwards. */
  take(): TallyPart {
    const part = this.copy();
    for (const index of part.indexes) if (this.#counts !== null) this.#counts[index] = 0;
    this.count = 0;
    this.overflow = 0;
    this.minMs = Infinity;
    this.maxMs = -Infinity;
    this.sumMs = 0;
    return part;
  }

  /** Adds a part. Commutative and associative. */
  absorb(part: TallyPart): void {
    this.count += part.count;
    this.overflow += part.overflow;
    this.sumMs += part.sumMs;
    if (part.minMs < this.minMs) this.minMs = part.minMs;
    if (part.maxMs > this.maxMs) this.maxMs = part.maxMs;
    if (part.indexes.length === 0) return;
    const counts = (this.#counts ??= new Float64Array(TALLY_LENGTH));
    part.indexes.forEach((index, position) => {
      counts[index] = (counts[index] ?? 0) + (part.counts[position] ?? 0);
    });
  }

  /**
   * Value at a 1-based rank, ms: the highest (or lowest) value of its bucket; exact for the first rank and
   * the last. NaN when the rank is not in 1..count; Infinity when it falls among the overflow.
   */
  atRank(rank: number, edge: 'lowest' | 'highest' = 'highest'): number {
    if (!(rank >= 1 && rank <= this.count)) return NaN;
    if (rank > this.count - this.overflow) return Infinity;
    if (rank === 1) return this.minMs;
    if (rank === this.count) return this.maxMs;
    let seen = 0;
    let found = 0;
    this.forEachBucket((index, count) => {
      seen += count;
      found = index;
      return seen < rank;
    });
    const ms = (edge === 'highest' ? highestUs(found) : lowestUs(found)) / 1000;
    return Math.min(Math.max(ms, this.minMs), this.maxMs);
  }

  #range(): readonly [from: number, to: number] {
    if (this.count === this.overflow) return [0, -1];
    const bound = (ms: number): number => indexOfUs(Math.min(Math.round(Math.max(ms, 0) * 1000), HIGHEST_US));
    return [bound(this.minMs), bound(this.maxMs)];
  }
}
