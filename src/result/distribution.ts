/** A measured distribution as the document carries it. */

export interface Interval {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * With `needs` a number, n is too small for a finite 95 % interval and nothing is shown. With `needs` null, a null
 * bound or value is infinite: it falls among the failures (`responseAll`) or the values above one hour.
 */
export interface QuantileResult {
  readonly valueMs: number | null;
  readonly lowMs: number | null;
  readonly highMs: number | null;
  /** Number of values needed for a finite interval; null when there are enough. */
  readonly needs: number | null;
}

export interface Distribution {
  readonly count: number;
  readonly minMs: number | null;
  readonly meanMs: number | null;
  readonly maxMs: number | null;
  /** Values above one hour. */
  readonly overflow: number;
  /** p50, p90, p95, p99, p99.9. */
  readonly quantiles: Readonly<Record<string, QuantileResult>>;
}
