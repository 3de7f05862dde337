/** Every way in which a server can misbehave, produced on the wire and counted exactly, whatever carries it. */

import { brotliCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { checkAccounts } from '../../src/record/accounts.ts';
import { describeSchemes, type Serve } from '../support/schemes.ts';
import { response, startScripted } from '../support/scripted-server.ts';
import { drive, openLoad, type PlanChanges, planFor } from '../support/traffic.ts';
import { HARMLESS, HOSTILE, WITH_BODY_CHECK } from './hostile-answers.ts';

/** A plan that takes the test's own certificate for good. */
const plan = (url: string, changes: PlanChanges) => planFor(url, { ...changes, tls: { insecure: true } });

describeSchemes('a hostile server', (serve) => {
  test.each(HOSTILE)(
    'is told apart and counted exactly: $name',
    async ({ cause, overTls, answer, changes }) => {
      const server = await serve({ onRequest: answer });
      const wanted = server.url.startsWith('https') ? (overTls ?? cause) : cause;
      const load = openLoad(100, 100);
      const http = { ...changes?.http, keepAlive: false };
      const { recording } = await drive(plan(server.url, { load, ...changes, http }));
      expect([...recording.causes]).toEqual(wanted === 'none' ? [] : [[wanted, 10]]);
      expect(recording.counts.failed).toBe(wanted === 'none' ? 0 : 10);
      checkAccounts(recording);
    },
  );

  test.each(HARMLESS)('that is only odd is understood: $name', async ({ overTls, answer, status }) => {
    const server = await serve({ onRequest: answer });
    const { recording } = await drive(plan(server.url, { load: openLoad(100, 100) }));
    const refusal = server.url.startsWith('https') ? overTls : undefined;
    expect([...recording.causes]).toEqual(refusal === undefined ? [] : [[refusal, 10]]);
    const statuses = recording.targets[0]?.statuses ?? new Map();
    expect([...statuses]).toEqual(refusal === undefined ? [[status, 10]] : []);
  });

  test('that answers a brotli body is read', async () => {
    const body = brotliCompressSync('hello there');
    const server = await serve({
      onRequest: ({ socket }) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: ${body.length}\r\n\r\n`);
        socket.write(body);
      },
    });
    const { recording } = await drive(plan(server.url, { load: openLoad(100, 100), ...WITH_BODY_CHECK }));
    expect(recording.counts.failed).toBe(0);
  });

  test('that sends more than its content-length loses the connection, not the next answer', async () => {
    const server = await serve({
      onRequest: ({ socket }) => socket.write(`${response('hello')}HTTP/1.1 500 Smuggled\r\n\r\n`),
    });
    const { recording } = await drive(plan(server.url, { load: openLoad(100, 200) }));
    expect([...(recording.targets[0]?.statuses ?? [])]).toEqual([[200, 20]]);
    expect(recording.counts.failed).toBe(0);
  });

  test('that answers before the request is whole is recorded with that status', async () => {
    const answer = response('too long', { status: '413 Too Large', headers: ['connection: close'] });
    const server = await serve({
      onConnection: (socket) => {
        socket.once('data', () => socket.write(answer));
      },
    });
    const target = { method: 'POST', body: new Uint8Array(5_000_000) };
    const { recording } = await drive(plan(server.url, { load: openLoad(20, 200), target }));
    expect([...(recording.targets[0]?.statuses ?? [])]).toEqual([[413, 4]]);
  });
});

test('a server that refuses connections is counted per request', async () => {
  const server = await startScripted({});
  await server.close();
  const { recording } = await drive(planFor(server.url, { load: openLoad(100, 100) }));
  expect([...recording.causes]).toEqual([['connect-refused', 10]]);
  expect([...recording.addresses]).toEqual([[`127.0.0.1:${server.port}`, { attempts: 10, failed: 10 }]]);
});

describeSchemes('a connection that the server closed while it was idle', (serve) => {
  const breaksOnReuse = (): ReturnType<Serve> =>
    serve({
      onRequest: ({ socket, indexOnConnection, reset }) => {
        if (indexOnConnection === 0) socket.write(response());
        else reset();
      },
    });

  test('costs nothing when the close was seen in time', async () => {
    const server = await serve({
      onRequest: ({ socket }) => socket.write(response(), () => setTimeout(() => socket.end(), 2)),
    });
    const { recording } = await drive(plan(server.url, { load: openLoad(50, 400) }));
    expect(recording.counts.failed).toBe(0);
    expect(server.connections).toBe(20);
  });

  test('is retried once on a fresh connection when it broke under the request', async () => {
    const server = await breaksOnReuse();
    const { recording } = await drive(plan(server.url, { load: openLoad(50, 400) }));
    expect(recording.counts.failed).toBe(0);
    // How many connections were free in time depends on the machine; each answer came over one of its own.
    expect(recording.counts.retried).toBeGreaterThan(10);
    expect(server.heads).toHaveLength(20 + recording.counts.retried);
    expect(server.connections).toBe(20);
    checkAccounts(recording);
  });

  test('is a failure for a request that must not be sent twice', async () => {
    const server = await breaksOnReuse();
    const target = { method: 'POST', body: 'x' };
    const { recording } = await drive(plan(server.url, { load: openLoad(50, 400), target }));
    expect(server.heads).toHaveLength(20);
    expect(recording.counts.broken).toBeGreaterThan(5);
    expect([...recording.causes]).toEqual([['stale-connection', 20 - server.connections]]);
    expect(recording.counts.retried).toBe(0);
  });
});

describeSchemes('every status', (serve) => {
  test('from 200 to 599 is counted as the server sent it', async () => {
    const statuses = Array.from({ length: 400 }, (_, index) => 200 + index);
    const script = statuses.flatMap((status) => Array<number>(1 + (status % 3)).fill(status));
    const server = await serve({
      onRequest: ({ socket, index }) => {
        const status = script[index] ?? 200;
        const bodiless = status === 204 || status === 304;
        socket.write(bodiless ? `HTTP/1.1 ${status} X\r\n\r\n` : response('x', { status: `${status} X` }));
      },
    });
    const connections = { max: 20, lifetimeMs: null, freshRatio: 0 };
    const load = openLoad(2000, 10_000, { requests: script.length, connections });
    const { recording } = await drive(plan(server.url, { load, target: { timeoutMs: 10_000 } }));
    const expected = new Map<number, number>();
    for (const status of script) expected.set(status, (expected.get(status) ?? 0) + 1);
    expect(new Map(recording.targets[0]?.statuses)).toEqual(expected);
    const errors = script.filter((status) => status >= 400).length;
    expect(recording.counts.failed).toBe(errors);
    checkAccounts(recording);
  });
});
