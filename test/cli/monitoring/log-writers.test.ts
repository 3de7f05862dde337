/** Many processes that add to one log at the same time: each line is there, whole and once. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const PROCESSES = 8;
const LINES = 100;

const FILES = pathToFileURL(join(import.meta.dirname, '../../../dist/app/world/files.js')).href;

/** Waits for a word, then writes its lines as fast as it can, each longer than a block of a pipe or a page. */
const WRITER = `
const [path, name] = process.argv.slice(1);
const { systemFiles } = await import(${JSON.stringify(FILES)});
const files = systemFiles('/');
process.stdout.write('ready');
process.stdin.once('data', () => {
  for (let index = 0; index < ${LINES}; index += 1)
    files.appendWhole(path, JSON.stringify({ name, index, fill: name.repeat(3000) }) + '\\n', 0o600);
  process.exit(0);
});`;

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.stdout?.once('data', () => resolve()));
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve));
}

test('8 processes add 100 lines each', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-writers-'));
  try {
    const path = join(folder, 'runs.jsonl');
    const children = Array.from({ length: PROCESSES }, (_, index) =>
      spawn(process.execPath, ['--input-type=module', '-e', WRITER, path, `w${index}`]),
    );
    const endings = children.map(ended);
    await Promise.all(children.map(ready));
    for (const child of children) child.stdin.write('go');
    expect(await Promise.all(endings)).toEqual(children.map(() => 0));
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const seen = lines.map((line) => JSON.parse(line) as { name: string; index: number; fill: string });
    for (const { name, fill } of seen) expect(fill).toBe(name.repeat(3000));
    expect(new Set(seen.map(({ name, index }) => `${name}/${index}`)).size).toBe(PROCESSES * LINES);
    expect(lines).toHaveLength(PROCESSES * LINES);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a line for which there is no room leaves nothing of itself, which would spoil the next one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-full-'));
  try {
    const path = join(folder, 'runs.jsonl');
    const line = `{"fill":"${'x'.repeat(700)}"}\n`;
    writeFileSync(path, line);
    // The second block is where the file must end.
    const script = `
      const { systemFiles } = await import(${JSON.stringify(FILES)});
      try { systemFiles('/').appendWhole(process.argv[1], process.argv[2], 0o600); } catch (error) { console.log(error.code); }`;
    const words = [process.execPath, '--input-type=module', '-e', script, path, line];
    const { stdout } = spawnSync('bash', ['-c', 'ulimit -f 1; exec "$@"', 'bash', ...words], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('EFBIG\n');
    expect(readFileSync(path, 'utf8')).toBe(line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
