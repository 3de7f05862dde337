/** What the built program looks for beside a run: run `npm run build` first. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeResult } from '../../src/result/decode.ts';
import { busyProcess, type PageServer, startPages } from '../support/server-pages.ts';
import { headroom } from './binary.ts';

const servers: PageServer[] = [];
const root = mkdtempSync(join(tmpdir(), 'headroom-server-side-'));
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(root, { recursive: true, force: true });
});

async function serving(): Promise<PageServer> {
  const server = await startPages({ '/': 'hello', '/metrics': busyProcess(1) });
  servers.push(server);
  return server;
}

const quick = ['-r', '30', '-d', '2s', '--no-history'];

describe.concurrent('the server side of a run', () => {
  test('is looked for when asked, said on stderr, and told in the document', async () => {
    const server = await serving();
    const { out, err, code } = await headroom(
      ['run', `${server.origin}/`, ...quick, '--discover', '--json'],
      {
        cwd: root,
      },
    );
    expect(err).toContain(`headroom: found ${server.origin}/metrics: metrics in the form of Prometheus\n`);
    expect(err).toContain(`headroom: found no ${server.origin}/debug/pprof/: it answered 404\n`);
    const [found] = decodeResult(out, 'stdout').servers ?? [];
    expect(found?.name).toBe(server.place);
    expect(found?.resources.map(({ resource }) => resource)).toContain('cpu');
    expect(code).toBe(3);
  });

  test('is looked for by a canary as well', async () => {
    const server = await serving();
    const state = ['--state-dir', join(root, 'state')];
    const canary = ['canary', `${server.origin}/`, '-d', '2s', '-r', '5/s', '--discover', '--json', ...state];
    const { out, err } = await headroom(canary, { cwd: root });
    expect(err).toContain(`found ${server.origin}/metrics`);
    expect(decodeResult(out, 'stdout').servers?.[0]?.sources).toMatchObject([
      { kind: 'prometheus', failed: 0 },
    ]);
  });

  test('is no place for a profile where there is none, and nothing is sent then', async () => {
    const server = await serving();
    const run = ['run', `${server.origin}/`, ...quick];
    const nothing = await headroom([...run, '--discover', '--capture', 'pprof'], { cwd: root });
    expect(nothing.code).toBe(2);
    expect(nothing.err).toContain('--capture pprof has no server to take a profile of; nothing was sent');
    const alone = await headroom([...run, '--capture-dir', 'profiles'], { cwd: root });
    expect(alone.code).toBe(2);
    expect(alone.err).toContain('add --capture pprof');
    expect(server.asked.some(({ path }) => path === '/')).toBe(false);
  });
});
