import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { publishResult } from '../../../src/app/publish.ts';
import { systemFiles } from '../../../src/app/world/files.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { fakeWorld } from '../fake-world.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-mode-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

/** Everybody is kept out of what is made, as under the umask of a careful cron. */
async function underUmask(body: () => Promise<void>): Promise<void> {
  const before = process.umask(0o077);
  try {
    await body();
  } finally {
    process.umask(before);
  }
}

test('metrics can be read by the exporter under any umask; other reports go by the umask', async () => {
  const files = [
    { path: join(folder, 'headroom.prom'), format: 'prometheus' as const },
    { path: join(folder, 'result.json'), format: 'json' as const },
  ];
  const world = { ...fakeWorld(), files: systemFiles(folder) };
  // One that was there, and that the exporter could not read.
  writeFileSync(join(folder, 'headroom.prom'), 'old\n', { mode: 0o600 });
  await underUmask(async () => {
    const failures = await publishResult(
      sampleResult(),
      { stdout: null, files, color: null, verbose: false },
      world,
    );
    expect(failures).toEqual([]);
  });
  expect(statSync(join(folder, 'headroom.prom')).mode & 0o777).toBe(0o644);
  expect(statSync(join(folder, 'result.json')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, 'headroom.prom'), 'utf8')).toContain('headroom_verdict');
});

test('metrics that cannot be written leave the old ones, and nothing that an exporter would read', async () => {
  const path = join(folder, 'headroom.prom');
  writeFileSync(path, 'old\n');
  const real = systemFiles(folder);
  const files = {
    ...real,
    write: (name: string, _content: unknown, mode?: number) => real.write(name, tooMuch(), mode),
  };
  const failures = await publishResult(
    sampleResult(),
    { stdout: null, files: [{ path, format: 'prometheus' }], color: null, verbose: false },
    { ...fakeWorld(), files },
  );
  expect(failures.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^cannot write .*headroom[.]prom/),
  ]);
  expect(readdirSync(folder)).toEqual(['headroom.prom']);
  expect(readFileSync(path, 'utf8')).toBe('old\n');
});

/** Not a text: the write fails after the temporary file was made, as on a full disk. */
function tooMuch(): string {
  return Symbol('no text') as unknown as string;
}
