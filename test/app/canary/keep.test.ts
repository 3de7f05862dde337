import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, test } from 'vitest';
import {
  type Delivered,
  keepRun,
  keptChecks,
  markUnkept,
  settleAll,
  withCheckLock,
} from '../../../src/app/canary/keep.ts';
import { recordResult } from '../../../src/app/history/record.ts';
import { InternalError } from '../../../src/core/errors.ts';
import type { Advance } from '../../../src/history/canary/canary-store.ts';
import { Fields } from '../../../src/history/canary/fields.ts';
import { lockFile } from '../../../src/history/canary/lock.ts';
import { canaryRun, pageEvent } from '../../support/kept-runs.ts';
import { storedRun } from '../../support/stored-runs.ts';
import { placeIn, settledCopy, type TestPlace } from '../history/place.ts';

/** Whether the runs before it are lost. */
const asking = (place: TestPlace, number: number): ReturnType<typeof keepRun<boolean>> =>
  keepRun(place, {
    check: 'shop',
    run: canaryRun(number),
    advance: (state, _past, _lastOkMs, isLost) => ({ state: state ?? {}, events: [], value: isLost }),
  });

/** Counts the runs of the check, and tells of each. */
const counting: Advance<number> = (state) => {
  const count = 1 + (new Fields(state).number('count') ?? 0);
  return { state: { count }, events: [{ channel: 'pd', event: pageEvent(count) }], value: count };
};

const keep = (place: TestPlace, number: number): ReturnType<typeof keepRun<number>> =>
  keepRun(place, { check: 'shop', run: canaryRun(number), advance: counting });

async function unkept(place: TestPlace): Promise<{ readonly message: string; readonly hint: string | null }> {
  const kept = await keep(place, 9);
  if (kept.kind === 'kept') throw new Error('it was kept');
  return kept.why;
}

function delivered(
  id: number,
  status: Delivered['report']['status'],
  notBeforeMs: number | null = null,
): Delivered {
  return { id, report: { status, attempts: 2, text: 'it answered' }, notBeforeMs };
}

