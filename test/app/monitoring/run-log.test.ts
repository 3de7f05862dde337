import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { appendLog, checkLog } from '../../../src/app/monitoring/run-log.ts';
import { systemFiles } from '../../../src/app/world/files.ts';
import { OutputError, UsageError } from '../../../src/core/errors.ts';
import { canaryResult } from '../../support/sample-canary.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-log-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

test('each result adds a line, and the file is for its user alone', () => {
  const world = { files: systemFiles(folder) };
  checkLog('runs.jsonl', world);
  expect(readFileSync(join(folder, 'runs.jsonl'), 'utf8')).toBe('');
  const first = { ...canaryResult(), runId: 'r-1' };
  expect(appendLog(first, 'runs.jsonl', world)).toEqual([]);
  expect(appendLog({ ...first, runId: 'r-2' }, 'runs.jsonl', world)).toEqual([]);
  const lines = readFileSync(join(folder, 'runs.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { runId: string }).runId)).toEqual(['r-1', 'r-2']);
  expect(statSync(join(folder, 'runs.jsonl')).mode & 0o777).toBe(0o600);
});

test('a place that cannot be written to is an error of usage before the run, and of output after it', () => {
  const world = { files: systemFiles(folder) };
  mkdirSync(join(folder, 'folder'));
  expect(() => checkLog('folder', world)).toThrow(UsageError);
  expect(() => checkLog('nowhere/runs.jsonl', world)).toThrow(/no such file or folder/);
  symlinkSync('/dev/full', join(folder, 'full'));
  const [failure] = appendLog(canaryResult(), 'full', world);
  expect(failure).toBeInstanceOf(OutputError);
  expect(failure?.message).toBe('cannot write full: no space left');
});
