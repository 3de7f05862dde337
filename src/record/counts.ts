/** The books of a run: plain counters that add up, whatever the split. */

/**
 * Counters of the measured part (the warm-up has its own). All are numbers of attempts unless named
 * otherwise.
 */
export interface Counts {
  /** Arrivals of the schedule. planned = sent + dropped + unsent. */
  planned: number;
  /** Handed to a connection. sent = completed + broken + inFlight. */
  sent: number;
  completed: number;
  broken: number;
  /** Broken, or completed without meeting the expectation. */
  failed: number;
  /** Never sent: no connection in time. */
  dropped: number;
  /** Of the dropped, those that waited for our own late code rather than for a connection. */
  droppedLate: number;
  /** Never due, because the run was stopped. */
  unsent: number;
  /** Still unanswered after the drain. */
  inFlight: number;
  /** Warm-up attempts that ended, and those of them that failed. */
  warmup: number;
  warmupFailed: number;
  /** Sends repeated after `stale-connection`, and redirects followed. */
  retried: number;
  redirects: number;
  /** Responses that a cache answered, and those that look like a limiter or a bot challenge. */
  cached: number;
  challenged: number;
  bytesReceived: number;
  bytesSent: number;
  connectionsOpened: number;
  /** Attempts on a connection that had carried an earlier one. */
  reused: number;
  /** Sends displaced by more than 1 ms by our own lag. */
  displaced: number;
  /** Integral of the number of attempts between ready and end, in attempt-milliseconds, run and drain. */
  inFlightMs: number;
  /** Sum over the same attempts of (end - ready), ms: equal to `inFlightMs` when the books are right. */
  residenceMs: number;
}

/** Counters before anything happened. */
export function emptyCounts(): Counts {
  return {
    planned: 0,
    sent: 0,
    completed: 0,
    broken: 0,
    failed: 0,
    dropped: 0,
    droppedLate: 0,
    unsent: 0,
    inFlight: 0,
    warmup: 0,
    warmupFailed: 0,
    retried: 0,
    redirects: 0,
    cached: 0,
    challenged: 0,
    bytesReceived: 0,
    bytesSent: 0,
    connectionsOpened: 0,
    reused: 0,
    displaced: 0,
    inFlightMs: 0,
    residenceMs: 0,
  };
}

/** Adds `from` to `to`, counter by counter. */
export function addCounts(to: Counts, from: Readonly<Counts>): void {
  for (const key of Object.keys(to)) if (isCounter(key, to)) to[key] += from[key];
}

function isCounter(key: string, counts: Counts): key is keyof Counts {
  return Object.hasOwn(counts, key);
}
