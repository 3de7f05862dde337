/** How fast servers answered, as it is kept. */

import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import { FleetStore, type FleetWindow } from '../../../src/history/fleet/fleet-store.ts';
import { MIGRATIONS } from '../../../src/history/migrations.ts';
import { emptyFolder } from '../folder.ts';

function window(medianMs: number, atMs: number, place = 'a'): FleetWindow {
  const response = { medianMs, lowMs: medianMs * 0.9, highMs: medianMs * 1.1, count: 30 };
  return { place, atMs, response, ratePerSecond: null };
}

function count(file: string): number {
  const database = new DatabaseSync(file);
  const row = database.prepare('SELECT count(*) AS windows FROM fleet_windows').get() as { windows: number };
  database.close();
  return row.windows;
}

test('the calm moment is one that a tenth of the windows was calmer than, of the same place', () => {
  const store = new FleetStore(join(emptyFolder(), 'history.db'));
  expect(store.calm(['a']).size).toBe(0);
  for (let index = 1; index <= 21; index += 1) store.keep([window(index, index * 1000), window(900, 5, 'b')]);
  const calm = store.calm(['a', 'b', 'c']);
  expect(calm.get('a')).toEqual({
    response: { medianMs: 3, lowMs: 2.7, highMs: 3.3000000000000003, count: 30 },
    looks: 21,
    coveredMs: 20_000,
  });
  expect(calm.get('b')?.response.medianMs).toBe(900);
  expect(calm.has('c')).toBe(false);
  store.close();
});

test('what is too old or too many goes, and a clock that is years ahead once takes little with it', () => {
  const file = join(emptyFolder(), 'history.db');
  const day = 86_400_000;
  const store = new FleetStore(file, { windows: 5, days: 10, total: 40, dense: 100, apartMs: 1 });
  for (let index = 0; index < 20; index += 1) store.keep([window(1, index * 1000)]);
  expect(count(file)).toBe(5);
  store.keep([window(1, 3650 * day, 'future')]);
  expect(count(file)).toBe(2);
  store.keep(Array.from({ length: 60 }, (_, index) => window(1, 3650 * day, `place ${index}`)));
  expect(count(file)).toBe(40);
  store.close();
});

test('a fleet that is watched through an incident remembers how fast it was before', () => {
  const store = new FleetStore(join(emptyFolder(), 'history.db'));
  const hour = 3_600_000;
  for (let index = 0; index < 30; index += 1) store.keep([window(10, index * hour)]);
  for (let index = 0; index < 2000; index += 1) store.keep([window(400, 30 * hour + index * 5000)]);
  expect(store.calm(['a']).get('a')?.response.medianMs).toBe(10);
  expect(store.calm(['a']).get('a')?.looks).toBeLessThan(40);
  store.close();
});

test('a history of before is brought up to date, with what was in it', () => {
  const file = join(emptyFolder(), 'history.db');
  const old = new DatabaseSync(file);
  old.exec(`PRAGMA journal_mode = WAL; ${MIGRATIONS.slice(0, 2).join('')}; PRAGMA user_version = 2`);
  old.exec("INSERT INTO canary_states (check_name, state, updated_ms) VALUES ('shop', '{}', 1)");
  old.close();
  const store = new FleetStore(file);
  store.keep([window(1, 1)]);
  expect(store.capacities(Date.UTC(2026, 0, 5)).size).toBe(0);
  store.close();
  expect(count(file)).toBe(1);
  const again = new DatabaseSync(file);
  expect(again.prepare('SELECT check_name FROM canary_states').get()).toEqual({ check_name: 'shop' });
  again.close();
});

test('the newest capacity of each plan of one origin alone, the least of them, while it is not stale', () => {
  const file = join(emptyFolder(), 'history.db');
  new FleetStore(file).close();
  const raw = new DatabaseSync(file);
  const add =
    raw.prepare(`INSERT INTO runs (run_id, command, plan_hash, origins, generator, generator_text, started_at,
    duration_ms, verdict, exit_code, rate_per_second, promotable, document) VALUES (?, ?, ?, ?, 'g', 'g', ?, 1, 'pass', 0, ?, 1, x'00')`);
  add.run('1', 'capacity', 'h', 'http://a:1', '2026-01-01', 100);
  add.run('2', 'capacity', 'h', 'http://a:1', '2026-01-02', 120);
  add.run('3', 'run', 'h', 'http://a:1', '2026-01-03', 10);
  add.run('4', 'capacity', 'h', 'http://a:1 http://b:1', '2026-01-04', 500);
  add.run('5', 'capacity', 'h', 'http://b:1', '2026-01-01', null);
  add.run('6', 'capacity', 'light', 'http://a:1', '2026-01-05', 900);
  add.run('7', 'capacity', 'light', 'http://c:1', '2025-01-05', 900);
  raw.close();
  const store = new FleetStore(file);
  expect([...store.capacities(Date.UTC(2026, 0, 6))]).toEqual([['http://a:1', 120]]);
  store.close();
});
