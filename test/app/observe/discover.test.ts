/** What is found on the origins of a plan's targets: real servers, of all kinds. */

import { describe, expect, test } from 'vitest';
import { type Discovery, discover } from '../../../src/app/observe/discover.ts';
import { systemScrape } from '../../../src/app/world/scrape.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { useClosing } from '../../support/closing.ts';
import { busyProcess, type Page, type PageServer, startPages, text } from '../../support/server-pages.ts';
import { fakeWorld } from '../fake-world.ts';
import { http, planWith, target } from '../sample-plan.ts';

const closing = useClosing();
const serving = async (pages: Readonly<Record<string, Page | string>>): Promise<PageServer> =>
  closing(await startPages(pages));

const world = { ...fakeWorld(), clock: systemClock() };

const discovered = (plan: Parameters<typeof planWith>[0]): Promise<Discovery> =>
  discover({ plan: planWith(plan), secrets: {} }, { world, scrape: systemScrape() });

const expvar = JSON.stringify({ cmdline: ['api'], memstats: { NumGC: 3, PauseTotalNs: 1000, PauseNs: [1] } });
const index = "<table><tr><td>37</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr></table>";

describe('discovery', () => {
  test('finds what a Go service tells, beside what it is asked for', async () => {
    const server = await serving({
      '/metrics': busyProcess(1),
      '/debug/vars': text(expvar, 'application/json'),
      '/debug/pprof/': text(index, 'text/html'),
    });
    const headers = [['authorization', 'Bearer top-secret']] as const;
    const { sources, lines } = await discovered({
      targets: [target(`${server.origin}/users?id=7`, { headers })],
    });
    expect(sources.map(({ kind, shownUrl, server: name }) => [kind, shownUrl, name])).toEqual([
      ['prometheus', `${server.origin}/metrics`, server.place],
      ['expvar', `${server.origin}/debug/vars`, server.place],
      ['pprof', `${server.origin}/debug/pprof/`, server.place],
      ['orca', null, null],
    ]);
    expect(lines).toEqual([
      `found ${server.origin}/metrics: metrics in the form of Prometheus`,
      `found ${server.origin}/debug/vars: Go's expvar`,
      `found ${server.origin}/debug/pprof/: Go's pprof`,
    ]);
    expect(server.asked.map(({ path }) => path).toSorted()).toEqual([
      '/debug/pprof/',
      '/debug/pprof/mutex?debug=1',
      '/debug/vars',
      '/metrics',
    ]);
    expect(JSON.stringify(server.asked)).not.toContain('top-secret');
  });

  test.each<[string, Page | string]>([
    ['a page of HTML', text('<html><body>Welcome</body></html>', 'text/html')],
    ['JSON of its own', text('{"error":"not found"}', 'application/json')],
    ['JSON that speaks of threads', text('{"status":"ok","threads":4,"workers":8}', 'application/json')],
    ['nothing', text('')],
    ['a login', (_, response) => void response.writeHead(302, { location: '/login' }).end()],
    ['a refusal', (_, response) => void response.writeHead(401).end('who are you?')],
    ['an error', (_, response) => void response.writeHead(500).end('\u001b[2J::error::')],
    ['bytes', (_, response) => void response.end(Buffer.alloc(50_000, 0x80))],
  ])('finds nothing at a server that answers everything with %s', async (_, page) => {
    const server = await serving({ '*': page });
    const { sources, lines } = await discovered({ targets: [target(`${server.origin}/`)] });
    expect(sources.map(({ kind }) => kind)).toEqual(['orca']);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(new RegExp(`^found no ${server.origin}/metrics: `));
    expect(lines[3]).toMatch(/^discovery: nothing was found/);
    expect(lines.join('')).not.toContain('\u001b');
  });

  test('finds nothing where nobody listens, and says so', async () => {
    const server = await serving({});
    server.close();
    const { lines } = await discovered({ targets: [target(`${server.origin}/`)] });
    expect(lines[0]).toBe(`found no ${server.origin}/metrics: the connection was refused`);
  });

  test('asks each origin once, and at most five', async () => {
    const servers = await Promise.all(Array.from({ length: 6 }, () => serving({})));
    const targets = servers.flatMap(({ origin }) => [target(`${origin}/a`), target(`${origin}/b`)]);
    const { lines } = await discovered({ targets });
    expect(servers.map(({ asked }) => asked.length)).toEqual([4, 4, 4, 4, 4, 0]);
    expect(lines).toContain('discovery: 1 more origins were not asked');
  });

  test('goes where the plan says that a host is', async () => {
    const server = await serving({ '/metrics': busyProcess(1) });
    const port = Number(server.place.split(':')[1]);
    const url = `http://shop.invalid:${port}/`;
    const resolve = [{ host: 'shop.invalid', port, addresses: ['127.0.0.1'] }];
    const fixed = await discovered({ targets: [target(url)], http: http({ resolve }) });
    expect(fixed.sources[0]).toMatchObject({ server: `shop.invalid:${port}`, address: '127.0.0.1' });
    expect(server.asked[0]?.headers.host).toBe(`shop.invalid:${port}`);
    const connectTo = [{ host: 'shop.invalid', port: null, toHost: '127.0.0.1', toPort: port }];
    const moved = await discovered({ targets: [target('http://shop.invalid/')], http: http({ connectTo }) });
    expect(moved.sources[0]).toMatchObject({ kind: 'prometheus', server: server.place });
  });

  test('asks nobody through a proxy or a unix socket', async () => {
    const behind = await discovered({ http: http({ proxy: 'http://127.0.0.1:1' }) });
    const local = await discovered({ http: http({ unixSocket: '/tmp/none.sock' }) });
    for (const { sources, lines } of [behind, local]) {
      expect(sources.map(({ kind }) => kind)).toEqual(['orca']);
      expect(lines).toEqual([expect.stringMatching(/^discovery: /)]);
    }
  });
});
