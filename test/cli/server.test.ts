/** Servers that the built program starts and stops: run `npm run build` first. */

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headroom, serve, start, until } from './binary.ts';

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

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** True when nothing listens there any more. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

const FEW = ['-n', '20', '-r', '50/s', '--no-progress'];

describe('a server that is started', () => {
  test('late is waited for, measured, stopped, and its output kept', async () => {
    const { cwd, port, url, server, log } = await place();
    const run = await headroom(['run', url, ...FEW, '--start', server('late'), '--json'], { cwd });
    expect(run.err).toMatch(/waiting for the server at http:\/\/127\.0\.0\.1[\s\S]*the server answers after/);
    const result = JSON.parse(run.out);
    expect([run.code, result.totals.byStatus]).toEqual([3, { 200: 20 }]);
    expect(log()).toMatch(/^listening, pid \d+\n$/);
    expect(await isFree(port)).toBe(true);
  });

  test('and answers 503 at first is not ready before it answers otherwise', async () => {
    const { cwd, url, server } = await place();
    const run = await headroom(['run', url, ...FEW, '--start', server('warming'), '--json'], { cwd });
    expect(JSON.parse(run.out).totals.byStatus).toEqual({ 200: 20 });
  });

  test('and never answers is an error with what it said, and is stopped', async () => {
    const { cwd, url, server } = await place();
    const began = Date.now();
    const args = ['--start', server('never'), '--wait-ready', '1500ms'];
    const run = await headroom(['run', url, ...FEW, ...args], { cwd });
    expect([run.code, run.out]).toEqual([2, '']);
    expect(run.err).toMatch(
      /did not answer within 1\.5s \(last seen: connect-refused\); it said:\n {2}\| thinking/,
    );
    expect(run.err).toContain('hint: give it longer with --wait-ready');
    expect(Date.now() - began).toBeLessThan(12_000);
  });

  test('and ends early is an error with its exit code and what it said', async () => {
    const { cwd, url, server } = await place();
    const run = await headroom(['run', url, ...FEW, '--start', server('exits')], { cwd });
    expect([run.code, run.out]).toEqual([2, '']);
    expect(run.err).toContain(
      'ended before it answered (exit code 3); it said:\n  | cannot open the database',
    );
  });

  test('and does not obey SIGTERM is killed', async () => {
    const { cwd, port, url, server, log } = await place();
    await headroom(['run', url, ...FEW, '--start', server('stubborn')], { cwd });
    expect(log()).toContain('not now');
    expect(await isFree(port)).toBe(true);
  });

  test('may take its time to wind up, though a shell started it', async () => {
    const { cwd, url, server, log } = await place();
    await headroom(['run', url, ...FEW, '--start', `${server('gentle')}; true`], { cwd });
    expect(log()).toContain('saved everything');
  });

  test('by another takes that with it', async () => {
    const { cwd, port, url, server } = await place();
    const run = await headroom(['run', url, ...FEW, '--start', server('parent'), '--json'], { cwd });
    expect(JSON.parse(run.out).totals.byStatus).toEqual({ 200: 20 });
    expect(await isFree(port)).toBe(true);
  });

  test('and leaves for the background is said to be still there, and keeps nobody waiting', async () => {
    const { cwd, url, server, log } = await place();
    const command = `${server('leaves')}; sleep 60`;
    const run = await headroom(['run', url, ...FEW, '--start', command, '--json'], { cwd });
    process.kill(Number(/pid (\d+)/.exec(log())?.[1]));
    expect(JSON.parse(run.out).totals.byStatus).toEqual({ 200: 20 });
    expect(run.err).toMatch(/something still answers at .*: the server left for the background/);
  });

  test('and prints 20 MB fills no more than 10 MB of files', async () => {
    const { cwd, url, server, log } = await place();
    const run = await headroom(['run', url, ...FEW, '--start', server('chatty'), '--json'], { cwd });
    expect(JSON.parse(run.out).totals.byStatus).toEqual({ 200: 20 });
    expect(log()).toMatch(/\n199999\.+\nlistening/);
    const sizes = ['headroom-server.log', 'headroom-server.log.1'].map(
      (name) => statSync(join(cwd, name)).size,
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5_000_000);
    expect(Math.max(...sizes)).toBeGreaterThan(4_000_000);
  });

  test('and prints escapes and a secret does neither in file nor terminal', async () => {
    const { cwd, url, server, log } = await place();
    const args = ['-H', 'authorization: Bearer open-sesame-42', '--objective', 'p50 < 0.001ms'];
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
    const load = ['-r', '50/s', '-d', '4s', '--no-progress', '--breaker', 'off', '--json'];
    const run = await headroom(['run', url, ...load, '--start', server('dies')], { cwd });
    const { notes } = JSON.parse(run.out);
    const text = 'The server that was started ended during the run: exit code 9.';
    expect(notes).toContainEqual({ code: 'SERVER_EXITED', text });
    expect(run.err).toMatch(/the server ended by itself: exit code 9[\s\S]*\| out of memory/);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is stopped when %s stops the run', async (signal) => {
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

describe('nothing is started', () => {
  test('where something answers already: it would be measured instead', async () => {
    const other = await serve((_, response) => response.end('other'));
    const { cwd, server } = await place();
    const run = await headroom(['run', other.url, ...FEW, '--start', server('well')], { cwd });
    expect([run.code, run.out]).toEqual([2, '']);
    expect(run.err).toMatch(
      /PORT_TAKEN: something answers at .* before the server was started \(status 200\)/,
    );
    expect(other.requests()).toBe(1);
    await other.close();
  });

  test.each<[string, readonly string[], RegExp]>([
    ['a rate', ['--start', '50/s'], /"50\/s" is a rate[\s\S]*--start-rate 50\/s/],
    ['nothing', ['--start', ' '], /--start is empty/],
    ['a wait alone', ['--wait-ready', '3s'], /--wait-ready is about a server that headroom starts/],
    ['no time', ['--start', 'true', '--wait-ready', 'soon'], /--wait-ready does not know "soon"/],
    ['no URL', ['--start', 'true', '--ready-url', 'health'], /--ready-url: "health" is no URL/],
    ['no file', ['--start', 'true', '--start-log', '/no/where.log'], /cannot keep the server's output/],
  ])('by %s', async (_, args, why) => {
    const { cwd, url } = await place();
    const { code, err } = await headroom(['run', url, ...args], { cwd });
    expect([code, why.test(err)]).toEqual([2, true]);
  });
});
