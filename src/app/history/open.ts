/** The history of this machine: opened where state is kept, loaded only when it is used. */

import { join } from 'node:path';
import { OutputError, ToolError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import type { HistoryError } from '../../history/database.ts';
import type { HistoryStore } from '../../history/store.ts';
import { reasonOf } from '../publish.ts';
import type { World } from '../world.ts';

const FILE = 'history.db';

/** How often, and how long apart, a file is asked for that others keep busy; each time SQLite waits by itself too. */
const TRIES = 40;
const PAUSE_MS = 100;

/** Where a history is, and who is told of trouble with it. */
export interface HistoryPlace {
  readonly world: Pick<World, 'files' | 'clock'>;
  /** The state folder. */
  readonly folder: string;
  /** Told what a user should know, a line each. */
  readonly say: (line: string) => void;
}

/** True when there is something to read. */
export function hasHistory({ world, folder }: Pick<HistoryPlace, 'world' | 'folder'>): boolean {
  return world.files.exists(join(folder, FILE));
}

/**
 * Opens the history, made when absent, uses it and closes it. A damaged file is moved aside, and a new one begun.
 *
 * @throws OutputError when it cannot be used: made by a newer headroom, no space, no permission, busy for too long
 */
export async function withHistory<T>(place: HistoryPlace, use: (store: HistoryStore) => T): Promise<T> {
  const [{ HistoryStore: Store }, { troubleOf }] = await Promise.all([
    import('../../history/store.ts'),
    import('../../history/database.ts'),
  ]);
  const path = join(place.folder, FILE);
  let damaged = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      return useOnce(() => new Store(path), place, use);
    } catch (error) {
      if (error instanceof ToolError) throw error;
      if (!isOfSqlite(error)) throw unusable(path, error);
      const trouble = troubleOf(error);
      if (trouble.trouble === 'corrupt' && damaged < 2) {
        damaged += 1;
        // Another process may have moved it aside already: what is there now is looked at again before it goes.
        if (damaged === 2) moveAside(path, place);
      } else if (trouble.trouble !== 'busy' || tries >= TRIES) {
        throw refused(path, trouble);
      }
      await place.world.clock.sleep(PAUSE_MS);
    }
  }
}

function isOfSqlite(error: unknown): boolean {
  return error instanceof Error && (error.name === 'HistoryError' || 'errcode' in error);
}

function useOnce<T>(
  open: () => HistoryStore,
  { world, folder }: HistoryPlace,
  use: (store: HistoryStore) => T,
): T {
  world.files.makeFolder(folder);
  // SQLite would let the group and others read it.
  if (!world.files.exists(join(folder, FILE))) world.files.append(join(folder, FILE), '', 0o600);
  const store = open();
  try {
    return use(store);
  } finally {
    store.close();
  }
}

/** Gives a damaged file another name, and what belongs to it. */
function moveAside(path: string, { world, say }: HistoryPlace): void {
  const stamp = new Date(world.clock.wallMs()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const aside = `${path}.damaged-${stamp}`;
  for (const part of ['', '-wal', '-shm']) {
    if (world.files.exists(path + part)) world.files.rename(path + part, aside + part);
  }
  say(`the history ${path} is damaged: it was moved to ${aside}, and a new one begins`);
}

const HINTS: Readonly<Record<HistoryError['trouble'], string>> = {
  corrupt: 'move the file away; --no-history does without it',
  newer: 'use that version, or another --state-dir; --no-history does without a history',
  busy: 'try again; --no-history does without a history',
  full: 'free some space, or name another folder with --state-dir; --no-history does without a history',
  'read-only': 'name a folder that you may write to with --state-dir; --no-history does without a history',
  other: '--no-history does without a history',
};

function refused(path: string, { trouble, message }: HistoryError): OutputError {
  return new OutputError(`the history ${safeText(path)} cannot be used: ${safeText(message)}`, {
    hint: HINTS[trouble],
  });
}

function unusable(path: string, cause: unknown): OutputError {
  return new OutputError(`the history ${safeText(path)} cannot be used: ${reasonOf(cause)}`, {
    hint: HINTS['read-only'],
    cause,
  });
}
