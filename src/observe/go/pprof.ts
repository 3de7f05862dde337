/** Go's /debug/pprof/: how many goroutines there are, and how long they waited for locks. */

import { ObserveError } from '../observe-error.ts';
import { type Reading, readingOf } from '../reading.ts';

/** Where waits for locks were read, when it was the mutex profile. */
export const MUTEX_PROFILE = '/debug/pprof/mutex';

/** A row of the index: the count stands in a cell of its own before the link. */
const ROW = /<tr><td>(\d+)<\/td><td><a href=['"]?([a-z]+)(?:\?[^>]*)?['"]?>/g;

/**
 * The index page, which lists profiles with their counts: cheap for the service, unlike the profiles themselves.
 * `threadcreate` counts threads ever made; Go ends almost none.
 *
 * @throws ObserveError for a page without such a list
 */
export function readPprofIndex(html: string, atMs: number): Reading {
  const counts = new Map<string, number>();
  for (const [, count, profile = ''] of html.matchAll(ROW)) counts.set(profile, Number(count));
  if (counts.size === 0) throw new ObserveError('no list of profiles stands on the page');
  return readingOf(atMs, [
    ['goroutines', counts.get('goroutine'), '/debug/pprof/ goroutine'],
    ['threads', counts.get('threadcreate'), '/debug/pprof/ threadcreate'],
  ]);
}

/** The goroutine profile as text (debug=1): its first line tells how many. @throws ObserveError */
export function readGoroutineProfile(text: string, atMs: number): Reading {
  const count = /^goroutine profile: total (\d+)/.exec(text)?.[1];
  if (count === undefined) throw new ObserveError('the page is no goroutine profile');
  return readingOf(atMs, [['goroutines', Number(count), '/debug/pprof/goroutine']]);
}

/**
 * The mutex profile as text (debug=1): processor cycles that goroutines waited for locks since the start. Go records
 * one of `sampling period` waits, so the sum is multiplied by it. A period of 0: the service records none, so that
 * nothing is known. Before Go 1.22 only the first in the queue of a lock counts. Source: runtime/pprof, writeProfileInternal and scaleMutexProfile.
 *
 * @throws ObserveError for a page that is none
 */
export function readMutexProfile(text: string, atMs: number): Reading {
  if (!text.startsWith('--- mutex:')) throw new ObserveError('the page is no mutex profile');
  const perSecond = Number(/^cycles\/second=(\d+)$/m.exec(text)?.[1] ?? Number.NaN);
  const period = Number(/^sampling period=(\d+)$/m.exec(text)?.[1] ?? Number.NaN);
  if (!(perSecond > 0)) throw new ObserveError('the mutex profile does not say how fast its clock is');
  if (!(period > 0)) return readingOf(atMs, []);
  let cycles = 0;
  for (const [, waited] of text.matchAll(/^(\d+) \d+ @/gm)) cycles += Number(waited);
  return readingOf(atMs, [['mutex-wait-seconds', (cycles / perSecond) * period, MUTEX_PROFILE]]);
}
