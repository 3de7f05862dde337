/** What servers say of their own load, heard over plain HTTP/1.1, over TLS, and as HTTP/2. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ServerReports } from '../../../src/load/orca/server-reports.ts';
import type { ServerReport } from '../../../src/load/protocol.ts';
import { HeadText, IncomingResponse } from '../../../src/load/transport/response.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { issue } from '../../support/certificates.ts';
import { useClosing } from '../../support/closing.ts';
import { startHttp2 } from '../../support/http2-server.ts';
import { requires } from '../../support/requires.ts';
import { describeSchemes } from '../../support/schemes.ts';
import { response } from '../../support/scripted-server.ts';
import { drive, openLoad, planFor } from '../../support/traffic.ts';

function withHead(head: string): IncomingResponse {
  const incoming = new IncomingResponse();
  incoming.head(200, new HeadText(head));
  return incoming;
}

async function heard(plan: Plan, isAsked = true): Promise<ServerReport[][]> {
  const told: ServerReport[][] = [];
  const onReports = (reports: readonly ServerReport[]): void => void told.push([...reports]);
  await drive(plan, { onReports, ...(isAsked ? { watchReports: true } : {}) });
  return told;
}

describe("a server's report", () => {
  test.each([
    ['Endpoint-Load-Metrics: TEXT cpu_utilization=0.3', 'TEXT cpu_utilization=0.3'],
    ['endpoint-load-metrics: JSON {"cpu_utilization":0.3}', 'JSON {"cpu_utilization":0.3}'],
    ['endpoint-load-metrics: BIN CQAAAAAAAPA/', 'BIN CQAAAAAAAPA/'],
    ['endpoint-load-metrics: cpu_utilization=0.3', 'TEXT cpu_utilization=0.3'],
    ['endpoint-load-metrics: {"cpu_utilization":0.3}', 'JSON {"cpu_utilization":0.3}'],
    ['endpoint-load-metrics-bin: CQAAAAAAAPA/', 'BIN CQAAAAAAAPA/'],
    ['endpoint-load-metrics-json: {"cpu_utilization":0.3}', 'JSON {"cpu_utilization":0.3}'],
    ['endpoint-load-metrics: ', null],
    ['x-load-metrics-as-named: TEXT cpu=1', null],
  ])('%j reads %j', (line, wanted) => {
    expect(withHead(`server: x\r\n${line}\r\n`).loadReport()).toBe(wanted);
  });

  test('is the newest of its address, once, and cut where it is endless', () => {
    const reports = new ServerReports();
    const say = (text: string) => withHead(`endpoint-load-metrics: TEXT ${text}\r\n`);
    reports.look('a:1', say('cpu=1'));
    reports.look('b:1', say('x'.repeat(9000)));
    reports.look('a:1', say('cpu=2'));
    reports.look('a:1', withHead('server: x\r\n'));
    reports.look(null, say('cpu=3'));
    const taken = reports.take() ?? [];
    expect(taken.map(({ remote, text }) => [remote, text.length])).toEqual([
      ['a:1', 10],
      ['b:1', 4096],
    ]);
    expect(taken[0]?.text).toBe('TEXT cpu=2');
    expect(reports.take()).toBeNull();
  });

  test('is kept of 200 addresses', () => {
    const reports = new ServerReports();
    for (let port = 0; port < 300; port += 1)
      reports.look(`a:${port}`, withHead('endpoint-load-metrics: TEXT cpu=1\r\n'));
    reports.look('a:5', withHead('endpoint-load-metrics: TEXT cpu=2\r\n'));
    const taken = reports.take() ?? [];
    expect(taken).toHaveLength(200);
    expect(taken.find(({ remote }) => remote === 'a:5')?.text).toBe('TEXT cpu=2');
  });
});

describeSchemes('reports of load', (start) => {
  test('are told four times a second, the newest of each address, and only when asked for', async () => {
    const server = await start({
      onRequest: ({ socket, index }) => {
        const headers = index % 2 === 0 ? [`endpoint-load-metrics: TEXT named_metrics.n=${index}`] : [];
        socket.write(response('hello', { headers }));
      },
    });
    const plan = planFor(server.url, { load: openLoad(100, 400), tls: { insecure: true } });
    const told = await heard(plan);
    expect(told.length).toBeGreaterThanOrEqual(2);
    for (const reports of told)
      expect(reports.map(({ remote }) => remote)).toEqual([`127.0.0.1:${server.port}`]);
    const numbers = told.map(([report]) =>
      Number(/^TEXT named_metrics\.n=(\d+)$/.exec(report?.text ?? '')?.[1]),
    );
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(numbers.at(-1)).toBeGreaterThan(30);
    expect(await heard({ ...plan, load: openLoad(100, 50) }, false)).toEqual([]);
  });
});

requires('openssl').describe('reports of load over HTTP/2', () => {
  const closing = useClosing();
  const folder = mkdtempSync(join(tmpdir(), 'orca-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('are told', async () => {
    const { key, cert } = issue(folder, { name: 'leaf', altNames: ['DNS:localhost'] }, null);
    const server = closing(
      await startHttp2({ key, cert }, ({ stream }) => {
        stream.respond({ ':status': 200, 'endpoint-load-metrics-json': '{"cpu_utilization":0.5}' });
        stream.end('hello');
      }),
    );
    const changes = { load: openLoad(100, 50), tls: { insecure: true } };
    const told = await heard(planFor(server.url, { ...changes, http: { version: '2' } }));
    expect(told.flat()).toEqual([
      { remote: `127.0.0.1:${server.port}`, text: 'JSON {"cpu_utilization":0.5}' },
    ]);
  });
});
