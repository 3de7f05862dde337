/** The built program under each CI service, in a folder of its own, against a server on loopback. */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { outputsOf } from '../../support/github-outputs.ts';
import { workflowCommands } from '../../support/workflow-commands.ts';
import { type CountingServer, type Ended, headroom, serve } from '../binary.ts';

const SECRET = 'canary/4711+secret';

let server: CountingServer;
let folder: string;

/** Echoes the secret, so that it would show wherever a failure is told of; fails on /broken. */
beforeAll(async () => {
  server = await serve((request, response) => {
    response.statusCode = request.url === '/broken' ? 500 : 200;
    response.end(`${request.headers.authorization ?? ''}`);
  });
});

afterAll(() => server.close());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-ci-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

function writePlan(path: string): void {
  const plan = {
    version: 1,
    base: server.url,
    headers: { authorization: 'Bearer ${env:API_TOKEN}' },
    targets: [{ name: 'home', get: path }],
    load: { rate: '300/s', duration: '400ms' },
    objectives: ['errors < 20%'],
  };
  writeFileSync(join(folder, 'headroom.json'), JSON.stringify(plan, null, 2));
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return headroom(args, { cwd: folder, env: { API_TOKEN: SECRET, CI: 'true', ...env } });
}

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

/** Where a text stands in the plan, from 1. */
function lineOf(text: string): number {
  return (
    read('headroom.json')
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1
  );
}

function github(): Record<string, string> {
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: folder,
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    GITHUB_OUTPUT: join(folder, 'output.txt'),
  };
}

describe('on GitHub', () => {
  test('a breach annotates the plan, fills summary and outputs, and leaves JSON alone on stdout', async () => {
    writePlan('/broken');
    const { code, out, err } = await run(['run', '--ci', '--json'], github());
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ verdict: { status: 'fail' } });
    const commands = workflowCommands(err);
    expect(commands.filter(({ name }) => name === 'error')).toMatchObject([
      {
        properties: { file: 'headroom.json', line: String(lineOf('errors < 20%')) },
        data: expect.stringContaining('errors < 20%'),
      },
    ]);
    expect(workflowCommands(out)).toEqual([]);
    expect(read('summary.md')).toContain('❌ FAIL');
    expect(outputsOf(read('output.txt'))).toMatchObject({
      verdict: 'fail',
      'exit-code': '1',
      'error-ratio': '1',
    });
    expect(JSON.parse(read('headroom-result.json'))).toMatchObject({ command: 'run' });
  });

  test('a secret is masked first, and shows nowhere else', async () => {
    writePlan('/broken');
    const { out, err } = await run(['run', '--ci'], github());
    const [first, ...rest] = workflowCommands(err);
    expect(first).toMatchObject({ name: 'add-mask', data: expect.stringContaining(SECRET) });
    expect(err.indexOf('::add-mask::')).toBe(0);
    const masks = rest.filter(({ name }) => name === 'add-mask').length + 1;
    const unmasked = err.split('\n').slice(masks).join('\n');
    const files = readdirSync(folder).filter((name) => name !== 'headroom.json');
    for (const text of [out, unmasked, ...files.map(read)]) {
      for (const form of [SECRET, encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64')]) {
        expect(text).not.toContain(form);
      }
    }
  });

  test('nothing is masked where no runner reads along: it would be shown', async () => {
    writePlan('/');
    const { code, out, err } = await run(['run', '--ci=github']);
    expect(code).toBe(0);
    expect(out + err).not.toContain(SECRET);
    expect(err).toContain('GITHUB_OUTPUT is not set');
  });
});

