/** What a worker tells four times a second: enough for the live display and the circuit breaker, and no more. */
export interface Pulse {
  /** Schedule time, ms. */
  readonly atMs: number;
  /** Since the last pulse, warm-up included. */
  readonly due: number;
  readonly sent: number;
  readonly completed: number;
  readonly broken: number;
  /** Broken, or completed without meeting the expectation. */
  readonly failed: number;
  readonly dropped: number;
  /** Completed since the last pulse with a response time above the layout's `breakerMs`. */
  readonly slow: number;
  /** At this moment. */
  readonly inFlight: number;
  readonly pending: number;
  /** Coarse histogram (record/window.ts) of the responses since the last pulse. */
  readonly coarse: Uint32Array;
}
