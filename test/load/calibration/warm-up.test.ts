import { describe, expect, test } from 'vitest';
import { type NullProtocol, startNullServer } from '../../../src/load/calibration/null-server.ts';
import { warmUp } from '../../../src/load/calibration/warm-up.ts';
import type { Calibration, WarmUpOrder, WorkerOrder } from '../../../src/load/protocol.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { useClosing, useScripted } from '../../support/closing.ts';
import { response } from '../../support/scripted-server.ts';
import { ANY_SUCCESS, closedLoad, driveOptions, openLoad, planFor } from '../../support/traffic.ts';

const closing = useClosing();
const serve = useScripted();

async function warmedUp(
  plan: Plan,
  kind: WarmUpOrder['kind'],
  protocol: NullProtocol = 'http',
): Promise<Calibration | null> {
  const { port } = closing(await startNullServer(protocol));
  const { layout, runId, userAgent, guard, limits } = driveOptions(plan);
  const segment = { index: 0, count: 1 };
  const order: WorkerOrder = {
    plan,
    secrets: { 'env:KEY': 'k' },
    layout,
    segment,
    runId,
    userAgent,
    guard,
    limits,
    warmUp: { kind, port: kind === 'none' ? null : port },
  };
  return warmUp(order);
}

function expectSane(found: Calibration | null, kind: Calibration['kind']): void {
  expect(found?.kind).toBe(kind);
  // A short one is mostly handshakes and cold code.
  expect(found?.ceilingPerSecond).toBeGreaterThan(kind === 'full' ? 1000 : 50);
  expect(found?.ceilingPerSecond).toBeLessThan(1_000_000);
  expect(found?.floorUs).toBeGreaterThan(5);
  expect(found?.floorUs).toBeLessThan(20_000);
}

describe('warming up', () => {
  test('in full finds a ceiling and a floor', async () => {
    const startMs = performance.now();
    const found = await warmedUp(planFor('http://127.0.0.1:1/'), 'full');
    expectSane(found, 'full');
    expect(performance.now() - startMs).toBeGreaterThan(700);
    expect(performance.now() - startMs).toBeLessThan(5000);
  });

  test('in short takes a third of a second', async () => {
    const startMs = performance.now();
    expectSane(await warmedUp(planFor('http://127.0.0.1:1/'), 'short'), 'warm-up');
    expect(performance.now() - startMs).toBeLessThan(1500);
  });

  test('not at all says so', async () => {
    expect(await warmedUp(planFor('http://127.0.0.1:1/'), 'none')).toBeNull();
  });

  test.each([
    { protocol: 'https', version: '1.1' },
    { protocol: 'h2', version: '2' },
  ] as const)('goes over the protocol of the plan: $protocol', async ({ protocol, version }) => {
    const tls = { insecure: false, serverName: 'example.test' };
    const plan = planFor('https://example.test/', { http: { version }, tls });
    expectSane(await warmedUp(plan, 'short', protocol), 'warm-up');
  });
});

describe('whatever the plan', () => {
  const connections = { max: 3, lifetimeMs: 1000, freshRatio: 0.1 };

  test.each([
    { name: 'an open loop with a number of requests', load: openLoad(5, 60_000, { requests: 3 }) },
    { name: 'a warm-up of its own', load: openLoad(5, 60_000, { warmupMs: 5000, drainMs: 60_000 }) },
    { name: 'think time', load: closedLoad(2, 60_000, { think: { minMs: 5000, maxMs: 9000 } }) },
    { name: 'few connections, some of them fresh', load: closedLoad(50, null, { requests: 9, connections }) },
  ])('the warm-up is the same: $name', async ({ load }) => {
    const startMs = performance.now();
    expectSane(await warmedUp(planFor('http://127.0.0.1:1/', { load }), 'short'), 'warm-up');
    expect(performance.now() - startMs).toBeLessThan(1500);
  });

  test.each([
    { name: 'a body', target: { method: 'POST', body: 'x'.repeat(10_000) } },
    { name: 'a head without body', target: { method: 'HEAD' } },
    { name: 'values that vary, and secrets', target: { headers: [['x-n', '${seq} ${env:KEY}']] as const } },
    {
      name: 'an expectation that the null server misses',
      target: { expect: { ...ANY_SUCCESS, statuses: [{ from: 404, to: 404 }] } },
    },
  ])('its requests are warmed up: $name', async ({ target }) => {
    const found = await warmedUp(planFor('http://127.0.0.1:1/', { target }), 'short');
    expectSane(found, 'warm-up');
  });

  test('its servers, its proxy and its socket see nothing of it', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(response()) });
    const http = {
      proxy: server.url,
      resolve: [{ host: '127.0.0.1', port: server.port, addresses: ['127.0.0.1'] }],
      connectTo: [{ host: '', port: null, toHost: '127.0.0.1', toPort: server.port }],
    };
    expectSane(await warmedUp(planFor(server.url, { http }), 'short'), 'warm-up');
    expect(server.connections).toBe(0);
  });
});
