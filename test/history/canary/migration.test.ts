import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import { CanaryStore } from '../../../src/history/canary/canary-store.ts';
import { HistoryError } from '../../../src/history/database.ts';
import { MIGRATIONS } from '../../../src/history/migrations.ts';
import { COLUMNS, rowOf } from '../../../src/history/row.ts';
import { HistoryStore } from '../../../src/history/store.ts';
import { canaryRun } from '../../support/kept-runs.ts';
import { storedRun } from '../../support/stored-runs.ts';
import { emptyFolder } from '../folder.ts';

/** A file as the first schema made it, with three runs. */
function oldFile(): string {
  const path = join(emptyFolder(), 'history.db');
  const old = new DatabaseSync(path);
  old.exec(`PRAGMA journal_mode = WAL; ${MIGRATIONS[0]}; PRAGMA user_version = 1`);
  const insert = old.prepare(
    `INSERT INTO runs (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`,
  );
  for (const number of [1, 2, 3]) insert.run(...rowOf(storedRun(number), null));
  old.close();
  return path;
}

test('a file of the first schema keeps its runs, and takes those of canaries', () => {
  const path = oldFile();
  const canaries = new CanaryStore(path);
  canaries.commit('shop', canaryRun(1), () => ({ state: 1, events: [], value: null }));
  expect(canaries.past('shop').latest(2)).toEqual([canaryRun(1)]);
  canaries.close();
  const runs = new HistoryStore(path);
  expect(runs.list({ limit: 9 }).map(({ runId }) => runId)).toEqual(
    [3, 2, 1].map((number) => storedRun(number).runId),
  );
  expect(runs.document(storedRun(2))).toEqual(JSON.parse(JSON.stringify(storedRun(2))));
  runs.close();
});

test('a file of a newer schema is refused', () => {
  const path = join(emptyFolder(), 'history.db');
  const newer = new DatabaseSync(path);
  newer.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
  newer.close();
  expect(() => new CanaryStore(path)).toThrow(HistoryError);
  expect(() => new CanaryStore(path)).toThrow(/newer headroom made it/);
});
