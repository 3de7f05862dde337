/** Whole looks at real servers: one of each kind, and what is made of them. */

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, test } from 'vitest';
import { type FleetQuestion, lookAtFleet } from '../../../src/app/fleet/fleet.ts';
import { serversOf } from '../../../src/app/fleet/servers.ts';
import { parseTarget } from '../../../src/app/fleet/target.ts';
import { guestWorld } from '../../../src/app/world.ts';
import { FleetStore } from '../../../src/history/fleet/fleet-store.ts';
import type { FleetReport } from '../../../src/report/fleet/model.ts';
import { emptyFolder } from '../../history/folder.ts';
import { dead, listening, lying, metered, paged, silent } from './fleet-servers.ts';

const world = guestWorld();

async function look(targets: readonly string[], more: Partial<FleetQuestion> = {}): Promise<FleetReport> {
  const settings = { timeoutMs: 700, headers: {}, insecure: false, apartMs: 300, probes: 6, seed: 1 };
  return lookAtFleet(
    {
      servers: await serversOf(targets.map(parseTarget), world),
      prometheus: null,
      rules: { near: 0.8, workers: 64 },
      settings: { ...settings, ...more.settings },
      owned: false,
      history: null,
      stop: new AbortController().signal,
      ...more,
    },
    world,
  );
}

function nameOf(url: string): string {
  return new URL(url).host;
}

function rowOf({ servers }: FleetReport, url: string): FleetReport['servers'][number] {
  const row = servers.find(({ server }) => server === nameOf(url));
  if (row === undefined) throw new Error(`no row for ${url}`);
  return row;
}

test('one of each kind is called what it is', async () => {
  const urls = {
    dead: await dead(),
    silent: await silent(),
    lying: await lying(),
    calm: await metered(0.4, 40),
    hot: await metered(1.8, 90),
    full: await listening((request, response) => {
      response.statusCode = request.url === '/' ? 503 : 404;
      response.end();
    }),
  };
  const report = await look(Object.values(urls));
  expect(rowOf(report, urls.dead)).toMatchObject({ state: 'down', room: null, utilization: null });
  expect(rowOf(report, urls.dead).evidence).toContain('refused');
  expect(rowOf(report, urls.silent)).toMatchObject({ state: 'down', room: null });
  expect(rowOf(report, urls.silent).evidence).toContain('no whole answer came within 0.7s');
  expect(rowOf(report, urls.lying)).toMatchObject({
    state: 'low-observability',
    room: null,
    utilization: null,
  });
  expect(rowOf(report, urls.full)).toMatchObject({ state: 'down', room: null });
  const calm = rowOf(report, urls.calm);
  expect(calm).toMatchObject({ state: 'ok', binding: 'cpu', tier: 'reported' });
  expect(calm.utilization?.value).toBeCloseTo(0.2, 1);
  expect(calm.ratePerSecond).toBeGreaterThan(30);
  expect(calm.ratePerSecond).toBeLessThan(50);
  expect(calm.room?.source).toBe('estimate');
  expect(calm.room?.perSecond).toBeGreaterThan(100);
  expect(rowOf(report, urls.hot).binding).toBe('cpu');
  expect(['near', 'saturated']).toContain(rowOf(report, urls.hot).state);
  expect(report).toMatchObject({ exitCode: 1, verdict: { status: 'fail' } });
  expect(report.counts).toMatchObject({ down: 3, outlier: 0, 'low-observability': 1, ok: 1 });
  expect(report.lost).toMatchObject({ lost: nameOf(urls.hot), others: 1 });
  // Each server has its own deadlines: the silent ones delayed nobody.
  expect(report.durationMs).toBeLessThan(4000);
});

test.each([
  'TEXT cpu_utilization=0.2, application_utilization=0.97, rps_fractional=80, eps=4',
  'JSON {"cpu_utilization": 0.2, "application_utilization": 0.97, "rps_fractional": 80, "eps": 4}',
])('AT-7.3: a load report of 0.97 is near, with what binds: %s', async (header) => {
  const url = await listening((_, response) => {
    response.setHeader('endpoint-load-metrics', header).end('ok');
  });
  const row = rowOf(await look([url]), url);
  expect(['near', 'saturated']).toContain(row.state);
  expect(row).toMatchObject({ binding: 'application', tier: 'reported', ratePerSecond: 80 });
  expect(row.utilization?.value).toBeCloseTo(0.97, 9);
  expect(row.room?.capacityPerSecond).toBeCloseTo(80 / (0.97 + 0.05), 6);
});

test('AT-7.5: pressure that an exporter tells of is seen', async () => {
  const startMs = performance.now();
  const url = await paged({
    '/metrics': () =>
      `node_pressure_cpu_waiting_seconds_total ${933.490489 + 0.4 * ((performance.now() - startMs) / 1000)}\n`,
  });
  const row = rowOf(await look([`${url}metrics`]), `${url}metrics`);
  expect(row).toMatchObject({ binding: 'cpu', tier: 'pressure' });
  expect(['near', 'saturated']).toContain(row.state);
});

test('hostile text of a server is harmless in the document', async () => {
  const url = await listening((_, response) => {
    response.setHeader('endpoint-load-metrics', 'TEXT cpu_utilization=0.5, utilization.x##[group]=0.6').end();
  });
  const text = JSON.stringify(await look([url]));
  expect(text).not.toContain('##[');
});

test('a page that was named and tells nothing is said to', async () => {
  const url = await lying();
  const row = rowOf(await look([`${url}metrics`]), url);
  expect(row.state).toBe('low-observability');
  expect(row.evidence).toContain('/metrics: ');
});

