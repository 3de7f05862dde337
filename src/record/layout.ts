/** What a recording counts: fixed before the start, so that parts from any thread or machine fit together. */

/**
 * The indicator that one objective counts. `latency`: attempts whose response time exceeds `limitMs`, that
 * failed, or were dropped. `failed`, `status`: attempts that did, of those that were sent (only a whole
 * response has a status). `dropped`: attempts that were, of all. `mean`: response times of successes are
 * summed, and failed or dropped attempts counted beside them. `apdex`: the score (1 up to T, 0.5 up to 4T, 0 beyond or failed) is summed. `none`: nothing per
 * attempt.
 */
export type CountRule =
  | { readonly kind: 'latency'; readonly limitMs: number }
  | { readonly kind: 'failed' }
  | { readonly kind: 'status'; readonly from: number; readonly to: number }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'mean' }
  | { readonly kind: 'apdex'; readonly thresholdMs: number }
  | { readonly kind: 'none' };

export interface ObjectiveScope {
  /** Index of the target; null: all. */
  readonly target: number | null;
  readonly rule: CountRule;
}

export interface RecordingLayout {
  readonly targetCount: number;
  /** One per objective of the plan, agreement objectives after objectives. */
  readonly objectives: readonly ObjectiveScope[];
  /** Schedule time at which the measured part begins, ms. */
  readonly measuredFromMs: number;
  /** Width of a window of the series, ms: fixed before the start, so that memory is and parts fit together. */
  readonly windowMs: number;
  /** Responses slower than this make the breaker suspicious, ms; Infinity when no latency objective. */
  readonly breakerMs: number;
}
