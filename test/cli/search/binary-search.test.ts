/** Searches by the built program: run `npm run build` first. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CountingServer, headroom, serve, start, until } from '../binary.ts';

/** Beyond this it refuses, once the burst that it allows is used up: in the measured part of a trial at 120/s. */
const LIMIT_PER_SECOND = 90;
const BURST = 180;

let limited: CountingServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-search-'));
  let tokens = BURST;
  let filledMs = performance.now();
  limited = await serve((_, response) => {
    const nowMs = performance.now();
    tokens = Math.min(BURST, tokens + ((nowMs - filledMs) / 1000) * LIMIT_PER_SECOND);
    filledMs = nowMs;
    response.statusCode = tokens >= 1 ? 200 : 429;
    if (tokens >= 1) tokens -= 1;
    response.end();
  });
});

afterAll(async () => {
  await limited.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a limit is found between a rate that holds and one that breaks, and named', async () => {
  // The breaker would leave too short a sample of failures that all come at its end.
  const flags = ['--start-rate', '60/s', '--max-duration', '30s', '--breaker', 'off', '--json'];
  const { code, out, err } = await headroom(['capacity', limited.url, ...flags]);
  const { capacity, verdict } = JSON.parse(out);
  expect(capacity.heldPerSecond).toBeGreaterThanOrEqual(60);
  expect(capacity.heldPerSecond).toBeLessThanOrEqual(LIMIT_PER_SECOND);
  expect(capacity.brokePerSecond).toBeGreaterThanOrEqual(LIMIT_PER_SECOND);
  expect(capacity.brokePerSecond).toBeLessThanOrEqual(2 * LIMIT_PER_SECOND);
  expect(capacity.brokeBy).toBe('errors < 1%');
  expect(capacity.findings.map((found: { code: string }) => found.code)).toContain('RATE_LIMITED');
  expect(capacity.elapsedMs).toBeLessThan(35_000);
  expect(verdict.status).toBe('pass');
  expect(code).toBe(0);
  expect(err).toContain('searching for the highest rate that holds errors < 1%');
  expect(err).toMatch(/^trial 1: 60\/s for 10s: held, /m);
}, 90_000);

test.concurrent.each([
  ['capacity', ['capacity']],
  ['launch', ['launch', '--peak', '80/s']],
])('%s that is interrupted ends at once with a partial report and 130', async (command, args) => {
  const file = join(folder, `${command}.json`);
  const well = await serve((_, response) => response.end('hello'));
  const { process, ended } = start([...args, well.url, '-o', file]);
  await until(() => well.requests() > 60);
  const sentMs = Date.now();
  process.kill('SIGINT');
  const { code, out, err } = await ended;
  await well.close();
  expect(Date.now() - sentMs).toBeLessThan(5000);
  expect(err).toContain('press Ctrl-C again to leave at once');
  expect(out).toContain('INTERRUPTED');
  expect(code).toBe(130);
  const result = JSON.parse(readFileSync(file, 'utf8'));
  expect(result).toMatchObject({ command, exitCode: 130, stopped: { by: 'signal' } });
  expect(result.capacity.trials.length).toBeLessThanOrEqual(1);
});
