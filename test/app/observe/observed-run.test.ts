/** Whole runs on this event loop, with a look at the server beside it. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type RunOptions, run, UsageError } from '../../../src/index.ts';
import { busyProcess, type Page, type PageServer, startPages, text } from '../../support/server-pages.ts';

const servers: PageServer[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function serving(pages: Readonly<Record<string, Page | string>>): Promise<PageServer> {
  const server = await startPages({ '/': 'hello', ...pages });
  servers.push(server);
  return server;
}

const stateFolder = join(tmpdir(), 'headroom-observed-test');
const options = (more: RunOptions): RunOptions => ({ stateFolder, rate: '40/s', duration: '3s', ...more });

describe.concurrent('a run', { timeout: 20_000 }, () => {
  test('says how its server was, second by second, where it was asked to look', async () => {
    const server = await serving({ '/metrics': busyProcess(1.2) });
    const remarks: string[] = [];
    const result = await run(
      options({ url: `${server.origin}/`, discover: true, onRemark: (line) => remarks.push(line) }),
    );
    expect(remarks).toContain(`found ${server.origin}/metrics: metrics in the form of Prometheus`);
    expect(remarks).toContain(`found no ${server.origin}/debug/vars: it answered 404`);
    const [found] = result.servers ?? [];
    expect(result.servers).toHaveLength(1);
    expect(found).toMatchObject({
      name: server.place,
      sources: [{ kind: 'prometheus', url: `${server.origin}/metrics`, failed: 0, lastError: null }],
      captures: [],
    });
    const cpu = found?.resources.find(({ resource }) => resource === 'cpu');
    expect(cpu).toMatchObject({ unit: 'ratio' });
    expect(cpu?.mean).toBeCloseTo(0.6, 1);
    expect(found?.series.length).toBeGreaterThanOrEqual(2);
    expect(found?.series[0]?.fromMs).toBeLessThan(300);
    expect(result.verdict.status).not.toBe('fail');
  });

  test('goes on where nothing was found, and its document has no server', async () => {
    const server = await serving({});
    const remarks: string[] = [];
    const result = await run(
      options({
        url: `${server.origin}/`,
        duration: '1s',
        discover: true,
        onRemark: (line) => remarks.push(line),
      }),
    );
    expect(remarks.join('\n')).toContain('nothing was found');
    expect(result.servers).toEqual([]);
    expect(result.totals.sent).toBeGreaterThan(10);
  });

  test('is not looked at unless somebody asks', async () => {
    const server = await serving({ '/metrics': busyProcess(1) });
    const result = await run(options({ url: `${server.origin}/`, duration: '500ms' }));
    expect(result.servers).toBeUndefined();
    expect(server.asked.every(({ path }) => path === '/')).toBe(true);
  });

  test('is the same whatever becomes of its sources', async () => {
    const server = await serving({
      '/metrics': (_, response) => void response.destroy(),
      '/debug/vars': text('{"a":'),
      '/debug/pprof/': () => undefined,
    });
    const result = await run(
      options({
        url: `${server.origin}/`,
        observe: [
          `prometheus=${server.origin}/metrics`,
          `expvar=${server.origin}/debug/vars`,
          `pprof=${server.origin}/debug/pprof/`,
        ],
      }),
    );
    expect(result.totals.failed).toBe(0);
    expect(result.verdict.status).not.toBe('fail');
    const sources = result.servers?.flatMap((each) => each.sources) ?? [];
    expect(sources.map(({ kind }) => kind)).toEqual(['prometheus', 'expvar', 'pprof']);
    for (const { looks, failed, lastError } of sources) {
      expect(failed).toBe(looks);
      expect(lastError).toMatch(/./);
    }
    expect(result.servers?.[0]?.resources).toEqual([]);
  });

  test('takes nothing from a balancer that asks another server each time, and says so', async () => {
    const pages = [busyProcess(0.2, 50_000), busyProcess(1.9, 90_000)];
    let looks = 0;
    const server = await serving({
      '/metrics': (request, response) => pages[(looks += 1) % 2]?.(request, response),
    });
    const remarks: string[] = [];
    const result = await run(
      options({
        url: `${server.origin}/`,
        observe: [`prometheus=${server.origin}/metrics`],
        onRemark: (line) => remarks.push(line),
      }),
    );
    expect(remarks.filter((line) => line.includes('is left out'))).toHaveLength(1);
    const [found] = result.servers ?? [];
    expect(found).toMatchObject({
      name: server.place,
      resources: [],
      series: [],
      binding: null,
      diagnoses: [],
    });
    expect(found?.sources[0]?.failed).toBe(found?.sources[0]?.looks);
    expect(found?.sources[0]?.lastError).toMatch(/^several processes answer here in turn/);
  });

  test('goes on looking at a server that begins anew', async () => {
    const server = await serving({ '/metrics': busyProcess(0.4, 50_000) });
    const before = server.pages.get('/metrics');
    let looks = 0;
    let after: Page | undefined;
    server.pages.set('/metrics', (request, response) => {
      looks += 1;
      if (looks > 3) after ??= busyProcess(0.4, 0);
      (after ?? before)?.(request, response);
    });
    const result = await run(
      options({ url: `${server.origin}/`, observe: [`prometheus=${server.origin}/metrics`] }),
    );
    expect(result.servers?.[0]?.sources[0]).toMatchObject({ failed: 0, lastError: null });
    expect(result.servers?.[0]?.series.length).toBeGreaterThanOrEqual(2);
  });

  test('hears what the responses themselves say of the load', async () => {
    const server = await serving({
      '/': (_, response) => {
        response.setHeader('endpoint-load-metrics', 'TEXT application_utilization=0.42, rps_fractional=40');
        response.end('hello');
      },
    });
    const result = await run(options({ url: `${server.origin}/`, observe: ['orca'] }));
    const [found] = result.servers ?? [];
    expect(found?.name).toBe(server.place);
    expect(found?.sources).toMatchObject([{ kind: 'orca', url: null, failed: 0 }]);
    expect(found?.resources).toMatchObject([{ resource: 'application', mean: 0.42, max: 0.42 }]);
  });

  test('is judged by what its server told', async () => {
    const server = await serving({ '/metrics': busyProcess(1.6) });
    const asked = {
      url: `${server.origin}/`,
      duration: '6s',
      observe: [`prometheus=${server.origin}/metrics`],
    };
    const objectives = ['server cpu < 50%', 'server fds < 50%'];
    const result = await run(options({ ...asked, objectives }));
    expect(result.objectives.map(({ text: words, status }) => [words, status])).toEqual([
      ['server cpu < 50%', 'fail'],
      ['server fds < 50%', 'pass'],
    ]);
    expect(result.verdict.status).toBe('fail');
  });

  test('is refused for a capture without anything to take it of', async () => {
    const server = await serving({});
    const refused = run(
      options({ url: `${server.origin}/`, discover: true, captureFolder: join(stateFolder, 'profiles') }),
    );
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(/no server to take a profile of/);
    expect(server.asked.every(({ path }) => path !== '/')).toBe(true);
  });
});