test('GitLab is left its three reports, and says on stderr which', async () => {
  writePlan('/');
  const { code, err } = await run(['run', '--ci'], { GITLAB_CI: 'true', CI_PROJECT_DIR: folder });
  expect(code).toBe(0);
  expect(read('headroom-junit.xml')).toContain('<testcase classname="all targets" name="errors &lt; 20%"');
  expect(JSON.parse(read('headroom-load-performance.json'))).toMatchObject({ metrics: { http_reqs: {} } });
  expect(read('headroom-metrics.txt')).toMatch(/# EOF\n$/);
  expect(err).toContain('for gitlab: wrote headroom-result.json, headroom.html, headroom-junit.xml');
});

describe('on Jenkins', () => {
  const env = { JENKINS_URL: 'http://ci.example/' };

  test.each([
    ['/', 4, 'what cannot be written is told by the code where all else is well'],
    ['/broken', 1, 'but never hides a breach'],
  ])('%s ends with %i: %s', async (path, expected) => {
    writePlan(path);
    mkdirSync(join(folder, 'headroom-junit.xml'));
    const { code, out, err } = await run(['run', '--ci'], env);
    expect(code).toBe(expected);
    expect(out).toMatch(/^(PASS|FAIL)/);
    expect(err).toContain('cannot write headroom-junit.xml: it is a folder');
    expect(JSON.parse(read('headroom-result.json'))).toMatchObject({ exitCode: expected === 4 ? 0 : 1 });
  });
});

test('a stored result is brought to a service without a rerun', async () => {
  writePlan('/broken');
  await run(['run', '-o', 'kept.json']);
  const before = server.requests();
  const { code, err } = await run(
    ['report', 'kept.json', '--ci=github', '--report', 'tap=kept.tap'],
    github(),
  );
  expect(code).toBe(0);
  expect(workflowCommands(err).map(({ name }) => name)).toContain('error');
  expect(read('kept.tap')).toContain('not ok 1 - ');
  expect(server.requests()).toBe(before);
});

test.each([
  [['--report', 'junt=a.xml'], 'did you mean "junit"?'],
  [['--report', 'junit=nowhere/a.xml'], 'no such file or folder'],
  [['--report', 'tap=-', '--json'], 'standard output has room for one report'],
  [['--report', 'tap=a', '-o', 'a'], 'two reports go to a'],
  [['--ci=gitlb'], 'did you mean "gitlab"?'],
])('%j is refused before anything is sent', async (flags, message) => {
  writePlan('/');
  const before = server.requests();
  const { code, err } = await run(['run', ...flags]);
  expect(code).toBe(2);
  expect(err).toContain(message);
  expect(server.requests()).toBe(before);
});

describe('what ends without a result', () => {
  function writeBroken(): number {
    writePlan('/');
    writeFileSync(join(folder, 'headroom.json'), read('headroom.json').replace('errors < 20%', 'errors <<'));
    return lineOf('errors <<');
  }

  test('is told on GitHub at the line of the plan, in the summary and the outputs', async () => {
    const line = writeBroken();
    const { code, err } = await run(['run', '--ci'], github());
    expect(code).toBe(2);
    const [first] = workflowCommands(err);
    expect(first).toMatchObject({ name: 'error', properties: { file: 'headroom.json', line: String(line) } });
    expect(outputsOf(read('output.txt'))).toMatchObject({ 'exit-code': '2' });
    expect(read('summary.md')).toContain(`headroom.json:${line}:`);
  });

  test.each([
    ['GitLab', { GITLAB_CI: 'true', CI_PROJECT_DIR: '.' }],
    ['a service that is not known', {}],
  ])('takes the place of an earlier JUnit file on %s', async (_, env) => {
    writePlan('/');
    writeFileSync(join(folder, 'headroom-junit.xml'), 'of yesterday');
    const { code } = await run(['run', '--ci', '--no-such-flag'], env);
    expect(code).toBe(2);
    expect(read('headroom-junit.xml')).toMatch(/<error type="no-result" message="unknown option/);
  });

  test('leaves nothing where there is no CI', async () => {
    writeBroken();
    const { code } = await run(['run', '--ci'], { CI: '' });
    expect(code).toBe(2);
    expect(readdirSync(folder)).toEqual(['headroom.json']);
  });
});
