import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withHistory } from '../../src/app/history/open.ts';
import { documentOf } from '../../src/history/row.ts';
import { placeWith } from '../app/history/place.ts';
import { emptyFolder } from '../history/folder.ts';
import { storedRun } from '../support/stored-runs.ts';
import { type CountingServer, headroom, serve, shell } from './binary.ts';

let server: CountingServer;
beforeAll(async () => {
  server = await serve((_, response) => response.end('ok'));
});
afterAll(() => server.close());

const load = ['-r', '100/s', '-n', '50', '-q', '--seed', '1'];

function run(state: string, ...more: readonly string[]): ReturnType<typeof headroom> {
  return headroom(['run', ...load, '--state-dir', state, ...more]);
}

describe('a plan with a limit relative to its baseline', () => {
  test('is open at first, then held against the runs before it, and alone again with --no-history', async () => {
    const state = join(emptyFolder(), 'state');
    const file = join(state, 'history.db');
    const wish = ['--objective', 'errors < 50%', '--objective', 'p50 < baseline + 5000%', server.url];
    const first = await run(state, ...wish);
    expect([first.code, first.out]).toEqual([3, expect.stringContaining('NO_BASELINE')]);
    const second = await run(state, ...wish, '--json');
    expect(second.code).toBe(0);
    const result = JSON.parse(second.out);
    expect(result.baseline.label).toBe('the last passing run');
    expect(result.objectives[1].baseline.runs).toBe(1);
    expect(result.objectives[1].limit).toBeCloseTo(51 * result.objectives[1].baseline.value, 6);
    expect(result.objectives[1].because).toContain("is the baseline's");
    const before = readFileSync(file);

    const [alone, shown, again] = await Promise.all([
      run(state, ...wish, '--no-history', '--json'),
      headroom(['baseline', 'show', '--state-dir', state, '--json']),
      headroom(['history', 'show', 'latest~1', '--json', '--state-dir', state]),
    ]);
    expect([alone.code, JSON.parse(alone.out).baseline]).toEqual([3, undefined]);
    expect(readFileSync(file).equals(before)).toBe(true);
    const began = JSON.parse(again.out);
    expect(began.verdict.status).toBe('inconclusive');
    // A busy machine may make the second look worse than the first, which then stays alone.
    const runIds = JSON.parse(shown.out).baseline.runs.map(({ runId }: { runId: string }) => runId);
    expect(runIds).toContain(began.runId);
  }, 60_000);

  test('is what check opens the history for; other plans leave it alone', async () => {
    const folder = emptyFolder();
    const path = join(folder, 'history.db');
    writeFileSync(path, 'no database');
    const plain = await headroom(['check', server.url, '--state-dir', folder]);
    expect([plain.code, plain.err, readFileSync(path, 'utf8')]).toEqual([0, '', 'no database']);
    const relative = ['--objective', 'p50 < baseline + 10%'];
    const { err } = await headroom(['check', server.url, ...relative, '--state-dir', folder]);
    expect(err).toContain('is damaged: it was moved to');
  });

  test('is refused for a search, before anything is sent', async () => {
    const before = server.requests();
    const { code, err } = await headroom(['capacity', '--objective', 'p99 < baseline + 10%', server.url]);
    expect(code).toBe(2);
    expect(err).toContain('a search sets its own rates');
    expect(server.requests()).toBe(before);
  });
});

test('comparing stored runs leaves the history as it is: the latest run stays the latest', async () => {
  const place = await placeWith([1, 2].map((number) => storedRun(number)));
  const list = (): Promise<string[]> =>
    withHistory(place, (store) => store.list({ limit: 9 }).map(({ runId }) => runId));
  const before = await list();
  const { out } = await headroom(['compare', 'latest~1', 'latest', '--state-dir', place.folder, '--json']);
  expect(JSON.parse(out).comparison.sides.candidate.runIds).toEqual([before[0]]);
  expect(await list()).toEqual(before);
  expect(before).toHaveLength(2);
}, 60_000);

test('no secret stands in the file, compressed or not', async () => {
  const state = join(emptyFolder(), 'state');
  const secrets = ['Planted-Header-77', 'Planted-Password-77', 'Planted-Token-77'];
  const url = server.url.replace('://', `://user:${secrets[1]}@`);
  await run(state, '-H', `authorization: Bearer ${secrets[0]}`, `${url}?token=${secrets[2]}`);
  const database = new DatabaseSync(join(state, 'history.db'));
  const rows: { run_id: string; document: Uint8Array }[] = database
    .prepare('SELECT run_id, document FROM runs')
    .all();
  const texts = rows.map(({ document, run_id: id }) => JSON.stringify(documentOf(document, id)));
  database.close();
  expect(texts).toHaveLength(1);
  const files = readdirSync(state).map((file) => readFileSync(join(state, file), 'latin1'));
  for (const text of [...texts, ...files]) for (const secret of secrets) expect(text).not.toContain(secret);
}, 30_000);

test('a history that cannot be written is said, costs code 4 where all passed, and not the verdict', async () => {
  const file = join(emptyFolder(), 'a-file');
  writeFileSync(file, '');
  const passed = await run(join(file, 'state'), '--objective', 'errors < 50%', server.url);
  expect([passed.code, passed.out]).toEqual([4, expect.stringContaining('PASS')]);
  expect(passed.err).toContain('cannot be used');
}, 30_000);

/** A file system of its own, as only some users and containers may have. */
const canMount = spawnSync('sh', ['-c', 'unshare --mount --map-root-user true']).status === 0;

test.skipIf(!canMount)(
  'a full disk, from the first page on or later, is said, and the verdict stands',
  async () => {
    const folder = emptyFolder();
    const command = `run ${load.join(' ')} --objective 'errors < 50%' --state-dir ${folder} ${server.url}`;
    const ended = ['16k', '64k'].map((size) => {
      const inside = `mount -t tmpfs -o size=${size} tmpfs ${folder} && $HEADROOM ${command}`;
      return shell(`unshare --mount --map-root-user sh -c "${inside}"`);
    });
    for (const { code, out, err } of await Promise.all(ended)) {
      expect([code, out]).toEqual([4, expect.stringContaining('PASS')]);
      expect(err).toContain('no space is left');
    }
  },
  30_000,
);
