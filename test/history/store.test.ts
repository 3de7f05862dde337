import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HistoryError } from '../../src/history/database.ts';
import { generatorOf } from '../../src/history/generator.ts';
import { MIGRATIONS } from '../../src/history/migrations.ts';
import type { Retention } from '../../src/history/retention.ts';
import { HistoryStore } from '../../src/history/store.ts';
import type { ResultDocument } from '../../src/result/document.ts';
import { sampleResult } from '../support/sample-result.ts';
import { FAILED, storedRun } from '../support/stored-runs.ts';
import { emptyFolder } from './folder.ts';

function openIn(folder: string, retention?: Retention): HistoryStore {
  const store = new HistoryStore(join(folder, 'history.db'), retention);
  onTestFinished(() => store.close());
  return store;
}

const numbersOf = (runs: readonly { readonly runId: string }[]): number[] =>
  runs.map(({ runId }) => Number(runId.slice(4, 8)));

function lineageOf(result: ResultDocument): { planHash: string; generator: string } {
  return { planHash: result.planHash, generator: generatorOf(result).hash };
}

function troubleWith(path: string): string {
  try {
    new HistoryStore(path).close();
    return 'none';
  } catch (error) {
    return error instanceof HistoryError ? error.trouble : String(error);
  }
}

describe('a stored run', () => {
  test('comes back as it was, with what lists need', () => {
    const store = openIn(emptyFolder());
    const git = { commit: 'a'.repeat(40), branch: 'main', dirty: true };
    const result = { ...sampleResult(), git };
    store.record(result);
    const [run, ...more] = store.list({ limit: 10 });
    expect(more).toEqual([]);
    expect(run).toMatchObject({
      runId: result.runId,
      command: 'run',
      planHash: result.planHash,
      origins: 'http://127.0.0.1:8080',
      generatorText: 'linux x64, 2 x Example CPU, node 20, headroom 0.1',
      startedAt: '2026-11-22T10:00:00.000Z',
      verdict: 'fail',
      exitCode: 1,
      git,
      p50Ms: result.totals.response.quantiles['p50']?.valueMs,
      errorRatio: result.totals.errorRatio.value,
      unfit: 'it failed',
    });
    expect(store.document(result)).toEqual(JSON.parse(JSON.stringify(result)));
  });

  test('is one row however often it is recorded', () => {
    const store = openIn(emptyFolder());
    expect(store.record(storedRun(1))).toBe(true);
    expect(store.record(storedRun(1))).toBe(false);
    expect(store.count()).toBe(1);
  });

  test('is found by the beginning of its id, by its place in time, and as a baseline', () => {
    const store = openIn(emptyFolder());
    for (const number of [1, 3, 2]) store.record(storedRun(number));
    expect(numbersOf(store.find({ kind: 'latest', back: 0 }))).toEqual([3]);
    expect(numbersOf(store.find({ kind: 'latest', back: 2 }))).toEqual([1]);
    expect(store.find({ kind: 'latest', back: 3 })).toEqual([]);
    expect(numbersOf(store.find({ kind: 'id', prefix: 'run-0002' }))).toEqual([2]);
    expect(numbersOf(store.find({ kind: 'id', prefix: 'run-' }))).toEqual([3, 2, 1]);
    expect(store.find({ kind: 'id', prefix: 'run-%' })).toEqual([]);
    expect(numbersOf(store.find({ kind: 'baseline' }))).toEqual([3, 2, 1]);
    expect(store.find({ kind: 'baseline', of: { planHash: 'x', generator: 'y' } })).toEqual([]);
  });

  test('is listed by plan file, address or the beginning of the hash of its plan', () => {
    const store = openIn(emptyFolder());
    store.record(storedRun(1, { planFile: 'shop/headroom.yaml' }));
    store.record(storedRun(2, { planHash: 'beef'.padEnd(64, '1') }));
    expect(numbersOf(store.list({ about: 'shop', limit: 9 }))).toEqual([1]);
    expect(numbersOf(store.list({ about: '127.0.0.1', limit: 9 }))).toEqual([2, 1]);
    expect(numbersOf(store.list({ about: 'beef1', limit: 9 }))).toEqual([2]);
    expect(numbersOf(store.list({ limit: 1 }))).toEqual([2]);
  });
});

