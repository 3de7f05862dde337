/** What a report loads: showing a result again sends nothing, and should not wait for what does. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeResult } from '../../src/result/encode.ts';
import { sampleResult } from '../support/sample-result.ts';
import { headroom } from './binary.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-loading-'));
  writeFileSync(join(folder, 'result.json'), encodeResult(sampleResult()));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a report is made without loading what makes traffic', async () => {
  const coverage = join(folder, 'coverage');
  const ended = await headroom(['report', 'result.json', '-o', 'page.html', '-q'], {
    cwd: folder,
    env: { NODE_V8_COVERAGE: coverage },
  });
  expect(ended).toMatchObject({ code: 0, err: '' });
  expect(readFileSync(join(folder, 'page.html'), 'utf8')).toContain('<!doctype html>');
  const loaded = readdirSync(coverage)
    .map((name) => readFileSync(join(coverage, name), 'utf8'))
    .join('');
  expect(loaded).toContain('/dist/report/html/html.js');
  expect(loaded).not.toMatch(/node_modules\/undici\/|dist\/load\/worker/);
});
