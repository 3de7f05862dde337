/** Every row of the exit-code table, on the built program: run `npm run build` first. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CountingServer, headroom, planted, serve, shell, start, until } from './binary.ts';

/** 120 requests: enough to be sure that fewer than 20 % fail, or that they do not. */
const ENOUGH = ['-r', '300/s', '-d', '400ms', '--objective', 'errors < 20%', '--no-history'];
const ENOUGH_WORDS = ENOUGH.map((word) => `'${word}'`).join(' ');
const FEW = ['-n', '10', '-r', '100/s'];

let well: CountingServer;
let sick: CountingServer;
let silent: CountingServer;
/** Of those who must send nothing: the others send all the time. */
let untouched: CountingServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-exit-'));
  well = await serve((_, response) => response.end('hello'));
  sick = await serve((_, response) => {
    response.statusCode = 500;
    response.end();
  });
  silent = await serve(() => undefined);
  untouched = await serve((_, response) => response.end());
});

afterAll(async () => {
  await Promise.all([well, sick, silent, untouched].map((server) => server.close()));
  rmSync(folder, { recursive: true, force: true });
});

describe.concurrent('the program ends with', () => {
  test('0 when every objective holds', async () => {
    const { code, out, err } = await headroom([well.url, ...ENOUGH]);
    expect(err).not.toContain('headroom:');
    expect(out).toContain('PASS');
    expect(code).toBe(0);
  });

  test('1 when an objective is breached', async () => {
    const { code, out } = await headroom(['run', sick.url, ...ENOUGH]);
    expect(out).toContain('FAIL');
    expect(code).toBe(1);
  });

  test('1 when nothing listens: a canary must page', async () => {
    const { code, out } = await headroom(['http://127.0.0.1:1/', ...ENOUGH]);
    expect(out).toContain('connect-refused');
    expect(code).toBe(1);
  });

  test('2 for a plan error, and nothing was sent', async () => {
    const { code, out, err } = await headroom([untouched.url, '-r', 'fast']);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^headroom: /);
    expect(err).toMatch(/hint: /);
    expect(untouched.requests()).toBe(0);
  });

  test('3 when there is too little to judge', async () => {
    const { code, out } = await headroom([well.url, ...FEW]);
    expect(out).toContain('INCONCLUSIVE');
    expect(code).toBe(3);
  });

  test('4 when the report cannot be written, and it is still printed', async () => {
    const { code, out, err } = await headroom([well.url, ...ENOUGH, '-o', '/dev/full']);
    expect(out).toContain('PASS');
    expect(err).toContain('cannot write /dev/full: no space left');
    expect(code).toBe(4);
  });

  test('70 for a bug, with a stack', async () => {
    const env = planted("throw new TypeError('planted')");
    const { code, err } = await headroom([well.url, '-d', '10s'], { env });
    expect(err).toMatch(/headroom: planted\n {2}hint: this is a bug in headroom/);
    expect(code).toBe(70);
  });
});

describe('stop signals', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends a run with a partial report and %i', async (signal, code) => {
    const file = join(folder, `${signal}.json`);
    const server = await serve((_, response) => response.end());
    const { process, ended } = start([server.url, '-r', '100/s', '-d', '60s', '-o', file]);
    await until(() => server.requests() > 20);
    const sentMs = Date.now();
    process.kill(signal);
    const { code: found, out, err } = await ended;
    expect(Date.now() - sentMs).toBeLessThan(5000);
    await server.close();
    expect(found).toBe(code);
    expect(err).toContain('press Ctrl-C again to leave at once');
    expect(out).toContain('INTERRUPTED');
    const result = JSON.parse(readFileSync(file, 'utf8'));
    expect(result).toMatchObject({ exitCode: code, stopped: { by: 'signal' } });
    const { planned, sent, dropped, unsent } = result.totals;
    expect(planned).toBe(sent + dropped + unsent);
    expect(unsent).toBeGreaterThan(1000);
  });

  test('a second SIGINT does not wait for answers', async () => {
    const { process, ended } = start([silent.url, '-r', '50/s', '-d', '60s', '--json', '--breaker', 'off']);
    await until(() => silent.requests() > 5);
    process.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const againMs = Date.now();
    process.kill('SIGINT');
    const { code, out } = await ended;
    expect(Date.now() - againMs).toBeLessThan(2900);
    expect(code).toBe(130);
    expect(JSON.parse(out).totals.inFlight).toBeGreaterThan(0);
  });
});

