/**
 * One request and what became of it: the words every room shares.
 *
 * An attempt is a mutable record that the load engine keeps in a pool and hands to the recorder when the
 * attempt ends; nobody keeps a reference to it afterwards.
 */

/** Why an attempt failed: a closed set. Those that begin with `generator-` are our own and never the server's. */
export const FAILURE_CAUSES = [
  'dns',
  'connect-refused',
  'connect-timeout',
  'connect-unreachable',
  'tls',
  'reset',
  'empty-reply',
  'headers-timeout',
  'body-timeout',
  'stale-connection',
  'truncated',
  'protocol',
  'too-large',
  'decode',
  'redirect-limit',
  'mismatch',
  'http-4xx',
  'http-5xx',
  'proxy',
  'generator-emfile',
  'generator-ports',
] as const;

/** A member of {@link FAILURE_CAUSES}. */
export type FailureCause = (typeof FAILURE_CAUSES)[number];

/** The phases of an attempt, in the order in which they happen (as Go's net/http/httptrace tells them apart). */
export const PHASES = ['blocked', 'dns', 'connect', 'tls', 'send', 'wait', 'receive'] as const;

/** A member of {@link PHASES}. */
export type Phase = (typeof PHASES)[number];

/** How an attempt ended: `completed`: a whole response came; `broken`: none came; `dropped`: never sent. */
export type Outcome = 'completed' | 'broken' | 'dropped';

/**
 * One attempt with its clocks. Times are milliseconds on the run's own monotonic clock (0 = start of the
 * schedule); NaN where a moment was not reached or does not apply.
 */
export interface Attempt {
  /** Arrival index i; everything random about the attempt is a function of (seed, i). */
  index: number;
  /** Position of the target in the plan. */
  target: number;
  /** True when the intended start lies in the warm-up. */
  warmup: boolean;
  outcome: Outcome;
  /** When the schedule wanted it to start; in the closed loop, when it was taken up. */
  intendedMs: number;
  /** When our code took the arrival up. */
  readyMs: number;
  /** When a connection began to be opened for it; NaN on a kept-alive connection. */
  dialMs: number;
  /** When the first byte of the request was handed to the kernel. */
  sendMs: number;
  /** When the last byte of the request was handed to the kernel. */
  sentMs: number;
  /** When the first byte of the response was read. */
  firstByteMs: number;
  /** When it ended, whatever the outcome. */
  endMs: number;
  /** Durations of the connection phases, ms; NaN where the phase did not apply. */
  dnsMs: number;
  connectMs: number;
  tlsMs: number;
  /** What our own event loop may have added to [readyMs, endMs]: stalls above 50 ms, and a late stamp at the end; ms. */
  stallMs: number;
  /** HTTP status, 0 when no response head came. */
  status: number;
  /** Null when the attempt succeeded. A completed attempt with a cause missed its expectation. */
  cause: FailureCause | null;
  /** One line of detail for a failure example; raw, to be passed through safeText before a human sees it. */
  detail: string | null;
  /** Phase in which a broken attempt broke; `blocked` for a drop that waited for a connection, null for one that we took up too late. */
  phase: Phase | null;
  bytesReceived: number;
  bytesSent: number;
  /** True when the connection had carried an earlier request. */
  reused: boolean;
  /** Number of times it was sent again after `stale-connection` (0 or 1). */
  retries: number;
  redirects: number;
  /** `address:port` of the peer, or the path of a unix socket; null before a connection existed. */
  remote: string | null;
  /** True when response headers said that a cache answered. */
  cached: boolean;
  /** True when the response looks like a rate limiter or a bot challenge: see `BLOCKED`. */
  challenged: boolean;
}

/** Response time, ms: what a user waits, counted from the intended start. */
export function responseMs(attempt: Attempt): number {
  return attempt.endMs - attempt.intendedMs;
}

/** Service time, ms: from the first byte sent to the last byte received. NaN when nothing was sent. */
export function serviceMs(attempt: Attempt): number {
  return attempt.endMs - attempt.sendMs;
}

/** Connection time, ms: waiting for a free connection or opening one. NaN when nothing was sent. */
export function connectionMs(attempt: Attempt): number {
  return attempt.sendMs - attempt.readyMs;
}

/** Send lag, ms: our own lateness alone. */
export function lagMs(attempt: Attempt): number {
  return attempt.readyMs - attempt.intendedMs;
}

/** Time without a connection that was not spent on opening one, ms; NaN when nothing was sent. */
export function blockedMs(attempt: Attempt): number {
  const opening = (attempt.dnsMs || 0) + (attempt.connectMs || 0) + (attempt.tlsMs || 0);
  return Math.max(0, connectionMs(attempt) - opening);
}

/** An attempt with nothing known about it yet, for a pool. */
export function blankAttempt(): Attempt {
  return {
    index: 0,
    target: 0,
    warmup: false,
    outcome: 'dropped',
    intendedMs: NaN,
    readyMs: NaN,
    dialMs: NaN,
    sendMs: NaN,
    sentMs: NaN,
    firstByteMs: NaN,
    endMs: NaN,
    dnsMs: NaN,
    connectMs: NaN,
    tlsMs: NaN,
    stallMs: 0,
    status: 0,
    cause: null,
    detail: null,
    phase: null,
    bytesReceived: 0,
    bytesSent: 0,
    reused: false,
    retries: 0,
    redirects: 0,
    remote: null,
    cached: false,
    challenged: false,
  };
}

/** Forgets everything about an attempt, so that a pool can use it again. Assigned one by one: it is on the hot path. */
export function clearAttempt(attempt: Attempt): void {
  attempt.index = 0;
  attempt.target = 0;
  attempt.warmup = false;
  attempt.outcome = 'dropped';
  attempt.intendedMs = NaN;
  attempt.readyMs = NaN;
  attempt.dialMs = NaN;
  attempt.sendMs = NaN;
  attempt.sentMs = NaN;
  attempt.firstByteMs = NaN;
  attempt.endMs = NaN;
  attempt.dnsMs = NaN;
  attempt.connectMs = NaN;
  attempt.tlsMs = NaN;
  attempt.stallMs = 0;
  attempt.status = 0;
  attempt.cause = null;
  attempt.detail = null;
  attempt.phase = null;
  attempt.bytesReceived = 0;
  attempt.bytesSent = 0;
  attempt.reused = false;
  attempt.retries = 0;
  attempt.redirects = 0;
  attempt.remote = null;
  attempt.cached = false;
  attempt.challenged = false;
}