describe('with a history', () => {
  test('looks are kept, and a server much slower than in its calm moments is near', async () => {
    let slowMs = 20;
    const url = await listening((_, response) => {
      setTimeout(() => response.end('<p>'), slowMs);
    });
    const folder = emptyFolder();
    const said: string[] = [];
    const history = { world, folder, say: (line: string) => void said.push(line) };
    const first = rowOf(await look([url], { history }), url);
    expect(first).toMatchObject({ state: 'low-observability', utilization: null });
    slowMs = 400;
    const row = rowOf(await look([url], { history }), url);
    expect(row).toMatchObject({ state: 'near', tier: 'latency', binding: 'latency', confidence: 'low' });
    expect(row.utilization?.low).toBeGreaterThan(0.8);
    expect(row.evidence).toMatch(/times its calm/);
    const database = new DatabaseSync(join(folder, 'history.db'));
    const kept = database.prepare('SELECT place FROM fleet_windows').all();
    expect(kept).toEqual([{ place: url }, { place: url }]);
    database.close();
    expect(said).toEqual([]);
  });

  test('a capacity that was searched for says how many requests are left', async () => {
    const url = await metered(0.4, 40);
    const folder = emptyFolder();
    const file = join(folder, 'history.db');
    new FleetStore(file).close();
    const database = new DatabaseSync(file);
    database
      .prepare(
        `INSERT INTO runs (run_id, command, plan_hash, origins, generator, generator_text, started_at, duration_ms,
          verdict, exit_code, rate_per_second, promotable, document)
         VALUES ('1', 'capacity', 'h', ?, 'g', 'g', ?, 1, 'pass', 0, 300, 1, x'00')`,
      )
      .run(new URL(url).origin, new Date().toISOString());
    database.close();
    const history = { world, folder, say: () => undefined };
    const { room } = rowOf(await look([url], { history }), url);
    expect(room).toMatchObject({ capacityPerSecond: 300, source: 'history' });
    expect(room?.perSecond).toBeGreaterThan(240);
    expect(room?.perSecond).toBeLessThan(280);
  });

  test('one that cannot be used is a remark, and the look goes on', async () => {
    const url = await metered(0.4);
    const said: string[] = [];
    const file = join(emptyFolder(), 'file');
    writeFileSync(file, '');
    const history = { world, folder: join(file, 'state'), say: (line: string) => void said.push(line) };
    expect(rowOf(await look([url], { history }), url).state).toBe('ok');
    expect(said.join()).toContain('the history');
  });
});

test('servers of a Prometheus server are told apart, dead ones too', async () => {
  const values: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    'min by(instance)(up{job="api"})': [
      ['a:1', '1'],
      ['b:1', '1'],
      ['c:1', '0'],
    ],
    'sum by(instance)(rate(http_requests_total{job="api"}[1m]))': [['a:1', '90']],
  };
  const url = await listening((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams.get('query') ?? '';
    const shares: readonly (readonly [string, string])[] = query.includes('process_cpu_seconds_total')
      ? [
          ['a:1', '0.9'],
          ['b:1', '0.3'],
        ]
      : (values[query] ?? []);
    const result = shares.map(([instance, value]) => ({ metric: { instance }, value: [1, value] }));
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  });
  const report = await look([], { prometheus: { url, match: 'job="api"' } });
  expect(report.servers.map(({ server, state }) => [server, state])).toEqual([
    ['c:1', 'down'],
    ['a:1', 'near'],
    ['b:1', 'ok'],
  ]);
  expect(report.servers[1]).toMatchObject({ ratePerSecond: 90, binding: 'cpu' });
  const gone = await look([await metered(0.2)], { prometheus: { url: await dead(), match: null } });
  expect(gone.verdict.status).toBe('inconclusive');
  expect(gone.verdict.reasons.map(({ code }) => code)).toContain('PROMETHEUS_UNREADABLE');
});

test('each address of a name is asked, with its name as the host', async () => {
  const hosts = new Set<string | undefined>();
  const url = await listening((request, response) => {
    hosts.add(request.headers.host);
    response.end('ok');
  });
  const named = url.replace('127.0.0.1', 'api.internal');
  const lookup = (): Promise<readonly string[]> => Promise.resolve(['127.0.0.1', '127.0.0.77']);
  const servers = await serversOf([parseTarget(named)], { ...world, lookup });
  const report = await look([], { servers });
  expect(report.counts).toMatchObject({ down: 1, 'low-observability': 1 });
  expect(report.servers[0]?.server).toContain('api.internal@127.0.0.77:');
  expect([...hosts]).toEqual([new URL(named).host]);
});

test('a server that ends while it is looked at is down', async () => {
  const server = createServer((_, response) => response.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  let asked = 0;
  server.on('request', () => {
    asked += 1;
    // Its four pages, and one of the requests that time it.
    if (asked !== 5) return;
    server.close();
    server.closeAllConnections();
  });
  const row = rowOf(await look([url]), url);
  expect(row).toMatchObject({ state: 'down', room: null });
  expect(row.evidence).toContain('refused');
});

test('it can be ended early', async () => {
  const stop = new AbortController();
  const url = await metered(0.2);
  const settings = { timeoutMs: 700, headers: {}, insecure: false, apartMs: 60_000, probes: 6, seed: 1 };
  const ended = look([url], { stop: stop.signal, settings });
  setTimeout(() => stop.abort(), 200);
  expect((await ended).durationMs).toBeLessThan(5000);
});
