/** How much is kept of canaries, decided here alone. */

/** What is kept. */
export interface CanaryLimits {
  /** Newest runs of each check. */
  readonly runs: number;
  /** Days before the run that was kept last. */
  readonly days: number;
  /** Runs of a check that were kept last, which stay however old they are. */
  readonly least: number;
  /**
   * Runs that go with one commit at most: a clock that is years ahead for one run takes so many with it, not all, and no
   * commit takes long.
   */
  readonly atOnce: number;
  /** Days for which events stay that are settled. */
  readonly settledDays: number;
  /** Events that wait for one channel of a check. */
  readonly queued: number;
}

/**
 * Runs of 35 days, so that a period of 30 days is covered whole: 50,400 at one a minute. Five hundred events that wait
 * are eighty days of reminders.
 */
export const CANARY_LIMITS: CanaryLimits = {
  runs: 60_000,
  days: 35,
  least: 1_000,
  atOnce: 20,
  settledDays: 7,
  queued: 500,
};

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;
