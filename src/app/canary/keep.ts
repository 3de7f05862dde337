/** What a canary keeps on this machine, and what it does when it cannot: it must page with a full disk too. */

import { join } from 'node:path';
import { InternalError, OutputError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import type { Advance, CanaryStore, CheckSummary } from '../../history/canary/canary-store.ts';
import type { CheckLock } from '../../history/canary/lock.ts';
import type { Settlement, WaitingEvent } from '../../history/canary/outbox.ts';
import type { DeliveryReport } from '../../verdict/canary/report.ts';
import type { CanaryRun } from '../../verdict/canary/run.ts';
import { type HistoryPlace, hasHistory, withFile } from '../history/open.ts';
import { reasonOf } from '../publish.ts';

/** Longest time, ms, after which a busy file is tried again: the next run may be due soon. */
const PATIENCE_MS = 5_000;

/** A run, and how it is judged. */
export interface RunToKeep<T> {
  readonly check: string;
  readonly run: CanaryRun;
  /** As the store calls it; `isLost`: runs of the check were kept before, and are gone, or see {@link markUnkept}. */
  readonly advance: (...given: [...Parameters<Advance<T>>, isLost: boolean]) => ReturnType<Advance<T>>;
}

/** `unkept`: nothing of it was kept, and what `advance` made of it, if it was asked, is void. */
export type KeptRun<T> =
  | {
      readonly kind: 'kept';
      readonly value: T;
      /** All events of the check that wait, the new ones last. */
      readonly queued: readonly WaitingEvent[];
    }
  | { readonly kind: 'unkept'; readonly why: OutputError };

/**
 * Keeps a run, what it makes of its check, and its events, together. A damaged file is moved aside and said, and events
 * that were given up are said; `advance` is then called with the state of the new file, null.
 *
 * @throws InternalError when the run was kept before; what `advance` throws
 */
export async function keepRun<T>(
  place: HistoryPlace,
  { check, run, advance }: RunToKeep<T>,
): Promise<KeptRun<T>> {
  const { kept: mark, unkept: unkeptMark } = await marksOf(place, check);
  const { files } = place.world;
  const [isMarked, wasUnkept] = [files.exists(mark), files.exists(unkeptMark)];
  const kept = await orWhy(
    withCanaries(place, (store) => ({
      run: store.commit(check, run, (...given) =>
        advance(...given, wasUnkept || (isMarked && given[0] === null)),
      ),
    })),
  );
  if (kept instanceof OutputError) return { kind: 'unkept', why: kept };
  if (kept.run === null) throw new InternalError(`the run ${run.runId} was kept before`);
  settleMarks(place, { mark, isMarked, unkeptMark, wasUnkept });
  const { value, waiting, dropped } = kept.run;
  if (dropped > 0) {
    place.say(
      `${dropped} ${dropped === 1 ? 'event was' : 'events were'} given up: too many wait, or unreadable`,
    );
  }
  return { kind: 'kept', value, queued: waiting };
}

/** Notes that somebody is told of what was not kept: an empty file can be made on a full disk too, as a rule. */
export async function markUnkept(place: HistoryPlace, check: string): Promise<void> {
  const { unkept } = await marksOf(place, check);
  quietly(() => place.world.files.append(unkept, '', 0o600));
}

interface Marks {
  /** Runs of the check were kept: a new history knows that it is not the first. */
  readonly kept: string;
  readonly unkept: string;
}

async function marksOf({ folder }: HistoryPlace, check: string): Promise<Marks> {
  const { keptFile, unkeptFile } = await import('../../history/canary/lock.ts');
  return { kept: join(folder, keptFile(check)), unkept: join(folder, unkeptFile(check)) };
}

interface MarksSeen {
  readonly mark: string;
  readonly isMarked: boolean;
  readonly unkeptMark: string;
  readonly wasUnkept: boolean;
}

/** One mark becomes the other: what was not kept is known from now on. */
function settleMarks(
  { world: { files } }: HistoryPlace,
  { mark, isMarked, unkeptMark, wasUnkept }: MarksSeen,
): void {
  if (wasUnkept) quietly(() => files.rename(unkeptMark, mark));
  else if (!isMarked) quietly(() => files.append(mark, '', 0o600));
}

/** What fails is tried again with the next run. */
function quietly(call: () => void): void {
  try {
    call();
  } catch {
    // A mark is no reason to fail: the run itself is what counts.
  }
}

/** What became of an event that waited. */
export interface Delivered {
  /** Of the event that waited. */
  readonly id: number;
  /** `attempts`: those made now. */
  readonly report: Pick<DeliveryReport, 'status' | 'attempts' | 'text'>;
  /** Of a spooled one: not again before, Unix time in ms. */
  readonly notBeforeMs: number | null;
}

/** Writes down what became of events; null when that is kept. Else they wait on, and are told again. */
export async function settleAll(
  place: HistoryPlace,
  delivered: readonly Delivered[],
): Promise<OutputError | null> {
  if (delivered.length === 0) return null;
  const atMs = place.world.clock.wallMs();
  const settlements = delivered.map(({ id, report, notBeforeMs }): Settlement => {
    const { attempts, text } = report;
    const status = report.status === 'spooled' ? 'queued' : report.status;
    return { id, status, attempts, text, notBeforeMs, atMs };
  });
  const settled = await orWhy(withCanaries(place, (store) => store.settle(settlements)));
  return settled instanceof OutputError ? settled : null;
}

/** Every check that was seen on this machine, by name. @throws OutputError when that cannot be read */
export async function keptChecks(place: HistoryPlace): Promise<readonly CheckSummary[]> {
  return hasHistory(place) ? withCanaries(place, (store) => store.checks()) : [];
}

/** Deletes all that is kept of a check. @throws OutputError when that cannot be done */
export async function forgetKept(place: HistoryPlace, check: string): Promise<void> {
  await withCanaries(place, (store) => store.forget(check));
}

/** Calls `use` unless a canary of the check runs already. Where nothing can be locked, that is said, and it is called. */
export async function withCheckLock<T>(
  place: HistoryPlace,
  check: string,
  use: () => Promise<T>,
): Promise<T | 'held'> {
  const lock = await takeLock(place, check);
  if (lock === 'held') return 'held';
  try {
    return await use();
  } finally {
    lock?.release();
  }
}

async function takeLock(
  { world, folder, say }: HistoryPlace,
  check: string,
): Promise<CheckLock | 'held' | null> {
  try {
    const { holdCheck, lockFile } = await import('../../history/canary/lock.ts');
    const path = join(folder, lockFile(check));
    world.files.makeFolder(folder);
    if (!world.files.exists(path)) world.files.append(path, '', 0o600);
    return holdCheck(path);
  } catch (error) {
    const isOurs = error instanceof Error && error.name === 'HistoryError';
    const why = isOurs ? error.message : reasonOf(error);
    say(
      `the check ${safeText(check)} cannot be locked, two canaries of it may run at once: ${safeText(why)}`,
    );
    return null;
  }
}

async function withCanaries<T>(place: HistoryPlace, use: (store: CanaryStore) => T): Promise<T> {
  const Store = await loadStore();
  return withFile(place, { open: (path) => new Store(path), patienceMs: PATIENCE_MS, without: null }, use);
}

async function loadStore(): Promise<typeof CanaryStore> {
  try {
    const { CanaryStore: Store } = await import('../../history/canary/canary-store.ts');
    return Store;
  } catch (cause) {
    throw new OutputError(`the history cannot be used: SQLite cannot be loaded: ${reasonOf(cause)}`, {
      hint: 'install headroom again',
      cause,
    });
  }
}

async function orWhy<T>(call: Promise<T>): Promise<T | OutputError> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof OutputError) return error;
    throw error;
  }
}
