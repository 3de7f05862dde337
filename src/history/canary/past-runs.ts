/** The runs of a check as a judge asks for them. */

import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { PastRuns } from '../../verdict/canary/run.ts';
import { told } from '../database.ts';
import { Fields } from './fields.ts';
import { canaryRunOf } from './run-row.ts';

const THAT_COUNT = 'check_name = ? AND counts = 1 AND at_ms >= ? AND at_ms < ?';

/**
 * The runs of a check. The newest ones are those that were kept last, whatever the clock said: one that was years ahead
 * for a moment must not stay the latest run for years. All calls throw HistoryError when the file cannot be used.
 */
export function pastRuns(database: DatabaseSyncInstance, check: string): PastRuns {
  const rows = (sql: string, ...values: readonly (string | number)[]): unknown[] =>
    told(() => database.prepare(sql).all(...values));
  return {
    latest: (count) =>
      rows(
        'SELECT * FROM canary_runs WHERE check_name = ? ORDER BY place DESC LIMIT ?',
        check,
        Math.max(0, Math.floor(count)),
      ).map(canaryRunOf),
    count: (fromMs, toMs) => {
      const [row] = rows(
        `SELECT count(*) AS runs, total(bad) AS bad FROM canary_runs WHERE ${THAT_COUNT}`,
        check,
        fromMs,
        toMs,
      );
      const fields = new Fields(row);
      return { runs: fields.number('runs') ?? 0, bad: fields.number('bad') ?? 0 };
    },
    between: (fromMs, toMs) =>
      rows(`SELECT * FROM canary_runs WHERE ${THAT_COUNT} ORDER BY at_ms, place`, check, fromMs, toMs).map(
        canaryRunOf,
      ),
  };
}
