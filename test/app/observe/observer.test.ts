/** Looks at real servers, in real time. */

import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { type Observer, startObserving } from '../../../src/app/observe/observer.ts';
import { type WatchedSource, watchedSource } from '../../../src/app/observe/source.ts';
import { systemScrape } from '../../../src/app/world/scrape.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { ServerLooks } from '../../../src/core/server/signal.ts';
import type { ObserveKind } from '../../../src/plan/observe/observe-source.ts';
import { busyProcess, type Page, type PageServer, startPages, text } from '../../support/server-pages.ts';
import { fakeFiles, fakeWorld } from '../fake-world.ts';
import { atRate, openLoad } from '../sample-plan.ts';

/** Those of tests that run beside each other end together. */
const servers: PageServer[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function serving(pages: Readonly<Record<string, Page | string>>): Promise<PageServer> {
  const server = await startPages(pages);
  servers.push(server);
  return server;
}

const clock = systemClock();
const world = { ...fakeWorld({ files: fakeFiles({ '/proc/loadavg': 'none' }) }), clock };

const remarks: string[] = [];

const sourceOf = (kind: ObserveKind, url: string | null, server: string | null = null): WatchedSource =>
  watchedSource({ kind, server, url, headers: [], match: null }, {});

const observing = (...sources: readonly WatchedSource[]): Promise<Observer> =>
  startObserving({ sources, scrape: systemScrape(), say: (line) => remarks.push(line) }, world);

/** Follows a load that is not there. */
async function looksAt(
  observer: Observer,
  durationMs: number,
  warmupMs = 0,
): Promise<readonly ServerLooks[]> {
  const stages = [{ kind: 'constant' as const, ratePerSecond: 1, durationMs }];
  const following = observer.follow(openLoad({ stages, warmupMs }));
  following.onSchedule(clock.nowMs() + 20);
  await setTimeout(20 + warmupMs + durationMs + 100);
  return following.end();
}

const valuesOf = (looks: readonly ServerLooks[], resource: string): (number | null)[] =>
  (looks[0]?.looks ?? []).map(
    ({ signals }) => signals.find((each) => each.resource === resource)?.value ?? null,
  );

describe.concurrent('an observer', { timeout: 20_000 }, () => {
  test('says how busy a server was, second by second of the load, and not before', async () => {
    const server = await serving({ '/metrics': busyProcess(1.5) });
    const observer = await observing(sourceOf('prometheus', `${server.origin}/metrics`));
    const looks = await looksAt(observer, 2600, 400);
    expect(looks.map((each) => each.server)).toEqual([server.place]);
    const [first, second, third, last] = looks[0]?.looks ?? [];
    expect(looks[0]?.looks).toHaveLength(4);
    expect(first?.atMs).toBeLessThan(100);
    expect(second?.atMs).toBeGreaterThan(900);
    expect(second?.atMs).toBeLessThan(1300);
    expect(third?.spanMs).toBeGreaterThan(700);
    expect(last?.atMs).toBeGreaterThan(2500);
    for (const share of valuesOf(looks, 'cpu').slice(1)) expect(share).toBeCloseTo(0.75, 1);
    expect(valuesOf(looks, 'fds')).toEqual([0.1, 0.1, 0.1, 0.1]);
    expect(server.asked.length).toBe(6);
    expect(server.asked[0]?.headers['user-agent']).toMatch(/^headroom\//);
    const told = observer.told().get(server.place);
    expect(told).toEqual([
      { kind: 'prometheus', url: `${server.origin}/metrics`, looks: 6, failed: 0, lastError: null },
    ]);
  });

  test('puts together what several sources say of one server', async () => {
    const server = await serving({
      '/metrics': busyProcess(1),
      '/debug/pprof/':
        "<table><tr><td>37</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr></table>",
    });
    const observer = await observing(
      sourceOf('prometheus', `${server.origin}/metrics`, 'api-1'),
      sourceOf('pprof', `${server.origin}/debug/pprof/`, 'api-1'),
    );
    const looks = await looksAt(observer, 1000);
    expect(looks.map((each) => each.server)).toEqual(['api-1']);
    expect(valuesOf(looks, 'goroutines')).toEqual([37]);
    expect(valuesOf(looks, 'cpu')[0]).toBeCloseTo(0.5, 1);
    expect(observer.told().get('api-1')).toHaveLength(2);
  });

  test('never asks a source again before it has answered', async () => {
    let open = 0;
    let most = 0;
    const busy = busyProcess(1);
    const server = await serving({
      '/metrics': (request, response) => {
        open += 1;
        most = Math.max(most, open);
        response.on('close', () => (open -= 1));
        globalThis.setTimeout(() => busy(request, response), 700);
      },
    });
    const observer = await observing(sourceOf('prometheus', `${server.origin}/metrics`));
    const looks = await looksAt(observer, 2000);
    expect(most).toBe(1);
    for (const share of valuesOf(looks, 'cpu')) expect(share).toBeCloseTo(0.5, 1);
  });

  test('has no more servers than it has room for, whatever a Prometheus server tells', async () => {
    let calls = 0;
    const server = await serving({
      '/api/v1/query': text(() => {
        calls += 1;
        const result = Array.from({ length: 150 }, (_, n) => ({
          metric: { instance: `10.0.${calls}.${n}:9100` },
          value: [Date.now() / 1000, '0.5'],
        }));
        return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
      }, 'application/json'),
    });
    const observer = await observing(sourceOf('prometheus-api', `${server.origin}/`));
    const looks = await looksAt(observer, 1000);
    expect(observer.told().size).toBeLessThanOrEqual(100);
    expect(looks.length).toBeLessThanOrEqual(100);
    for (const { reachMs } of looks.flatMap((each) => each.looks)) expect(reachMs).toBe(60_000);
    expect([...observer.told().values()][0]?.[0]?.lastError).toMatch(/more than 100 servers/);
  });

  test('hears what responses say of their servers', async () => {
    const server = await serving({ '/metrics': busyProcess(1) });
    const observer = await observing(
      sourceOf('orca', null),
      sourceOf('prometheus', `${server.origin}/metrics`, 'api-1'),
    );
    const report = (remote: string, share: string): void =>
      observer.onReports?.([{ remote, text: `TEXT application_utilization=${share}` }]);
    report('10.9.9.9:80', 'none');
    const following = observer.follow(atRate(1));
    following.onSchedule(clock.nowMs());
    for (let n = 0; n < 5; n += 1) {
      report(server.place, '0.7');
      report('10.0.0.3:80', '0.2');
      await setTimeout(500);
    }
    const looks = await following.end();
    expect(looks.map((each) => each.server)).toEqual(['api-1', '10.0.0.3:80']);
    expect(valuesOf(looks, 'application').at(-1)).toBe(0.7);
    expect(valuesOf(looks, 'cpu').at(-1)).toBeCloseTo(0.5, 1);
    expect(valuesOf(looks.slice(1), 'application').at(-1)).toBe(0.2);
    expect(
      observer
        .told()
        .get('api-1')
        ?.map(({ kind }) => kind),
    ).toEqual(['orca', 'prometheus']);
    expect(observer.told().get('10.9.9.9:80')).toMatchObject([{ kind: 'orca', failed: 1 }]);
  });

  test('has a last look at a load that was stopped, and none at one that never began', async () => {
    const server = await serving({ '/metrics': busyProcess(1) });
    const observer = await observing(sourceOf('prometheus', `${server.origin}/metrics`));
    const stopped = observer.follow(atRate(1));
    stopped.onSchedule(clock.nowMs() + 20);
    await setTimeout(1600);
    const looks = await stopped.end();
    expect(looks[0]?.looks).toHaveLength(2);
    expect(await observer.follow(atRate(1)).end()).toEqual([{ server: server.place, looks: [] }]);
  });
});

describe.concurrent('an observer of sources that fail', { timeout: 20_000 }, () => {
  test('holds no load against what a source was asked long before it', async () => {
    let asked = 0;
    const startMs = clock.nowMs();
    // Busy until the load begins, and idle from then on.
    const page = (): string => {
      const seconds = 2 * Math.min(1.2, (clock.nowMs() - startMs) / 1000);
      return `process_cpu_seconds_total ${seconds}\ngo_sched_gomaxprocs_threads 2\n`;
    };
    const server = await serving({
      '/metrics': (_, response) => {
        asked += 1;
        globalThis.setTimeout(() => response.end(page()), asked === 1 ? 800 : 0);
      },
    });
    const observer = await observing(sourceOf('prometheus', `${server.origin}/metrics`));
    await setTimeout(1000);
    const looks = await looksAt(observer, 1000);
    expect(valuesOf(looks, 'cpu')[0]).toBeLessThan(0.02);
  });

  test('uses what a slow source says late, and lets it delay neither the others nor the end', async () => {
    const busy = busyProcess(1);
    const slow = await serving({
      '/metrics': (request, response) => void globalThis.setTimeout(() => busy(request, response), 1500),
    });
    const quick = await serving({ '/metrics': busyProcess(1.5) });
    const observer = await observing(
      sourceOf('prometheus', `${slow.origin}/metrics`, 'slow'),
      sourceOf('prometheus', `${quick.origin}/metrics`, 'quick'),
    );
    const following = observer.follow(atRate(1));
    following.onSchedule(clock.nowMs() + 20);
    await setTimeout(4400);
    const endedMs = clock.nowMs();
    const looks = await following.end();
    expect(clock.nowMs() - endedMs).toBeLessThan(1200);
    const seen = Object.fromEntries(looks.map((each) => [each.server, each.looks]));
    expect(Math.max(...(seen['quick'] ?? []).map(({ spanMs }) => spanMs))).toBeLessThan(1600);
    expect(seen['slow']?.length).toBeGreaterThanOrEqual(1);
    for (const { signals } of seen['slow'] ?? []) {
      expect(signals.find(({ resource }) => resource === 'cpu')?.value).toBeCloseTo(0.5, 1);
    }
    expect(observer.told().get('slow')).toMatchObject([{ failed: 0 }]);
  });

  test('goes on when a source fails, and says why', async () => {
    const server = await serving({
      '/metrics': busyProcess(1),
      '/500': (_, response) => void response.writeHead(500).end(),
      '/away': (_, response) => void response.writeHead(302, { location: '/metrics' }).end(),
      '/html': '<html>hello</html>',
      '/hang': () => undefined,
      '/large': (_, response) => {
        const chunk = '# '.padEnd(65_535, 'x').concat('\n');
        const more = (): void => {
          while (!response.destroyed) if (!response.write(chunk)) return void response.once('drain', more);
        };
        more();
      },
      '/garbage': (_, response) => void response.end(Buffer.alloc(100_000, 0xff)),
      '/hostile': text('up{a="\u001b[31m::error::x'),
    });
    const paths = ['500', 'away', 'html', 'hang', 'large', 'garbage', 'hostile'];
    const observer = await observing(
      ...paths.map((path) => sourceOf('prometheus', `${server.origin}/${path}`, path)),
      sourceOf('prometheus', 'http://127.0.0.1:1/metrics', 'refused'),
      sourceOf('prometheus', `${server.origin}/metrics`, 'fine'),
    );
    const all = await looksAt(observer, 4000);
    expect(all.map((each) => each.server)).toEqual(['fine', ...paths, 'refused']);
    const looks = all.filter((each) => each.looks.length > 0);
    expect(looks.map((each) => each.server)).toEqual(['fine']);
    for (const share of valuesOf(looks, 'cpu')) expect(share).toBeCloseTo(0.5, 1);
    const errors = Object.fromEntries(
      [...observer.told()].map(([name, [told]]) => [
        name,
        `${told?.looks === told?.failed} ${told?.lastError}`,
      ]),
    );
    expect(errors).toMatchObject({
      '500': 'true it answered 500',
      away: 'true it answered 302, and redirects are not followed',
      hang: 'true no whole answer came within 3s',
      large: expect.stringMatching(/^true (its page is larger than 8 MB|no whole answer came)/),
      refused: 'true the connection was refused',
      fine: 'false null',
    });
    for (const name of ['html', 'garbage', 'hostile']) {
      expect(errors[name]).toMatch(/^true no page of metrics: /);
      expect(errors[name]).not.toContain('\u001b');
    }
  });
});
