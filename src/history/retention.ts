/** How much is kept, decided here alone. */

/** What is kept. */
export interface Retention {
  /** Newest runs of each plan. */
  readonly runs: number;
  /** Days before the run that was recorded last. */
  readonly days: number;
  /** Newest runs of each plan that stay however old they are: a clock that is wrong once must not empty the history. */
  readonly least: number;
  /** Newest runs of all plans together: of plans that never come again, such as of ports that change, some stay for ever otherwise. */
  readonly total: number;
}

/** A thousand runs and thirteen months: enough to see a year's changes beside last year's; all together some 90 MB. */
export const RETENTION: Retention = { runs: 1000, days: 400, least: 100, total: 10_000 };

/** Passing runs that are a baseline together. */
export const BASELINE_RUNS = 5;

/**
 * Deletes what is too old of any plan, and too many of one. Parameters: oldest time kept, runs of a plan that stay
 * however old, plan hash, number of runs kept, a run that stays, and {@link BASELINE_RUNS}. Pinned runs stay, and those
 * that are a baseline on any machine.
 */
export const PRUNE = `
  DELETE FROM runs WHERE
    run_id IN (SELECT run_id FROM
      (SELECT run_id, plan_hash, started_at, row_number()
          OVER (PARTITION BY plan_hash ORDER BY started_at DESC, run_id DESC) AS place FROM runs)
      WHERE (started_at < ? AND place > ?) OR (plan_hash = ? AND place > ?))
    AND run_id <> ?
    AND run_id NOT IN (SELECT run_id FROM pins)
    AND run_id NOT IN (SELECT run_id FROM
      (SELECT run_id, row_number()
          OVER (PARTITION BY plan_hash, generator ORDER BY started_at DESC, run_id DESC) AS place
        FROM runs WHERE promotable = 1) WHERE place <= ?)`;

/** Deletes what is too many of all plans together. Parameters: number kept, a run that stays. Pinned runs stay. */
export const PRUNE_ALL = `
  DELETE FROM runs WHERE
    run_id IN (SELECT run_id FROM runs ORDER BY started_at DESC, run_id DESC LIMIT -1 OFFSET ?)
    AND run_id <> ?
    AND run_id NOT IN (SELECT run_id FROM pins)`;
