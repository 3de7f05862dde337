import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BASELINE_RUNS } from '../../src/history/retention.ts';
import { HistoryStore } from '../../src/history/store.ts';
import { FAILED, storedRun } from '../support/stored-runs.ts';
import { emptyFolder } from './folder.ts';

const HOUR_MINUTES = 60;
const DAY_HOURS = 24;
const AFTER_ALL = 241;

/** Runs in any order of arrival, each at its own hour. */
const runs = fc.uniqueArray(
  fc.record({ hour: fc.integer({ min: 0, max: 240 }), passes: fc.boolean(), isPinned: fc.boolean() }),
  { selector: ({ hour }) => hour, minLength: 1, maxLength: 20 },
);

const idAt = (hour: number): string => storedRun(hour * HOUR_MINUTES).runId;

test('of old and many runs stay exactly the newest, the pinned, and those of the baseline', () => {
  const folder = emptyFolder();
  let files = 0;
  const limits = {
    most: fc.integer({ min: 1, max: 8 }),
    days: fc.integer({ min: 1, max: 10 }),
    least: fc.integer({ min: 0, max: 6 }),
  };
  fc.assert(
    fc.property(runs, fc.record(limits), (given, { most, days, least }) => {
      const path = join(folder, `${(files += 1)}.db`);
      const generous = new HistoryStore(path);
      for (const { hour, passes } of given) {
        generous.record(storedRun(hour * HOUR_MINUTES, passes ? {} : FAILED));
      }
      const pinned = new Set(given.filter(({ isPinned }) => isPinned).map(({ hour }) => idAt(hour)));
      generous.pin(generous.list({ limit: 100 }).filter(({ runId }) => pinned.has(runId)));
      generous.close();

      const strict = new HistoryStore(path, { runs: most, days, least, total: 1000 });
      strict.record(storedRun(AFTER_ALL * HOUR_MINUTES));
      const kept = strict.list({ limit: 100 }).map(({ runId }) => runId);
      strict.close();

      const all = [...given, { hour: AFTER_ALL, passes: true, isPinned: false }].toSorted(
        (a, b) => b.hour - a.hour,
      );
      const baseline = new Set(all.filter(({ passes }) => passes).slice(0, BASELINE_RUNS));
      const expected = all.filter((run, place) => {
        const isRecent = run.hour >= AFTER_ALL - days * DAY_HOURS;
        const isKept = place < most && (isRecent || place < least);
        return isKept || run.isPinned || baseline.has(run);
      });
      expect(kept).toEqual(expected.map(({ hour }) => idAt(hour)));
    }),
    { numRuns: 25 },
  );
});

test('a run of a clock that is years ahead takes none of the others with it', () => {
  const store = new HistoryStore(join(emptyFolder(), 'history.db'));
  for (let hour = 0; hour < 20; hour += 1) store.record(storedRun(hour * HOUR_MINUTES, FAILED));
  store.record({ ...storedRun(AFTER_ALL * HOUR_MINUTES), startedAt: '2036-01-01T00:00:00.000Z' });
  expect(store.count()).toBe(21);
  store.close();
});

test('of plans that come once each stay the newest of all together, and the pinned ones', () => {
  const limits = { runs: 9, days: 400, least: 9, total: 3 };
  const store = new HistoryStore(join(emptyFolder(), 'history.db'), limits);
  const at = (number: number): ReturnType<typeof storedRun> =>
    storedRun(number, { planHash: String(number).padStart(64, 'a') });
  store.record(at(1));
  store.pin(store.list({ limit: 1 }));
  for (let number = 2; number <= 6; number += 1) store.record(at(number));
  expect(store.list({ limit: 9 }).map(({ runId }) => runId)).toEqual([6, 5, 4, 1].map((n) => at(n).runId));
  store.close();
});

test('a run of now stays after runs of a clock that was years ahead', () => {
  const limits = { runs: 2, days: 400, least: 2, total: 2 };
  const store = new HistoryStore(join(emptyFolder(), 'history.db'), limits);
  for (const month of ['01', '02', '03'])
    store.record({ ...storedRun(Number(month), FAILED), startedAt: `2036-${month}-01T00:00:00.000Z` });
  store.record(storedRun(9, FAILED));
  expect(store.list({ limit: 9 }).map(({ runId }) => runId)).toContain(storedRun(9).runId);
  store.close();
});
