/** `headroom fleet` as its users start it: the built program, real servers, real files. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, test } from 'vitest';
import { dead, lying, metered } from '../../app/fleet/fleet-servers.ts';
import { emptyFolder } from '../../history/folder.ts';
import { headroom, serve, start, until } from '../binary.ts';

const BRIEF = ['fleet', '--for', '200ms', '--timeout', '1s', '--no-history'];

describe('exit codes', () => {
  test('0: all are shown to be below', async () => {
    const { code, out } = await headroom([...BRIEF, await metered(0.4), await metered(0.5)]);
    expect(out).toContain('None of 2 servers at or beyond 80% of capacity');
    expect(code).toBe(0);
  });

  test('1: one is down, and 80 % is chosen otherwise', async () => {
    const [calm, gone] = [await metered(0.8), await dead()];
    const [{ code, out }, zero] = await Promise.all([
      headroom([...BRIEF, '--near', '30%', calm, gone]),
      headroom([...BRIEF, '--exit-zero', gone]),
    ]);
    expect(out).toMatch(/DOWN[^\n]+\n\s+the connection was refused/);
    expect(out).toMatch(/NEAR/);
    expect(code).toBe(1);
    expect(zero.code).toBe(0);
  });

  test('3: one that cannot be told is not fine', async () => {
    const { code, out } = await headroom([...BRIEF, await metered(0.4), await lying()]);
    expect(out).toContain('Low observability: not known to be fine');
    expect(code).toBe(3);
  });
});

const MISTAKES = [
  [[], 'no server is named'],
  [['--match', 'job="api"'], '--match'],
  [['--near', '0', 'URL'], '--near'],
  [['--near', '180%', 'URL'], '--near'],
  [['--probes', 'many', 'URL'], '--probes'],
  [['--for', '3', 'URL'], '--for'],
  [['--file', '/no/such/file', 'URL'], 'cannot read the targets of /no/such/file'],
  [['--format', 'html', 'URL'], 'no report in the format html'],
  [['--header', 'nonsense', 'URL'], '--header'],
] as const;

test('2: what cannot be meant is named, and nothing is sent', async () => {
  const server = await serve((_, response) => response.end());
  const runs = MISTAKES.map(async ([args, message]) => {
    const { code, err } = await headroom([
      ...BRIEF,
      ...args.map((arg) => (arg === 'URL' ? server.url : arg)),
    ]);
    expect(err).toContain(message);
    expect([message, code]).toEqual([message, 2]);
  });
  await Promise.all(runs);
  expect(server.requests()).toBe(0);
  await server.close();
});

test('a file of targets, from standard input as well; a bad line is named and nothing is sent', async () => {
  const [one, two] = [await metered(0.4), await metered(0.2)];
  const file = join(emptyFolder(), 'fleet.txt');
  writeFileSync(file, `# ours\n${one} api-1\n${two} api-2\n${one}metrics api-1\n`);
  const { code, out } = await headroom([...BRIEF, '--json', '--file', file]);
  const report = JSON.parse(out) as { servers: { server: string }[]; schema: string; exitCode: number };
  expect(report.schema).toBe('headroom.fleet/1');
  expect(report.servers.map(({ server }) => server)).toEqual(['api-1', 'api-2']);
  expect([code, report.exitCode]).toEqual([0, 0]);
  const counted = await serve((_, response) => response.end());
  const bad = await headroom([...BRIEF, '--file', '-'], { input: `${counted.url}\nftp://x\n` });
  expect(bad.err).toContain('standard input:2: "ftp://x" is no address of a server');
  expect([bad.code, counted.requests()]).toEqual([2, 0]);
  await counted.close();
});

test('what a server says cannot move a terminal, nor command a CI service', async () => {
  const hostile = await serve((_, response) => {
    response.setHeader(
      'endpoint-load-metrics',
      'TEXT utilization.##[group]\u009b31m=0.5, cpu_utilization=0.3',
    );
    response.end('\u001b[2J');
  });
  const { out, err } = await headroom([...BRIEF, hostile.url]);
  expect((out + err).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  expect(out).not.toContain('##[');
  await hostile.close();
});

test('--watch looks until it is stopped, and ends with the last answer', async () => {
  const [calm, gone] = [await metered(0.4), await dead()];
  for (const [url, code] of [
    [calm, 0],
    [gone, 1],
  ] as const) {
    let out = '';
    const running = start([...BRIEF, '--for', '200ms', '--watch', url]);
    running.process.stdout?.on('data', (text: Buffer) => {
      out += text.toString();
    });
    await until(() => out.includes('looked for'));
    running.process.kill('SIGINT');
    expect((await running.ended).code).toBe(code);
  }
});

test('--watch ends when nobody reads it any more, with the code of its last look', async () => {
  const running = start([...BRIEF, '--for', '100ms', '--watch', '100ms', await dead()]);
  running.process.stdout?.once('data', () => running.process.stdout?.destroy());
  expect((await running.ended).code).toBe(1);
});

test('a history that cannot be used is a remark once, and the look goes on', async () => {
  const folder = emptyFolder();
  const database = new DatabaseSync(join(folder, 'history.db'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  const server = await serve((_, response) => response.end());
  const { code, err } = await headroom(['fleet', '--for', '100ms', '--state-dir', folder, server.url]);
  expect(code).toBe(3);
  expect(err.match(/a newer headroom made it/g)).toHaveLength(1);
  await server.close();
});

test('a look that is stopped before it is over has no answer', async () => {
  const server = await serve((_, response) => response.end());
  const running = start(['fleet', '--for', '30s', '--no-history', server.url]);
  await until(() => server.requests() > 0);
  running.process.kill('SIGINT');
  const { code, out } = await running.ended;
  expect(code).toBe(130);
  expect(out).toBe('');
  await server.close();
});
