/** How much is kept, decided here alone. */

/** What is kept of each plan. */
export interface Retention {
  /** Newest runs. */
  readonly runs: number;
  /** Age in days. */
  readonly days: number;
}

/** A thousand runs and thirteen months: enough to see a year's changes beside last year's. */
export const RETENTION: Retention = { runs: 1000, days: 400 };

/** Passing runs that are a baseline together. */
export const BASELINE_RUNS = 5;

/**
 * Deletes what is too old or too many, of one plan. Parameters: plan hash, oldest time kept, plan hash, number of runs
 * kept, plan hash, and {@link BASELINE_RUNS}. Pinned runs stay, and those that are a baseline on any machine.
 */
export const PRUNE = `
  DELETE FROM runs WHERE plan_hash = ?
    AND (started_at < ? OR run_id NOT IN
      (SELECT run_id FROM runs WHERE plan_hash = ? ORDER BY started_at DESC, run_id DESC LIMIT ?))
    AND run_id NOT IN (SELECT run_id FROM pins)
    AND run_id NOT IN (SELECT run_id FROM
      (SELECT run_id, row_number() OVER (PARTITION BY generator ORDER BY started_at DESC, run_id DESC) AS place
        FROM runs WHERE plan_hash = ? AND promotable = 1) WHERE place <= ?)`;
