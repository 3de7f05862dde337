/** What monitoring systems are given by the built program. */

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { fakeWorld } from '../../app/fake-world.ts';
import { parsePerfdata } from '../../support/perfdata-grammar.ts';
import { parsePrometheus } from '../../support/prometheus-text.ts';
import { type CountingServer, headroom, serve, shell } from '../binary.ts';

let server: CountingServer;
let folder: string;

beforeAll(async () => {
  server = await serve((request, response) => {
    response.statusCode = request.url === '/broken' ? 500 : 200;
    response.end('an answer');
  });
});

afterAll(() => server.close());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-monitoring-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

const LOAD = ['--rate', '300/s', '--duration', '400ms', '--objective', 'errors < 20%', '--no-history'];

describe('--format nagios', () => {
  test('prints the line of a plug-in, its exit code with it, and nothing else', async () => {
    const { code, out, err } = await headroom(['run', '--format', 'nagios', ...LOAD, server.url]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [, data = ''] = /^HEADROOM OK - PASS, 0 of \d+ failed \| (.*)\n/.exec(out) ?? [];
    expect(parsePerfdata(data).map(({ label }) => label)).toContain('errors');
  });

  test('is critical when an objective is breached, in the codes of a plug-in unless others are asked for', async () => {
    const args = ['run', '--report=nagios=-', '--breaker', 'off', ...LOAD, `${server.url}broken`];
    const { code, out } = await headroom(args);
    expect(code).toBe(2);
    expect(out).toMatch(/^HEADROOM CRITICAL - errors < 20%: 100%, /);
    expect((await headroom([...args, '--exit-codes', 'headroom'])).code).toBe(1);
  });

  test('is unknown when nothing could be measured, told where a plug-in is read', async () => {
    const { code, out, err } = await headroom(['run', '--format', 'nagios', '--plan', 'a|missing.yaml']);
    expect({ code, err }).toEqual({ code: 3, err: '' });
    expect(out).toMatch(/^HEADROOM UNKNOWN - [^|\n]*a\/missing.yaml[^|\n]*\n$/);
  });
});

test('--report prometheus writes what an exporter of another user can read, whatever the umask', async () => {
  const file = join(folder, 'headroom.prom');
  const line = `umask 077; $HEADROOM run -q ${LOAD.map((word) => `'${word}'`).join(' ')} --report prometheus=${file} ${server.url} >/dev/null`;
  expect(await shell(line)).toMatchObject({ code: 0, err: '' });
  expect(statSync(file).mode & 0o777).toBe(0o644);
  expect(parsePrometheus(readFileSync(file, 'utf8')).value('headroom_verdict', { status: 'pass' })).toBe(1);
});

test('--log adds a line with each run, and --push replaces a group; a gateway that refuses changes no verdict', async () => {
  const bodies: string[] = [];
  const gateway = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      bodies.push(`${request.method} ${request.url}\n${body}`);
      response.writeHead(bodies.length === 1 ? 200 : 400).end('text format parsing error\n');
    });
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  const { port } = gateway.address() as AddressInfo;
  try {
    const log = join(folder, 'runs.jsonl');
    const args = [
      'run',
      '-q',
      ...LOAD,
      '--log',
      log,
      '--push',
      `http://u:hunter22@127.0.0.1:${port}`,
      server.url,
    ];
    expect((await headroom(args)).code).toBe(0);
    const refused = await headroom(args);
    expect(refused.code).toBe(4);
    expect(refused.err).toMatch(
      /Pushgateway http:\/\/\*\*\*@127[^ ]* answered 400: text format parsing error/,
    );
    expect(refused.out + refused.err + readFileSync(log, 'utf8')).not.toContain('hunter22');
    expect(bodies[0]).toMatch(/^PUT \/metrics\/job\/headroom\/check(@base64)?\/[\w.-]+\n# HELP /);
    const lines = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      { verdict: 'pass', exitCode: 0 },
      { verdict: 'pass', exitCode: 0 },
    ]);
  } finally {
    gateway.close();
  }
});

test('places that cannot be right are refused before anything is sent', async () => {
  const before = server.requests();
  const refusal = async (...args: readonly string[]): Promise<readonly [number, string]> => {
    const world = fakeWorld();
    return [await runProgram(['run', ...LOAD, ...args, server.url], world), world.stderr.text()];
  };
  const push = 'headroom: --push gateway:9091 is no address of a Pushgateway';
  expect(await refusal('--push', 'gateway:9091')).toEqual([2, expect.stringContaining(push)]);
  const log = 'headroom: cannot write /readonly/log: ';
  expect(await refusal('--log', '/readonly/log')).toEqual([2, expect.stringContaining(log)]);
  expect(server.requests()).toBe(before);
});
