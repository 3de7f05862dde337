/**
 * Who follows whom, page by page, and the database copy of every page served and every follower recorded.
 * Followers are a function of the user's number, so that all replicas agree; the copies go to one SQLite file
 * that all replicas write to.
 */

import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite';

/** The largest user number; follower numbers lie below the prime that follows it. */
export const LARGEST_USER = 2_147_483_646;
const PRIME = 2_147_483_647;

/** Rows kept per table: a long soak must not fill the disk. */
const ROWS_KEPT = 200_000;
const PRUNE_EVERY = 100;

export interface Page {
  readonly user: number;
  readonly followers: readonly number[];
  /** Where the next page starts, opaque to clients; absent on the last page. */
  readonly next?: string;
}

/** How many followers a user has: 60 to 259, fixed for ever. @param user integer 1..LARGEST_USER */
export function followerCount(user: number): number {
  return 60 + (((user * 48_271) % PRIME) % 200);
}

/** The index-th follower of a user: distinct for distinct indexes, since 48271 has an inverse mod the prime. */
function followerAt(user: number, index: number): number {
  return (((((user * 7919) % PRIME) + index) % PRIME) * 48_271) % PRIME;
}

/**
 * One page of a user's followers, as a pure function.
 *
 * @param cursor `next` of the page before, or undefined for the first  @param limit integer >= 1
 * @returns undefined when the cursor is not one of this user's
 */
export function followerPage(user: number, cursor: string | undefined, limit: number): Page | undefined {
  const start = cursor === undefined ? 0 : readCursor(user, cursor);
  if (start === undefined) return undefined;
  const end = Math.min(start + limit, followerCount(user));
  const followers = Array.from({ length: end - start }, (_, offset) => followerAt(user, start + offset));
  return end < followerCount(user) ? { user, followers, next: writeCursor(user, end) } : { user, followers };
}

function writeCursor(user: number, start: number): string {
  return Buffer.from(`${user}:${start}`).toString('base64url');
}

function readCursor(user: number, cursor: string): number | undefined {
  const [owner, start] = Buffer.from(cursor, 'base64url').toString().split(':').map(Number);
  const valid = owner === user && start !== undefined && Number.isInteger(start) && start > 0;
  return valid && start < followerCount(user) && writeCursor(user, start) === cursor ? start : undefined;
}

/** The copies. A row costs about 0.02 ms: write-ahead log, prepared statements, no wait for the disk. */
export class FollowerStore {
  readonly #database: DatabaseSyncInstance;
  readonly #replica: number;
  readonly #savePage: StatementSyncInstance;
  readonly #saveFollower: StatementSyncInstance;
  #writes = 0;

  /** @param path of the file, made when absent  @param replica number written beside each row */
  constructor(path: string, replica: number) {
    this.#replica = replica;
    // Another replica's write takes microseconds; the wait is for its checkpoint.
    this.#database = new DatabaseSync(path, { timeout: 2000 });
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = OFF;
      CREATE TABLE IF NOT EXISTS pages (id INTEGER PRIMARY KEY, replica INTEGER NOT NULL, at TEXT NOT NULL,
        user INTEGER NOT NULL, followers TEXT NOT NULL, next TEXT) STRICT;
      CREATE TABLE IF NOT EXISTS recorded (id INTEGER PRIMARY KEY, replica INTEGER NOT NULL, at TEXT NOT NULL,
        follower INTEGER NOT NULL, body TEXT NOT NULL) STRICT;`);
    this.#savePage = this.#database.prepare(
      'INSERT INTO pages (replica, at, user, followers, next) VALUES (?, ?, ?, ?, ?)',
    );
    this.#saveFollower = this.#database.prepare(
      'INSERT INTO recorded (replica, at, follower, body) VALUES (?, ?, ?, ?)',
    );
  }

  /** Copies a page that is about to be answered: one row. */
  copyPage({ user, followers, next }: Page): void {
    const at = new Date().toISOString();
    this.#savePage.run(this.#replica, at, user, JSON.stringify(followers), next ?? null);
    this.#prune('pages');
  }

  /** Records a follower that a client posted: one row. @param body its JSON */
  recordFollower(id: number, body: string): void {
    this.#saveFollower.run(this.#replica, new Date().toISOString(), id, body);
    this.#prune('recorded');
  }

  close(): void {
    this.#database.close();
  }

  #prune(table: 'pages' | 'recorded'): void {
    this.#writes += 1;
    if (this.#writes % PRUNE_EVERY !== 0) return;
    this.#database.exec(`DELETE FROM ${table} WHERE id <= (SELECT max(id) FROM ${table}) - ${ROWS_KEPT}`);
  }
}
