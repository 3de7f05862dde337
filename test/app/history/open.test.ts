import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, test } from 'vitest';
import { hasHistory, withHistory } from '../../../src/app/history/open.ts';
import { recordResult, remember } from '../../../src/app/history/record.ts';
import { OutputError } from '../../../src/core/errors.ts';
import { storedRun } from '../../support/stored-runs.ts';
import { placeIn, placeWith, settledCopy, type TestPlace } from './place.ts';

const countIn = (place: TestPlace): Promise<number> => withHistory(place, (store) => store.count());

async function refusal(place: TestPlace): Promise<OutputError> {
  const [error] = await remember(storedRun(1), place);
  if (error === undefined) throw new Error('it was written');
  return error;
}

describe('a history', () => {
  test('is made when it is first written, for the user alone', async () => {
    const place = placeIn();
    expect(hasHistory(place)).toBe(false);
    await recordResult(storedRun(1), place);
    expect(hasHistory(place)).toBe(true);
    expect(statSync(place.folder).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(place.folder)) {
      expect(statSync(join(place.folder, file)).mode & 0o777).toBe(0o600);
    }
    expect(await countIn(place)).toBe(1);
  });

  test.each([
    ['overwritten with text', (path: string) => writeFileSync(path, 'no database at all\n'.repeat(500))],
    ['cut in the middle of its pages', (path: string) => truncateSync(path, 4096 * 3)],
    [
      'with pages of noise',
      (path: string) => {
        const bytes = readFileSync(path);
        bytes.fill(0x5a, 4096);
        writeFileSync(path, bytes);
      },
    ],
  ])('%s is moved aside and said to be, and a new one begins', async (_, damage) => {
    const place = settledCopy(await placeWith([storedRun(1), storedRun(2), storedRun(3)]));
    damage(place.path);
    await recordResult(storedRun(4), place);
    expect(place.said).toHaveLength(1);
    expect(place.said[0]).toMatch(
      /is damaged: it was moved to .*history\.db\.damaged-\d{8}T\d{6}Z, and a new one begins/,
    );
    expect(readdirSync(place.folder).some((file) => file.startsWith('history.db.damaged-'))).toBe(true);
    expect(await countIn(place)).toBe(1);
  });

  test.each(['runs', 'runs_by_time'])(
    'is moved aside too where only reading meets the damage, in %s',
    async (part) => {
      const place = settledCopy(await placeWith([storedRun(1), storedRun(2)]));
      const raw = new DatabaseSync(place.path);
      const row: unknown = raw.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').get(part);
      raw.close();
      const page = typeof row === 'object' && row !== null && 'rootpage' in row ? Number(row.rootpage) : 0;
      const bytes = readFileSync(place.path);
      bytes.fill(0x5a, (page - 1) * 4096, page * 4096);
      writeFileSync(place.path, bytes);
      expect(await withHistory(place, (store) => store.list({ limit: 9 }))).toEqual([]);
      expect(place.said).toEqual([expect.stringContaining('is damaged: it was moved to')]);
    },
  );

  test('of a newer headroom is left alone, with a word on what to do', async () => {
    const place = settledCopy(await placeWith([storedRun(1)]));
    const raw = new DatabaseSync(place.path);
    raw.exec('PRAGMA user_version = 99; PRAGMA journal_mode = DELETE');
    raw.close();
    const before = readFileSync(place.path);
    const error = await refusal(place);
    expect(error.message).toContain('a newer headroom made it (schema 99');
    expect(error.hint).toContain('--no-history');
    expect(readFileSync(place.path).equals(before)).toBe(true);
    expect(place.said).toEqual([]);
  });

  test.each([['/dev/null/state', 'a part of the path is no folder']])(
    'in %s cannot be kept: %s',
    async (folder, why) => {
      const error = await refusal(placeIn(folder));
      expect(error).toBeInstanceOf(OutputError);
      expect(error.message).toContain(why);
      expect(error.hint).toContain('--state-dir');
    },
  );
});
