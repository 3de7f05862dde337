/** One canary of a check at a time. */

import { createHash } from 'node:crypto';
import { DatabaseSync } from '@photostructure/sqlite';
import { told, troubleOf } from '../database.ts';

/** A lock that is held. */
export interface CheckLock {
  /** Lets the next one in; once is enough. */
  readonly release: () => void;
}

/** Name of a check's lock file: no part of a path, and another one for each check. */
export function lockFile(check: string): string {
  return `${ownName(check)}.lock`;
}

/** Name of the empty file that says that runs of the check were kept. */
export function keptFile(check: string): string {
  return `${ownName(check)}.kept`;
}

/** Name of the empty file that says that somebody was told of what could not be kept. */
export function unkeptFile(check: string): string {
  return `${ownName(check)}.unkept`;
}

function ownName(check: string): string {
  const slug = check
    .toLowerCase()
    .replaceAll(/[^\da-z]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  const hash = createHash('sha256').update(check).digest('hex').slice(0, 12);
  return ['canary', slug, hash].filter((part) => part !== '').join('-');
}

/**
 * Takes the lock of a file of its own, made when absent, or says at once that another has it. It is the operating
 * system's, taken through SQLite (sqlite.org/lockingv3.html), and ends with the process whichever way that ends: no file
 * is left to be judged stale, no process id and no clock is asked. Nothing is written: a full disk does not matter.
 *
 * @throws HistoryError when it can be neither taken nor found taken: no permission, no such folder, something else in it
 */
export function holdCheck(path: string): CheckLock | 'held' {
  const database = told(() => new DatabaseSync(path, { timeout: 0 }));
  try {
    // A journal in a file would be one more thing to make. An exclusive transaction passes through a shared lock, at
    // which two that begin together can each find the other in the way: of immediate ones, one always begins.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE;');
  } catch (error) {
    database.close();
    const trouble = troubleOf(error);
    if (trouble.trouble === 'busy') return 'held';
    throw trouble;
  }
  let isHeld = true;
  return {
    release: () => {
      if (isHeld) database.close();
      isHeld = false;
    },
  };
}
