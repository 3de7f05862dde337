/** A history in a folder of this machine's. */

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { HistoryPlace } from '../../../src/app/history/open.ts';
import { withHistory } from '../../../src/app/history/open.ts';
import { systemFiles } from '../../../src/app/world/files.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { ResultDocument } from '../../../src/result/document.ts';
import { emptyFolder } from '../../history/folder.ts';

export interface TestPlace extends HistoryPlace {
  readonly path: string;
  readonly said: string[];
}

/** A place below an empty folder, or the one that is named. */
export function placeIn(folder: string = join(emptyFolder(), 'state')): TestPlace {
  const said: string[] = [];
  const world = { files: systemFiles('/'), clock: systemClock() };
  return { world, folder, path: join(folder, 'history.db'), said, say: (line) => said.push(line) };
}

/** A place that holds these results. */
export async function placeWith(results: readonly ResultDocument[]): Promise<TestPlace> {
  const place = placeIn();
  await withHistory(place, (store) => {
    for (const result of results) store.record(result);
  });
  return place;
}

/** The same history in another folder, all of it in its one file, as a process that ended leaves it. */
export function settledCopy(place: TestPlace): TestPlace {
  const raw = new DatabaseSync(place.path);
  raw.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  raw.close();
  const copy = placeIn(emptyFolder());
  copyFileSync(place.path, copy.path);
  return copy;
}
