import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeResult } from '../../src/result/encode.ts';
import { emptyFolder } from '../history/folder.ts';
import { storedRun } from '../support/stored-runs.ts';
import { type CountingServer, headroom, serve } from './binary.ts';

const WRITER = fileURLToPath(new URL('../fixtures/history/writer.mjs', import.meta.url));
const WRITERS = 10;
const EACH = 12;

let server: CountingServer;
beforeAll(async () => {
  server = await serve((_, response) => response.end('ok'));
});
afterAll(() => server.close());

interface Written {
  readonly ids: readonly string[];
  readonly code: number | null;
  readonly err: string;
}

/** Starts a writer; one with a number of lines is killed as soon as it has said so many. */
function write(args: readonly string[], killedAfter: number | null): Promise<Written> {
  const child = spawn(process.execPath, [WRITER, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (killedAfter !== null && out.split('\n').length > killedAfter) child.kill('SIGKILL');
  });
  return new Promise((resolve) => {
    // A line that was cut short was not said.
    child.on('close', (code) => resolve({ ids: out.split('\n').slice(0, -1), code, err }));
  });
}

function contentOf(folder: string): { readonly ids: ReadonlySet<string>; readonly integrity: unknown } {
  const database = new DatabaseSync(join(folder, 'history.db'));
  const rows: unknown[] = database.prepare('SELECT run_id FROM runs').all();
  const integrity: unknown = database.prepare('PRAGMA integrity_check').all();
  database.close();
  const ids = rows.flatMap((row) =>
    typeof row === 'object' && row !== null && 'run_id' in row ? [String(row.run_id)] : [],
  );
  return { ids: new Set(ids), integrity };
}

test('ten processes write at once from nothing, half are killed: what was said to be kept is there, and the file is sound', async () => {
  const folder = emptyFolder();
  const file = join(folder, 'result.json');
  writeFileSync(file, encodeResult(storedRun(1)));
  const state = join(folder, 'state');
  const written = await Promise.all(
    Array.from({ length: WRITERS }, (_, writer) =>
      write([state, file, `writer-${writer}`, String(EACH)], writer % 2 === 0 ? null : 1 + writer),
    ),
  );
  const { ids, integrity } = contentOf(state);
  expect(integrity).toEqual([{ integrity_check: 'ok' }]);
  for (const [writer, { ids: said, code, err }] of written.entries()) {
    expect(err).toBe('');
    const isWhole = code === 0 && said.length === EACH;
    expect(isWhole || writer % 2 === 1).toBe(true);
    for (const id of said) expect(ids).toContain(id);
  }
  // A killed writer may have kept one more than it came to say.
  const saidInAll = written.reduce((sum, { ids: said }) => sum + said.length, 0);
  expect(ids.size).toBeGreaterThanOrEqual(saidInAll);
  expect(ids.size).toBeLessThanOrEqual(saidInAll + WRITERS / 2);
}, 120_000);

test('runs of the program at the same time are all kept', async () => {
  const state = join(emptyFolder(), 'state');
  const args = ['run', '-n', '20', '-r', '100/s', '-q', '--state-dir', state, '--format', 'json', server.url];
  const ended = await Promise.all(Array.from({ length: 4 }, () => headroom(args)));
  const { ids } = contentOf(state);
  for (const { out, code } of ended) {
    expect([0, 3]).toContain(code);
    const result: unknown = JSON.parse(out);
    expect(ids).toContain(
      typeof result === 'object' && result !== null && 'runId' in result ? result.runId : null,
    );
  }
  expect(ids.size).toBe(4);
}, 60_000);
