import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { probeTarget } from '../../src/app/probe.ts';
import { guestWorld } from '../../src/app/world.ts';
import { parseObjective } from '../../src/plan/objective.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planWith, target } from './sample-plan.ts';

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    response.statusCode = request.url === '/bad' ? 503 : 200;
    response.setHeader('x-echo', request.headers['x-api-key'] ?? 'none');
    response.setHeader('x-trace', String(request.headers['traceparent'] ?? 'none'));
    response.end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const probed = (plan: Plan, count = 3, secrets = {}): ReturnType<typeof probeTarget> =>
  probeTarget({ plan, secrets, owned: false, count }, guestWorld());

test('a healthy target passes; the first request opens the connection, the others use it again', async () => {
  const report = await probed(planWith({ targets: [target(url)] }));
  expect(report).toMatchObject({ schema: 'headroom.probe/1', method: 'GET', url, tls: null, exitCode: 0 });
  expect(report.verdict).toEqual({ status: 'pass', reasons: [] });
  expect(report.requests.map(({ status, reused }) => [status, reused])).toEqual([
    [200, false],
    [200, true],
    [200, true],
  ]);
  const [first, second] = report.requests;
  expect(first?.phases.connect).toBeGreaterThan(0);
  expect(second?.phases).toMatchObject({ dns: null, connect: null, tls: null });
  expect(second?.phases.wait).toBeGreaterThan(0);
  expect(first?.totalMs).toBeGreaterThan(first?.phases.wait ?? Infinity);
});

test.each([
  ['an error of the server', 'bad', { status: 503, cause: 'http-5xx' }],
  ['a port where nothing listens', null, { status: null, cause: 'connect-refused' }],
])('%s fails', async (_, path, expected) => {
  const to = path === null ? 'http://127.0.0.1:1/' : url + path;
  const report = await probed(planWith({ targets: [target(to)] }), 2);
  expect(report.exitCode).toBe(1);
  expect(report.verdict.reasons).toEqual([
    { code: 'PROBE_FAILED', text: `2 of 2 requests failed: ${expected.cause}` },
  ]);
  expect(report.requests[1]).toMatchObject(expected);
});

test.each([
  ['p50 < 1s', 'pass'],
  ['p50 < 0.001ms', 'fail'],
  ['p99 < 1s', 'inconclusive'],
])('an objective that was chosen is judged on the samples: %s', async (text, status) => {
  const objectives = [parseObjective(text)];
  const plan = planWith({ targets: [target(url)], objectives, objectivesDefaulted: false });
  expect((await probed(plan, 8)).verdict.status).toBe(status);
});

test('a secret that the server sends back is not shown', async () => {
  const headers = [['x-api-key', '${env:KEY}']] as const;
  const report = await probed(planWith({ targets: [target(url, { headers })] }), 1, {
    'env:KEY': 'hunter22',
  });
  expect(JSON.stringify(report)).not.toContain('hunter22');
  expect(report.requests[0]?.headers).toContainEqual(['x-echo', '***']);
});

test('each request names its target, and an open objective is named in its reason', async () => {
  const objectives = [parseObjective('p99 < 1s')];
  const targets = [target(url, { name: 'one' }), target(`${url}two`, { name: 'two' })];
  const report = await probed(planWith({ targets, objectives, objectivesDefaulted: false }), 3);
  expect(report.requests.map((request) => request.target)).toEqual(['one', 'two', 'one']);
  expect(report.verdict.reasons[0]?.text).toMatch(/^p99 < 1s is not decided: 3 requests are too few/);
});

test('a request carries the trace that the plan asks for, below the span that the environment names', async () => {
  const plan: Plan = {
    ...planWith({ targets: [target(url)] }),
    trace: { headers: true, phases: false, url: null },
  };
  const env = { VENEUR_EMIT_TRACE_ID: '255', VENEUR_EMIT_PARENT_SPAN_ID: '16' };
  const { requests } = await probeTarget(
    { plan, secrets: {}, owned: false, count: 1 },
    { ...guestWorld(), env },
  );
  const seen = new Map(requests[0]?.headers).get('x-trace');
  expect(seen).toMatch(/^00-000000000000000000000000000000ff-[0-9a-f]{16}-01$/);
});