describe('a run', () => {
  test('knows of what was told while nothing could be kept, once', async () => {
    const place = placeIn();
    expect(await asking(place, 1)).toMatchObject({ value: false });
    await markUnkept(place, 'shop');
    expect(await asking(place, 2)).toMatchObject({ value: true });
    expect(await asking(place, 3)).toMatchObject({ value: false });
  });

  test('knows that those before it are lost, whoever moved the damaged file aside', async () => {
    const place = placeIn();
    expect(await asking(place, 1)).toMatchObject({ value: false });
    expect(await asking(place, 2)).toMatchObject({ value: false });
    for (const part of ['', '-wal', '-shm']) {
      rmSync(join(place.folder, `history.db${part}`), { force: true });
    }
    writeFileSync(join(place.folder, 'history.db'), 'no database'.repeat(100));
    await recordResult(storedRun(1), place);
    expect(await asking(place, 3)).toMatchObject({ value: true });
    expect(await asking(place, 4)).toMatchObject({ value: false });
  });

  test('is kept beside the runs of other commands, in files for the user alone', async () => {
    const place = placeIn();
    expect(await keptChecks(place)).toEqual([]);
    expect(readdirSync(join(place.folder, '..'))).toEqual([]);
    await recordResult(storedRun(1), place);
    expect(await keep(place, 1)).toMatchObject({ kind: 'kept', value: 1, queued: [{ channel: 'pd' }] });
    expect(await keep(place, 2)).toMatchObject({ kind: 'kept', value: 2, queued: [{ id: 1 }, { id: 2 }] });
    await withCheckLock(place, 'shop', async () => {
      const files = readdirSync(place.folder);
      expect(files).toContain(lockFile('shop'));
      for (const file of files) expect(statSync(join(place.folder, file)).mode & 0o777).toBe(0o600);
    });
    expect(await keptChecks(place)).toMatchObject([{ check: 'shop', state: { count: 2 }, waiting: 2 }]);
    expect(place.said).toEqual([]);
  });

  test('finds what waits on after a delivery, and not what was accepted or refused for good', async () => {
    const place = placeIn();
    for (const number of [1, 2, 3]) await keep(place, number);
    const all = [delivered(1, 'accepted'), delivered(2, 'refused'), delivered(3, 'spooled', 1_000)];
    expect(await settleAll(place, all)).toBeNull();
    expect(await keep(place, 4)).toMatchObject({
      queued: [
        { id: 3, attempts: 2, notBeforeMs: 1_000 },
        { id: 4, attempts: 0, notBeforeMs: null },
      ],
    });
    await settleAll(place, [delivered(3, 'spooled'), delivered(4, 'accepted')]);
    expect(await keep(place, 5)).toMatchObject({
      queued: [{ id: 3, attempts: 4, notBeforeMs: null }, { id: 5 }],
    });
  });

  test('that is kept twice is a fault of ours', async () => {
    const place = placeIn();
    await keep(place, 1);
    await expect(keep(place, 1)).rejects.toBeInstanceOf(InternalError);
  });

  test('begins anew where the file is damaged, which is moved aside and said', async () => {
    const place = placeIn();
    await keep(place, 1);
    const copy = settledCopy(place);
    const bytes = readFileSync(copy.path);
    bytes.fill(0x5a, 4096);
    writeFileSync(copy.path, bytes);
    expect(await keep(copy, 2)).toMatchObject({ kind: 'kept', value: 1, queued: [{ id: 1 }] });
    expect(copy.said).toEqual([
      expect.stringMatching(/is damaged: it was moved to .*\.damaged-\d{8}T\d{6}Z/),
    ]);
  });

  test('is not kept in the file of a newer headroom, which stays as it is', async () => {
    const place = placeIn();
    await keep(place, 1);
    const copy = settledCopy(place);
    const raw = new DatabaseSync(copy.path);
    raw.exec('PRAGMA user_version = 99; PRAGMA journal_mode = DELETE');
    raw.close();
    const before = readFileSync(copy.path);
    const { message, hint } = await unkept(copy);
    expect(message).toContain('a newer headroom made it (schema 99');
    expect(hint).toBe('use that version, or another --state-dir');
    expect(readFileSync(copy.path).equals(before)).toBe(true);
    expect(await settleAll(copy, [])).toBeNull();
    await expect(keptChecks(copy)).rejects.toThrow(/newer headroom/);
  });

  test('is not kept where nothing can be, and what became of events neither', async () => {
    const place = placeIn('/dev/null/state');
    expect((await unkept(place)).message).toContain('a part of the path is no folder');
    expect(await settleAll(place, [delivered(1, 'accepted')])).toMatchObject({
      message: expect.stringContaining('a part of the path is no folder'),
    });
    expect(await keptChecks(place)).toEqual([]);
  });

  test('is judged by a fault of ours: that is no trouble of the file', async () => {
    const place = placeIn();
    const failing = (): never => {
      throw new TypeError('a fault of the judge');
    };
    await expect(keepRun(place, { check: 'shop', run: canaryRun(1), advance: failing })).rejects.toThrow(
      new TypeError('a fault of the judge'),
    );
    expect(await keptChecks(place)).toEqual([]);
  });

  test('says when events are given up', async () => {
    const place = placeIn();
    const many = Array.from({ length: 501 }, (_, number) => ({ channel: 'pd', event: pageEvent(number) }));
    const advance: Advance<null> = () => ({ state: null, events: many, value: null });
    await keepRun(place, { check: 'shop', run: canaryRun(1), advance });
    expect(place.said).toEqual(['1 event was given up: too many wait, or unreadable']);
  });
});

describe('the lock of a check', () => {
  test('lets one in at a time, and the next one in at its end, however it ends', async () => {
    const place = placeIn();
    const inside = await withCheckLock(place, 'shop', async () => [
      await withCheckLock(place, 'shop', () => Promise.resolve('in')),
      await withCheckLock(place, 'search', () => Promise.resolve('in')),
    ]);
    expect(inside).toEqual(['held', 'in']);
    const failing = withCheckLock(place, 'shop', () => Promise.reject(new Error('it failed')));
    await expect(failing).rejects.toThrow('it failed');
    expect(await withCheckLock(place, 'shop', () => Promise.resolve('in'))).toBe('in');
    expect(place.said).toEqual([]);
  });

  test.each([
    ['in no folder', () => placeIn('/dev/null/state'), 'a part of the path is no folder'],
    [
      'on a file that holds something else',
      () => {
        const place = placeIn();
        place.world.files.makeFolder(place.folder);
        writeFileSync(join(place.folder, lockFile('shop')), 'a text\n'.repeat(300));
        chmodSync(join(place.folder, lockFile('shop')), 0o600);
        return place;
      },
      'it is no database',
    ],
  ])('%s is done without, which is said', async (_, make, why) => {
    const place = make();
    expect(await withCheckLock(place, 'shop', () => Promise.resolve('in'))).toBe('in');
    expect(place.said).toEqual([
      `the check shop cannot be locked, two canaries of it may run at once: ${why}`,
    ]);
  });
});
