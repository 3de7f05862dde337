/** The history of this machine: opened where state is kept, loaded only when it is used. */

import { join } from 'node:path';
import { OutputError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import type { HistoryError } from '../../history/database.ts';
import type { HistoryStore } from '../../history/store.ts';
import { reasonOf } from '../publish.ts';
import type { World } from '../world.ts';

const FILE = 'history.db';

/** How often, and how long apart, a file is asked for that others keep busy; each time SQLite waits by itself too. */
const TRIES = 40;
const PAUSE_MS = 100;

/** Longest that a result waits for its place in a history that others keep busy, ms: they write for milliseconds each. */
const PATIENCE_MS = 60_000;

/** Where a history is, and who is told of trouble with it. */
export interface HistoryPlace {
  readonly world: Pick<World, 'files' | 'clock'>;
  /** The state folder. */
  readonly folder: string;
  /** Told what a user should know, a line each. */
  readonly say: (line: string) => void;
}

/** How the file is opened, and what is said when it cannot be. */
export interface Opening<S> {
  /** @throws HistoryError, or what SQLite throws */
  readonly open: (path: string) => S;
  /** Longest time, ms, after which a busy file is tried again. */
  readonly patienceMs: number;
  /** What can be done without the file, a clause; null: nothing. */
  readonly without: string | null;
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
  const { HistoryStore: Store } = await import('../../history/store.ts');
  const without = '--no-history does without a history';
  return withFile(place, { open: (path) => new Store(path), patienceMs: PATIENCE_MS, without }, use);
}

/**
 * As {@link withHistory}, for anything that keeps its things in the history's file. What `use` throws of its own is
 * thrown as it is; after trouble with the file it is called again, when nothing it did was kept.
 *
 * @throws OutputError when the file cannot be used
 */
export async function withFile<S extends { readonly close: () => void }, T>(
  place: HistoryPlace,
  opening: Opening<S>,
  use: (store: S) => T,
): Promise<T> {
  const { isTrouble, troubleOf } = await import('../../history/database.ts');
  const path = join(place.folder, FILE);
  const startMs = place.world.clock.nowMs();
  let damaged = 0;
  for (let tries = 1; ; tries += 1) {
    prepareFile(path, place, opening.without);
    try {
      return useOnce(opening.open(path), use);
    } catch (error) {
      if (!isTrouble(error)) throw error;
      const trouble = troubleOf(error);
      const isLate = tries >= TRIES || place.world.clock.nowMs() - startMs > opening.patienceMs;
      if (trouble.trouble === 'corrupt' && damaged < 2) {
        damaged += 1;
        // Another process may have moved it aside already: what is there now is looked at again before it goes.
        if (damaged === 2) moveAside(path, place);
      } else if (trouble.trouble !== 'busy' || isLate) {
        throw refused(path, trouble, opening.without);
      }
      if (trouble.trouble === 'busy' && tries === 1) {
        place.say(`waiting for the history ${safeText(path)}: ${trouble.message}`);
      }
      await place.world.clock.sleep(PAUSE_MS);
    }
  }
}

/** Makes folder and file. @throws OutputError when the operating system refuses */
function prepareFile(path: string, { world, folder }: HistoryPlace, without: string | null): void {
  try {
    world.files.makeFolder(folder);
    // SQLite would let the group and others read it.
    if (!world.files.exists(path)) world.files.append(path, '', 0o600);
  } catch (cause) {
    throw new OutputError(`the history ${safeText(path)} cannot be used: ${reasonOf(cause)}`, {
      hint: hintOf('read-only', without),
      cause,
    });
  }
}

function useOnce<S extends { readonly close: () => void }, T>(store: S, use: (store: S) => T): T {
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

const HINTS: Readonly<Record<HistoryError['trouble'], string | null>> = {
  corrupt: 'move the file away',
  newer: 'use that version, or another --state-dir',
  busy: 'try again',
  full: 'free some space, or name another folder with --state-dir',
  'read-only': 'name a folder that you may write to with --state-dir',
  other: null,
};

function hintOf(trouble: HistoryError['trouble'], without: string | null): string {
  return [HINTS[trouble], without].filter((part) => part !== null).join('; ');
}

function refused(path: string, { trouble, message }: HistoryError, without: string | null): OutputError {
  const hint = hintOf(trouble, without);
  return new OutputError(
    `the history ${safeText(path)} cannot be used: ${safeText(message)}`,
    hint === '' ? {} : { hint },
  );
}
