/** Secrets planted wherever one can stand, and looked for in everything that the built program puts out. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CountingServer, headroom, planted, serve } from './binary.ts';

const SECRET = 'hunter2/sesame+é';
const PLAIN = 'OpenSesame4711';

let server: CountingServer;
let folder: string;

/** Answers with whatever secrets it was sent, in a status that makes them part of the failure's detail. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-secrets-'));
  server = await serve((request, response) => {
    response.statusCode = 500;
    response.setHeader('x-echo', String(request.headers.authorization ?? ''));
    response.end(`${request.url} ${request.headers.authorization ?? ''}`);
  });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function spellings(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  return [
    secret,
    base64,
    base64.replace(/=+$/, ''),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
}

/** All that was put out: both streams and every file. */
async function everything(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const own = mkdtempSync(join(folder, 'r-'));
  const { out, err } = await headroom([...args, '-o', join(own, 'r.json'), '-o', join(own, 'r.txt')], {
    env,
  });
  const files = readdirSync(own);
  expect(files).toEqual(['r.json', 'r.txt']);
  return [out, err, ...files.map((name) => readFileSync(join(own, name), 'utf8'))].join('\n');
}

function expectHidden(text: string, secrets: readonly string[]): void {
  for (const spelling of secrets.flatMap(spellings)) expect(text).not.toContain(spelling);
}

const SHORT = ['-r', '50/s', '-d', '200ms'];

test.concurrent('a secret in a header', async () => {
  const text = await everything([
    server.url,
    ...SHORT,
    '-H',
    `Authorization: Bearer ${PLAIN}`,
    '-H',
    `x-api-key: ${PLAIN}`,
  ]);
  expect(text).toContain('authorization');
  expectHidden(text, [PLAIN]);
});

test.concurrent('a secret in the URL', async () => {
  const url = `${server.url.replace('://', `://bob:${PLAIN}@`)}?access_token=${PLAIN}&q=1`;
  expectHidden(await everything([url, ...SHORT]), [PLAIN, `bob:${PLAIN}`]);
});

test.concurrent('a secret in a proxy', async () => {
  const proxy = `${server.url.replace('://', `://bob:${PLAIN}@`)}`;
  expectHidden(await everything(['http://127.0.0.1:1/', ...SHORT, '-x', proxy]), [PLAIN, `bob:${PLAIN}`]);
});

test.concurrent('a secret in a proxy variable that is ignored', async () => {
  const text = await everything([server.url, ...SHORT], {
    HTTPS_PROXY: `http://bob:${PLAIN}@proxy.test:3128`,
  });
  expect(text).toContain('HTTPS_PROXY is set and ignored');
  expectHidden(text, [PLAIN]);
});

test.concurrent('a secret in the body', async () => {
  expectHidden(await everything([server.url, ...SHORT, '-b', `{"password":"${PLAIN}"}`]), [PLAIN]);
});

test.concurrent('secrets that a plan refers to in the environment and in files', async () => {
  const plan = join(folder, 'plan.yaml');
  writeFileSync(join(folder, 'key.txt'), `${PLAIN}\n`);
  writeFileSync(
    plan,
    `version: 1
base: ${server.url}
headers: { authorization: "Bearer \${env:API_TOKEN}", x-key: "\${file:${join(folder, 'key.txt')}}" }
targets: [ { name: home, get: "/?token=\${env:API_TOKEN}" } ]
`,
  );
  const text = await everything(['run', '--plan', plan, ...SHORT], { API_TOKEN: SECRET });
  expect(text).toContain('${env:API_TOKEN}');
  expectHidden(text, [SECRET, PLAIN]);
});

test.concurrent('secrets on a command line that is wrong', async () => {
  const bad = ['-H', `authorization: Bearer ${PLAIN}`, `http://bob:${PLAIN}@127.0.0.1:1/?key=${PLAIN}`];
  for (const wrong of [
    ['-r', 'fast'],
    ['--nope'],
    ['-m', 'G T'],
    ['--objective', 'p99 ~ 3'],
    ['--json', '-d', 'x'],
  ]) {
    const { code, out, err } = await headroom(['run', ...bad, ...wrong]);
    expect(code).toBe(2);
    expectHidden(out + err, [PLAIN]);
  }
});

test.concurrent('secrets in a bug', async () => {
  const env = planted(`throw new TypeError('planted ${PLAIN}')`);
  const { code, out, err } = await headroom([server.url, '-d', '10s', '-H', `x-api-key: ${PLAIN}`], { env });
  expect(code).toBe(70);
  // The stack names the planted module's address, which holds its text, percent-encoded.
  expectHidden(out + err, [PLAIN]);
});
