/** Servers that the built program starts and stops: run `npm run build` first. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAlive } from '../support/alive.ts';
import { freePort, isFree } from '../support/free-port.ts';
import { headroom, start, until } from './binary.ts';

const SCRIPT = fileURLToPath(new URL('../fixtures/servers/under-test.mjs', import.meta.url));

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'headroom-server-'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Place {
  readonly cwd: string;
  readonly port: number;
  readonly url: string;
  /** Command line of a server that goes about it that way. */
  readonly server: (way: string) => string;
  readonly log: () => string;
}

async function place(): Promise<Place> {
  const cwd = mkdtempSync(join(root, 'run-'));
  const port = await freePort();
  return {
    cwd,
    port,
    url: `http://127.0.0.1:${port}/`,
    server: (way) => `"${process.execPath}" "${SCRIPT}" ${port} ${way}`,
    log: () => readFileSync(join(cwd, 'headroom-server.log'), 'utf8'),
  };
}

const FEW = ['-n', '20', '-r', '50/s', '--no-progress'];

describe.concurrent('a server that is started', { timeout: 60_000 }, () => {
  test('late is waited for, measured, stopped, and its output kept', async () => {
    const { cwd, port, url, server, log } = await place();
    const run = await headroom(['run', url, ...FEW, '--start', server('late'), '--json'], { cwd });
    expect(run.err).toMatch(/waiting for the server at http:\/\/127\.0\.0\.1[\s\S]*the server answers after/);
    const result = JSON.parse(run.out);
    expect([run.code, result.totals.byStatus]).toEqual([3, { 200: 20 }]);
    expect(log()).toMatch(/^listening, pid \d+\n$/);
    expect(await isFree(port)).toBe(true);
  });

  test('and prints escapes and a secret does neither in file nor terminal', async () => {
    const { cwd, url, server, log } = await place();
    const args = ['-H', 'authorization: Bearer open-sesame-42', '--objective', 'status 5xx > 50%'];
    const load = ['-r', '400/s', '-d', '1s', '--no-progress'];
    const run = await headroom(['run', url, ...load, ...args, '--start', server('hostile')], { cwd });
    expect(run.code).toBe(1);
    for (const text of [run.err, log()]) {
      expect(text).toContain(String.raw`red \x1b]0;owned\x07 ::error::no    token ***`);
      for (const raw of ['open-sesame', '\u001b', '\u0007']) expect(text).not.toContain(raw);
    }
    expect(run.err).toContain('the server said last:');
  });

  test('and dies during the run is told of in the result, with its last words', async () => {
    const { cwd, url, server } = await place();
    const load = ['-r', '50/s', '-d', '3s', '--no-progress', '--breaker', 'off', '--json'];
    const run = await headroom(['run', url, ...load, '--start', server('dies')], { cwd });
    const { notes } = JSON.parse(run.out);
    const text = 'The server that was started ended during the run: exit code 9.';
    expect(notes).toContainEqual({ code: 'SERVER_EXITED', text });
    expect(run.err).toMatch(/the server ended by itself: exit code 9[\s\S]*\| out of memory/);
  });

  test.each(['SIGINT', 'SIGHUP'] as const)('is stopped when %s stops the run', async (signal) => {
    const { cwd, port, url, server } = await place();
    const run = start(['run', url, '-d', '60s', '--start', server('well'), '--no-progress'], { cwd });
    let said = '';
    run.process.stderr?.on('data', (text: string) => (said += text));
    await until(() => said.includes('the server answers'));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    run.process.kill(signal);
    const { code, out } = await run.ended;
    expect([code, out.includes('INTERRUPTED')]).toEqual([signal === 'SIGINT' ? 130 : 143, true]);
    expect(await isFree(port)).toBe(true);
  });

  test('is stopped with us when we are killed', async () => {
    const { cwd, port, url, server, log } = await place();
    const run = start(['run', url, '-d', '60s', '--start', server('well'), '--no-progress'], { cwd });
    let said = '';
    run.process.stderr?.on('data', (text: string) => (said += text));
    await until(() => said.includes('the server answers'));
    run.process.kill('SIGKILL');
    await run.ended;
    const pid = Number(/pid (\d+)/.exec(log())?.[1]);
    await until(() => !isAlive(pid));
    expect(await isFree(port)).toBe(true);
  });

  test('is stopped when the wait for it is', async () => {
    const { cwd, port, url, server } = await place();
    const run = start(['run', url, '--start', server('never'), '--no-progress'], { cwd });
    let said = '';
    run.process.stderr?.on('data', (text: string) => (said += text));
    await until(() => said.includes('waiting for the server'));
    run.process.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect(said).toContain('stopped by SIGINT before any traffic was measured');
    expect(await isFree(port)).toBe(true);
  });

  test('is stopped when a bug ends the program', async () => {
    const { cwd, port, url, server } = await place();
    const bug = "setTimeout(() => { throw new TypeError('planted') }, 3000)";
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(bug)}` };
    // Of the two programs that Node is told to spoil, only ours is to be.
    const command = `NODE_OPTIONS= ${server('well')}`;
    const run = await headroom(['run', url, '-d', '60s', '--start', command], { cwd, env });
    expect(run.code).toBe(70);
    expect(await isFree(port)).toBe(true);
  });
});