describe.concurrent('standard output', () => {
  test('that closes early ends quietly with the code of the verdict', async () => {
    const { out, err } = await shell(
      `$HEADROOM -q ${well.url} ${ENOUGH_WORDS} | head -1 >&2; echo "code \${PIPESTATUS[0]}"`,
    );
    expect(out).toBe('code 0\n');
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('that is full ends with 4 and says so', async () => {
    const { code, err } = await shell(`$HEADROOM -q ${well.url} ${ENOUGH_WORDS} > /dev/full`);
    expect(code).toBe(4);
    expect(err).toContain('cannot write to standard output: ENOSPC');
  });

  test('that is full matters to help too', async () => {
    expect((await shell('$HEADROOM --help > /dev/full')).code).toBe(4);
  });
});

describe.concurrent('besides', () => {
  test('help comes without loading what measures and what remembers', async () => {
    const told = `import { writeSync } from 'node:fs';
    export const load = (url, context, next) => { writeSync(2, url + '\\n'); return next(url, context); };`;
    const hook = `import { register } from 'node:module'; register(${JSON.stringify(asModule(told))});`;
    const { code, err } = await headroom(['--help'], { env: { NODE_OPTIONS: `--import=${asModule(hook)}` } });
    expect([code, err.includes('/dist/cli/program.js')]).toEqual([0, true]);
    expect(err).not.toMatch(/\/(?:load|record|history|undici|sqlite)\//);
  });

  test('demo run starts the example system, judges it, and takes its flags', async () => {
    const { code, out, err } = await headroom(['demo', 'run', '-d', '1s', '-q', '--json', '--seed', '1']);
    expect(err).toBe('');
    const result = JSON.parse(out);
    expect(result.objectives.map(({ text }: { text: string }) => text)).toEqual([
      'p99 < 250ms',
      'errors < 1%',
    ]);
    expect(result.targets.map(({ name }: { name: string }) => name)).toEqual(['followers', 'record']);
    expect(result.totals.planned).toBeGreaterThan(75);
    expect(code).toBe(result.exitCode);
  });

  test('doctor measures this machine', async () => {
    const { code, out } = await headroom(['doctor', '--json', '-q', '--state-dir', folder]);
    const report = JSON.parse(out);
    expect(report.schema).toBe('headroom.doctor/1');
    expect(report.checks.find(({ name }: { name: string }) => name === 'generator ceiling').value).toMatch(
      /^\d/,
    );
    expect(code).toBe(report.exitCode);
    expect(JSON.parse(readFileSync(join(folder, 'calibration.json'), 'utf8')).schemaVersion).toBe(1);
  });

  test('a report file that cannot be written is refused before anything is sent', async () => {
    const { code, err } = await headroom([untouched.url, ...FEW, '-o', join(folder, 'no/such/folder.json')]);
    expect(code).toBe(2);
    expect(err).toContain('no such file or folder');
    expect(untouched.requests()).toBe(0);
  });

  test('an old report stays as it was when the new one cannot be written', async () => {
    const file = join(folder, 'kept.json');
    writeFileSync(file, 'old');
    await shell(`ulimit -f 0; $HEADROOM -q ${well.url} -n 10 -r 100/s -o ${file}`);
    expect(readFileSync(file, 'utf8')).toBe('old');
  });
});

function asModule(text: string): string {
  return `data:text/javascript,${encodeURIComponent(text)}`;
}
