/** The runs of a check as a judge asks for them. */

import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { PastRuns } from '../../verdict/canary/run.ts';
import { told } from '../database.ts';
import { asNumber } from './fields.ts';
import { canaryRunOf, RUN_SELECTION } from './run-row.ts';

const THAT_COUNT = 'check_name = ? AND counts = 1 AND at_ms >= ? AND at_ms < ?';
const COUNT = `SELECT count(*), total(bad) FROM canary_runs WHERE ${THAT_COUNT}`;
const BETWEEN = `SELECT ${RUN_SELECTION} FROM canary_runs WHERE ${THAT_COUNT} ORDER BY at_ms, place`;
const LATEST = `SELECT ${RUN_SELECTION} FROM canary_runs WHERE check_name = ? ORDER BY place DESC LIMIT ?`;

/**
 * The runs of a check. The newest ones are those that were kept last, whatever the clock said: one that was years ahead
 * for a moment must not stay the latest run for years. All calls throw HistoryError when the file cannot be used.
 */
export function pastRuns(database: DatabaseSyncInstance, check: string): PastRuns {
  const rows = (sql: string, ...values: readonly number[]): unknown[] =>
    told(() => {
      const statement = database.prepare(sql);
      statement.setReturnArrays(true);
      return statement.all(check, ...values);
    });
  return {
    latest: (count) => rows(LATEST, Math.max(0, Math.floor(count))).map(canaryRunOf),
    between: (fromMs, toMs) => rows(BETWEEN, fromMs, toMs).map(canaryRunOf),
    count: (fromMs, toMs) => {
      const [row] = rows(COUNT, fromMs, toMs);
      const [runs, bad]: unknown[] = Array.isArray(row) ? row : [];
      return { runs: asNumber(runs) ?? 0, bad: asNumber(bad) ?? 0 };
    },
  };
}
