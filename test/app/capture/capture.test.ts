/** Whole runs whose objective breaks, against a server with the pages of Go's pprof. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { type RunOptions, run, UsageError } from '../../../src/index.ts';
import { type Page, type PageServer, startPages, text } from '../../support/server-pages.ts';

const servers: PageServer[] = [];
const parent = mkdtempSync(join(tmpdir(), 'headroom-capture-'));
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(parent, { recursive: true });
});

const INDEX = "<table><tr><td>37</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr></table>";
const PROFILE = gzipSync('a profile');

const failing: Page = (_, response) => void response.writeHead(503).end();

/** Answers after the time that is asked for, unless that is longer than the server may write. */
const profile =
  (longestS: number, body: Uint8Array = PROFILE): Page =>
  (request, response) => {
    const seconds = Number(new URL(request.url ?? '', 'http://x').searchParams.get('seconds'));
    if (seconds > longestS) {
      response.writeHead(400).end("profile duration exceeds server's WriteTimeout\n");
    } else setTimeout(() => response.end(body), seconds * 1000);
  };

async function serving(pages: Readonly<Record<string, Page | string>>): Promise<PageServer> {
  const server = await startPages({
    '/': failing,
    '/debug/pprof/': text(INDEX, 'text/html'),
    '/debug/pprof/goroutine': 'goroutine 1 [running]:\nmain.main()\n',
    '/debug/pprof/profile': profile(30),
    ...pages,
  });
  servers.push(server);
  return server;
}

interface Seen {
  readonly result: Awaited<ReturnType<typeof run>>;
  readonly remarks: readonly string[];
  readonly folder: string;
}

async function running(server: PageServer, more: RunOptions = {}): Promise<Seen> {
  const folder = join(parent, server.place.replace(':', '-'), 'profiles');
  const remarks: string[] = [];
  const result = await run({
    url: `${server.origin}/`,
    observe: [`pprof=${server.origin}/debug/pprof/`],
    captureFolder: folder,
    stateFolder: join(tmpdir(), 'headroom-capture-test'),
    rate: '40/s',
    duration: '6s',
    breaker: false,
    onRemark: (line) => remarks.push(line),
    ...more,
  });
  return { result, remarks, folder };
}

const askedFor = ({ asked }: PageServer, page: string): string[] =>
  asked.flatMap(({ path }) => (path.includes(`/${page}`) ? [path.replace(/^.*\?/, '')] : []));

describe.concurrent('a capture', { timeout: 40_000 }, () => {
  test('saves what the server did when an objective broke, once', async () => {
    const server = await serving({});
    const { result, folder, remarks } = await running(server, { duration: '7s' });
    const captures = result.servers?.[0]?.captures ?? [];
    expect(captures.map(({ kind }) => kind).toSorted()).toEqual(['goroutine', 'profile']);
    for (const { because, atMs } of captures) {
      expect(because).toBe('errors < 1%');
      expect(atMs).toBeGreaterThanOrEqual(2000);
      expect(atMs).toBeLessThan(5000);
    }
    const place = server.place.replace(':', '-');
    const names = captures.map(({ file }) => basename(file)).toSorted();
    expect(names).toEqual([
      `headroom-${result.runId}-${place}-goroutines.txt`,
      `headroom-${result.runId}-${place}-profile.pb.gz`,
    ]);
    expect(readdirSync(folder).toSorted()).toEqual(names);
    expect(readFileSync(join(folder, names[1] ?? ''))).toEqual(PROFILE);
    expect(readFileSync(join(folder, names[0] ?? ''), 'utf8')).toMatch(/^goroutine 1 /);
    for (const name of names) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(askedFor(server, 'profile')).toHaveLength(1);
    expect(Number(askedFor(server, 'profile')[0]?.slice('seconds='.length))).toBeGreaterThanOrEqual(3);
    expect(remarks.join('\n')).toContain('"errors < 1%" is broken: taking profiles');
  });

  test('saves nothing when nothing breaks', async () => {
    const server = await serving({ '/': 'hello' });
    const { result, folder, remarks } = await running(server, { duration: '3s' });
    expect(remarks).toContain('no profile was taken: no objective was seen to break during the load');
    expect(result.servers?.[0]?.captures).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    expect(askedFor(server, 'profile')).toEqual([]);
  });

  test('is shorter where the server may not write that long, and waits for its end', async () => {
    const server = await serving({ '/debug/pprof/profile': profile(1) });
    const { result } = await running(server, { duration: '8s' });
    expect(askedFor(server, 'profile')).toEqual(['seconds=5', 'seconds=2', 'seconds=1']);
    expect(result.servers?.[0]?.captures).toHaveLength(2);
  });

  test('says what could not be saved, and the run stands', async () => {
    const server = await serving({
      '/debug/pprof/profile': '<html>no profile</html>',
      '/debug/pprof/goroutine': (_, response) => void response.writeHead(403).end('\u001b[2Jno'),
    });
    const { result, remarks, folder } = await running(server, { duration: '4s' });
    const said = remarks.join('\n');
    expect(said).toContain(`no profile of ${server.place} was saved: what it answered is none`);
    expect(said).toContain(`no goroutine of ${server.place} was saved: it answered 403: \\x1b[2Jno`);
    expect(result.verdict.status).toBe('fail');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is refused before any traffic where its folder is none', async () => {
    const server = await serving({});
    const file = join(parent, 'a-file');
    writeFileSync(file, 'x');
    const refused = running(server, { captureFolder: file });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(/cannot hold profiles/);
    expect(server.asked.some(({ path }) => path === '/')).toBe(false);
    expect(existsSync(file)).toBe(true);
  });
});
