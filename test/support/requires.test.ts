import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requirement, requires } from './requires.ts';

const folder = mkdtempSync(join(tmpdir(), 'requires-'));
const path = ['/nonexistent', folder].join(delimiter);

beforeAll(() => {
  writeFileSync(join(folder, 'present'), '#!/bin/sh\n');
  chmodSync(join(folder, 'present'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('requirement', () => {
  test('runs when every program is on PATH, on a developer machine and under CI', () => {
    expect(requirement(['present'], { PATH: path })).toEqual({ kind: 'run' });
    expect(requirement(['present'], { PATH: path, CI: 'true' })).toEqual({ kind: 'run' });
  });

  test('skips on a developer machine and names only what is missing', () => {
    expect(requirement(['present', 'absent', 'lost'], { PATH: path })).toEqual({
      kind: 'skip',
      reason: 'needs absent, lost on PATH',
    });
  });

  test('fails under CI, where every program should have been installed', () => {
    expect(requirement(['absent'], { PATH: path, CI: 'true' })).toEqual({
      kind: 'fail',
      reason: 'needs absent on PATH',
    });
  });

  test('takes what begins with a slash for a file that must be there', () => {
    expect(requirement(['present', folder], { PATH: path })).toEqual({ kind: 'run' });
    expect(requirement(['absent', '/no/such/library'], { PATH: path })).toEqual({
      kind: 'skip',
      reason: 'needs absent on PATH and /no/such/library',
    });
  });

  test('finds nothing when there is no PATH', () => {
    expect(requirement(['present'], {}).kind).toBe('skip');
  });
});

function runFixture(ci: boolean): { readonly status: number | null; readonly statuses: readonly string[] } {
  const report = join(folder, `report-${String(ci)}.json`);
  const vitest = resolve('node_modules/vitest/vitest.mjs');
  const { CI: _ci, ...env } = process.env;
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--root', 'test/fixtures/requires', '--reporter=json', `--outputFile=${report}`],
    { env: ci ? { ...env, CI: 'true' } : env, timeout: 60_000 },
  );
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { assertionResults: { title: string; status: string }[] }[];
  };
  const statuses = testResults.flatMap((file) =>
    file.assertionResults.map((one) => `${one.title}: ${one.status}`),
  );
  return { status, statuses };
}

describe('requires', () => {
  test('hands out vitest itself when nothing is missing', () => {
    expect(requires()).toEqual({ describe, test });
  });

  test('skips with the reason in the name, and succeeds, on a developer machine', { timeout: 60_000 }, () => {
    const { status, statuses } = runFixture(false);
    expect(statuses).toEqual([
      'is never entered: skipped',
      'a single test (skipped: needs headroom-absent-program on PATH): skipped',
    ]);
    expect(status).toBe(0);
  });

  test('fails under CI', { timeout: 60_000 }, () => {
    const { status, statuses } = runFixture(true);
    expect(statuses).toEqual(['finds the programs it needs: failed', 'a single test: failed']);
    expect(status).toBe(1);
  });
});
