/** What a simulated server is like. All parts compose; all times are ms, all rates per second, of virtual time. */

/** A distribution of service times, or of delays, with its mean. */
export type ServiceTime =
  | { readonly kind: 'exponential' | 'deterministic'; readonly meanMs: number }
  /** `cv`: standard deviation / mean. */
  | { readonly kind: 'lognormal'; readonly meanMs: number; readonly cv: number }
  /** Two exponentials with balanced means; `cv` >= 1. */
  | { readonly kind: 'hyperexponential'; readonly meanMs: number; readonly cv: number }
  /** Takes `ms`, give or take half of it evenly, but a share of them takes `slowMs`, likewise. */
  | { readonly kind: 'mixed'; readonly ms: number; readonly slowMs: number; readonly slowShare: number };

/** Beyond this many in flight it is slower by `factor`, until fewer than `below` are. */
export interface Collapse {
  readonly above: number;
  readonly below: number;
  readonly factor: number;
}

/** Adds a worker `delayMs` after more than `utilisation` of them were busy over a second; up to `most`. */
export interface Autoscaler {
  readonly utilisation: number;
  readonly delayMs: number;
  readonly most: number;
}

/** A server. Only the service time must be said: one worker, first come first served, then answers for ever. */
export interface ServerModel {
  /** Infinity: no queue at all, every request is served at once. Default 1. */
  readonly workers?: number;
  readonly service: ServiceTime;
  /** Mean service time grows by this many ms for each request/s of the last second. */
  readonly delayPerRateMs?: number;
  /** All workers stand still for the last `forMs` of every `everyMs`. */
  readonly pauses?: { readonly everyMs: number; readonly forMs: number };
  /** Beyond it requests are refused at once. */
  readonly bucket?: { readonly ratePerSecond: number; readonly burst: number; readonly status: 429 | 503 };
  /** With this many in flight a further request gets 503 at once. */
  readonly concurrency?: number;
  /** Service times grow by this share of themselves per second since the start. */
  readonly leakPerSecond?: number;
  /** Service times are longer by `factor` in the first `ms`. */
  readonly warmUp?: { readonly ms: number; readonly factor: number };
  readonly collapse?: Collapse;
  /** What takes longer than this is asked for once more, inside the system, and is work twice. */
  readonly retryAfterMs?: number;
  /** Once more than `above` were in flight, it has lost this share of its capacity for good. */
  readonly hysteresis?: { readonly above: number; readonly lostShare: number };
  readonly autoscaler?: Autoscaler;
  /** A share of the requests is served like the others, and answered with this status. */
  readonly errors?: { readonly share: number; readonly status: number };
  /** Service times of each target, in the plan's order, are multiplied by this; 1 beyond its end. */
  readonly targetFactors?: readonly number[];
  /** Seed of service times and errors; default: the plan's, and 1 without a plan. */
  readonly seed?: number;
}
