/** How much is kept, decided here alone. */

/** What is kept. */
export interface Retention {
  /** Newest runs of each plan. */
  readonly runs: number;
  /** Days before the run that was recorded last. */
  readonly days: number;
  /** Newest runs of each plan that stay however old they are: a clock that is wrong once must not empty the history. */
  readonly least: number;
}

/** A thousand runs and thirteen months: enough to see a year's changes beside last year's. */
export const RETENTION: Retention = { runs: 1000, days: 400, least: 100 };

/** Passing runs that are a baseline together. */
export const BASELINE_RUNS = 5;

/**
 * Deletes what is too old of any plan, and too many of one. Parameters: oldest time kept, runs of a plan that stay
 * however old, plan hash, number of runs kept, and {@link BASELINE_RUNS}. Pinned runs stay, and those that are a baseline
 * on any machine.
 */
export const PRUNE = `
  DELETE FROM runs WHERE
    run_id IN (SELECT run_id FROM
      (SELECT run_id, plan_hash, started_at, row_number()
          OVER (PARTITION BY plan_hash ORDER BY started_at DESC, run_id DESC) AS place FROM runs)
      WHERE (started_at < ? AND place > ?) OR (plan_hash = ? AND place > ?))
    AND run_id NOT IN (SELECT run_id FROM pins)
    AND run_id NOT IN (SELECT run_id FROM
      (SELECT run_id, row_number()
          OVER (PARTITION BY plan_hash, generator ORDER BY started_at DESC, run_id DESC) AS place
        FROM runs WHERE promotable = 1) WHERE place <= ?)`;