describe('a baseline', () => {
  test('is the last five passing runs, and no failed, stopped or foreign one among them', () => {
    const store = openIn(emptyFolder());
    for (let number = 1; number <= 8; number += 1) store.record(storedRun(number));
    store.record(storedRun(9, FAILED));
    store.record(storedRun(10, { stopped: { by: 'signal', text: 'SIGINT was received' } }));
    store.record(storedRun(11, { command: 'capacity' }));
    store.record(storedRun(12, { planHash: 'f'.repeat(64) }));
    store.record(storedRun(13, { host: { ...sampleResult().host, cpuCount: 64 } }));
    const { source, runs } = store.baseline(lineageOf(storedRun(1)));
    expect(source).toBe('history');
    expect(numbersOf(runs)).toEqual([8, 7, 6, 5, 4]);
  });

  test('that was pinned wins until it is cleared', () => {
    const store = openIn(emptyFolder());
    for (let number = 1; number <= 7; number += 1) store.record(storedRun(number));
    const lineage = lineageOf(storedRun(1));
    store.pin(store.find({ kind: 'id', prefix: 'run-0002' }));
    expect(store.baseline(lineage)).toMatchObject({ source: 'pinned' });
    expect(numbersOf(store.baseline(lineage).runs)).toEqual([2]);
    store.pin(store.find({ kind: 'id', prefix: 'run-0004' }));
    expect(numbersOf(store.baseline(lineage).runs)).toEqual([4]);
    expect(store.unpin(lineage)).toBe(1);
    expect(store.unpin(lineage)).toBe(0);
    expect(numbersOf(store.baseline(lineage).runs)).toEqual([7, 6, 5, 4, 3]);
  });
});

test('runs of a plan that is not run any more go when they are old, but for its baseline', () => {
  const store = openIn(emptyFolder(), { runs: 100, least: 0, days: 1, total: 100 });
  const other = { planHash: 'd'.repeat(64) };
  for (let number = 1; number <= 8; number += 1) store.record(storedRun(number, other));
  store.record(storedRun(9, { ...other, ...FAILED }));
  store.record(storedRun(3 * 1440));
  expect(numbersOf(store.list({ limit: 100 }))).toEqual([4320, 8, 7, 6, 5, 4]);
});

describe('the file', () => {
  test('of a newer headroom is refused, and left as it was', () => {
    const folder = emptyFolder();
    const path = join(folder, 'history.db');
    const newer = new DatabaseSync(path);
    newer.exec(`CREATE TABLE unknown (a); PRAGMA user_version = ${MIGRATIONS.length + 7}`);
    newer.close();
    const before = readFileSync(path);
    expect(() => new HistoryStore(path)).toThrow(/newer headroom made it/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test.each([
    ['this is a text and no database\n'.repeat(1000), 'corrupt'],
    [Buffer.alloc(8192, 7), 'corrupt'],
  ])('that is no database is said to be damaged', (content, trouble) => {
    const path = join(emptyFolder(), 'history.db');
    writeFileSync(path, content);
    expect(troubleWith(path)).toBe(trouble);
  });

  test('that cannot be made is said to be where nothing can be written', () => {
    expect(troubleWith('/nowhere/at/all/history.db')).toBe('read-only');
  });

  test('keeps its rows under strict types, and each schema version has its step', () => {
    const folder = emptyFolder();
    openIn(folder).record(storedRun(1));
    const raw = new DatabaseSync(join(folder, 'history.db'));
    expect(raw.prepare('PRAGMA user_version').get()).toEqual({ user_version: MIGRATIONS.length });
    expect(raw.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(raw.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    raw.close();
  });
});
