/** One connection to the history's file: how it is opened, brought up to date, and what can be wrong with it. */

import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { MIGRATIONS } from './migrations.ts';

/** Longest wait for another process that is writing, ms. */
const BUSY_MS = 10_000;

/** What is wrong with the file. */
export type Trouble = 'corrupt' | 'newer' | 'busy' | 'full' | 'read-only' | 'other';

/** A history that cannot be used; `message` is a clause without the file's name. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError' as const;
  readonly trouble: Trouble;

  constructor(trouble: Trouble, message: string, cause?: unknown) {
    super(message, { cause });
    this.trouble = trouble;
  }
}

/** Primary result codes of SQLite (sqlite.org/rescode.html): the lower eight bits of each extended one. */
const TROUBLES: ReadonlyMap<number, readonly [Trouble, string]> = new Map([
  [5, ['busy', 'other processes keep it busy']],
  [6, ['busy', 'other processes keep it busy']],
  [3, ['read-only', 'it may not be written']],
  [8, ['read-only', 'it may not be written']],
  [14, ['read-only', 'it cannot be opened there']],
  [10, ['full', 'the disk does not take it: no space is left, it is faulty, or on a network without locks']],
  [13, ['full', 'no space is left']],
  [15, ['read-only', 'its folder has no locks, as some network drives have none']],
  [11, ['corrupt', 'its content is damaged']],
  [26, ['corrupt', 'it is no database']],
]);

/** What SQLite says of those codes (sqlite3_errstr). */
const CODES_BY_TEXT: ReadonlyMap<string, number> = new Map([
  ['access permission denied', 3],
  ['database is locked', 5],
  ['database table is locked', 6],
  ['attempt to write a readonly database', 8],
  ['disk I/O error', 10],
  ['database disk image is malformed', 11],
  ['database or disk is full', 13],
  ['locking protocol', 15],
  ['unable to open database file', 14],
  ['file is not a database', 26],
]);

/** Of an error of SQLite's the primary result code, 0 where it tells none; null for all other errors. */
function codeOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_SQLITE_ERROR') return null;
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff;
  // The library leaves the code away where a statement breaks off between two rows.
  return CODES_BY_TEXT.get(error.message) ?? 0;
}

/** What an error of SQLite means. */
export function troubleOf(error: unknown): HistoryError {
  if (error instanceof HistoryError) return error;
  const known = TROUBLES.get(codeOf(error) ?? -1);
  if (known !== undefined) return new HistoryError(known[0], known[1], error);
  return new HistoryError('other', error instanceof Error ? error.message : String(error), error);
}

/** True of what SQLite threw, as it is or as a HistoryError; of all else it is false: that is no trouble of the file's. */
export function isTrouble(error: unknown): boolean {
  return error instanceof HistoryError || codeOf(error) !== null;
}

/** Calls SQLite. @throws HistoryError in place of its errors; other errors stay what they are */
export function told<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw isTrouble(error) ? troubleOf(error) : error;
  }
}

/**
 * Opens the file, made when absent, and brings its tables up to date. The write-ahead log lets others read while one
 * writes; a commit is on the disk before it returns.
 *
 * @throws HistoryError `corrupt`, `newer` (left as it is), `busy`, `read-only`, `full`
 */
export function openDatabase(path: string): DatabaseSyncInstance {
  const database = told(() => new DatabaseSync(path, { timeout: BUSY_MS }));
  try {
    prepareTables(database);
    return database;
  } catch (error) {
    database.close();
    throw troubleOf(error);
  }
}

function prepareTables(database: DatabaseSyncInstance): void {
  refuseNewer(versionOf(database));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  if (versionOf(database) === MIGRATIONS.length) return;
  inTransaction(database, () => {
    // Another process may have done it while this one waited for its turn.
    const version = versionOf(database);
    refuseNewer(version);
    for (const step of MIGRATIONS.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

function versionOf(database: DatabaseSyncInstance): number {
  const row: unknown = database.prepare('PRAGMA user_version').get();
  const isRow = typeof row === 'object' && row !== null && 'user_version' in row;
  return isRow ? Number(row.user_version) : 0;
}

function refuseNewer(version: number): void {
  if (version <= MIGRATIONS.length) return;
  throw new HistoryError(
    'newer',
    `a newer headroom made it (schema ${version}, this one knows ${MIGRATIONS.length})`,
  );
}

/**
 * Calls `change` as one transaction that nothing else writes into: all of it happens, or nothing.
 *
 * @throws HistoryError in place of SQLite's errors; what else `change` throws, nothing having happened
 */
export function inTransaction<T>(database: DatabaseSyncInstance, change: () => T): T {
  return told(() => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = change();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  });
}
