/** Every way in which a server can misbehave, produced on the wire and counted exactly. */

import type { Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { FailureCause } from '../../src/core/attempt.ts';
import { checkAccounts } from '../../src/record/accounts.ts';
import { response, type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { ANY_SUCCESS, drive, openLoad, planFor, type PlanChanges } from '../support/traffic.ts';

const servers: ScriptedServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(script: Parameters<typeof startScripted>[0]): Promise<ScriptedServer> {
  const server = await startScripted(script);
  servers.push(server);
  return server;
}

const WITH_BODY_CHECK: PlanChanges = {
  target: { expect: { ...ANY_SUCCESS, body: [{ kind: 'contains', text: 'hello' }] } },
};

interface Hostile {
  readonly name: string;
  readonly cause: FailureCause;
  readonly answer: (socket: Socket) => void;
  readonly changes?: PlanChanges;
}

const raw = (text: string | Buffer) => (socket: Socket) => {
  socket.write(text);
};

const rawThenEnd = (text: string) => (socket: Socket) => {
  socket.end(text);
};

/** Cases that every request of a run meets on a connection of its own. */
const HOSTILE: readonly Hostile[] = [
  { name: 'a reset after the request', cause: 'reset', answer: (socket) => socket.resetAndDestroy() },
  { name: 'a close before any byte', cause: 'empty-reply', answer: (socket) => socket.end() },
  {
    name: 'a reset in the middle of the head',
    cause: 'reset',
    answer: (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-le', () => setTimeout(() => socket.resetAndDestroy(), 5)),
  },
  {
    name: 'a reset in the middle of the body',
    cause: 'reset',
    answer: (socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc', () => setTimeout(() => socket.resetAndDestroy(), 5)),
  },
  {
    name: 'a body shorter than its content-length',
    cause: 'truncated',
    answer: rawThenEnd('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc'),
  },
  {
    name: 'a chunked body without its last chunk',
    cause: 'truncated',
    answer: rawThenEnd('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'),
  },
  {
    name: 'a chunk size that is no number',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n'),
  },
  {
    name: 'a chunk size beyond 64 bits',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n'),
  },
  {
    name: 'a chunk without its line end',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n'),
  },
  {
    name: 'two different content-lengths',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!'),
  },
  {
    name: 'both transfer-encoding and content-length',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'),
  },
  { name: 'a NUL in a header', cause: 'protocol', answer: raw('HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 0\r\n\r\n') },
  { name: 'a space before a header colon', cause: 'protocol', answer: raw('HTTP/1.1 200 OK\r\nx : a\r\ncontent-length: 0\r\n\r\n') },
  { name: 'status 000', cause: 'protocol', answer: raw('HTTP/1.1 000 Zero\r\ncontent-length: 0\r\n\r\n') },
  { name: 'status 099', cause: 'protocol', answer: raw('HTTP/1.1 099 Low\r\ncontent-length: 0\r\n\r\n') },
  { name: 'status 600', cause: 'protocol', answer: raw('HTTP/1.1 600 High\r\ncontent-length: 0\r\n\r\n') },
  { name: 'status 9999', cause: 'protocol', answer: raw('HTTP/1.1 9999 Long\r\ncontent-length: 0\r\n\r\n') },
  { name: 'a status that is no number', cause: 'protocol', answer: raw('HTTP/1.1 abc\r\ncontent-length: 0\r\n\r\n') },
  { name: 'another protocol', cause: 'protocol', answer: raw('ICY 200 OK\r\n\r\n') },
  { name: 'HTTP/0.9', cause: 'protocol', answer: rawThenEnd('<html>hello</html>') },
  { name: 'HTTP/3.0 on a TCP connection', cause: 'protocol', answer: raw('HTTP/3.0 200 OK\r\ncontent-length: 0\r\n\r\n') },
  {
    name: 'a head without end',
    cause: 'protocol',
    answer: raw(`HTTP/1.1 200 OK\r\n${`x: ${'a'.repeat(1000)}\r\n`.repeat(200)}`),
  },
  {
    name: 'a body beyond the limit',
    cause: 'too-large',
    answer: raw(`HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\n${'x'.repeat(20_000)}`),
    changes: { http: { maxBodyBytes: 10_000 } },
  },
  {
    name: 'a gzip bomb',
    cause: 'decode',
    answer: (socket) => {
      const bomb = gzipSync(Buffer.alloc(50_000_000));
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    },
    changes: WITH_BODY_CHECK,
  },
  {
    name: 'a truncated gzip body',
    cause: 'decode',
    answer: (socket) => {
      const half = gzipSync('hello hello hello').subarray(0, 15);
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${half.length}\r\n\r\n`);
      socket.write(half);
    },
    changes: WITH_BODY_CHECK,
  },
  {
    name: 'a body in another coding than it says',
    cause: 'decode',
    answer: raw(response('hello', { headers: ['content-encoding: gzip'] })),
    changes: WITH_BODY_CHECK,
  },
  {
    name: 'a long chain of codings',
    cause: 'decode',
    answer: raw(response('hello', { headers: ['content-encoding: gzip, gzip, gzip, gzip, gzip'] })),
    changes: WITH_BODY_CHECK,
  },
  {
    name: 'a body that misses its expectation',
    cause: 'mismatch',
    answer: raw(response('goodbye')),
    changes: WITH_BODY_CHECK,
  },
  { name: 'a client error', cause: 'http-4xx', answer: raw(response('no', { status: '404 Not Found' })) },
  { name: 'a server error', cause: 'http-5xx', answer: raw(response('no', { status: '503 Busy' })) },
  {
    name: 'a redirect loop',
    cause: 'redirect-limit',
    answer: raw(response('', { status: '302 Found', headers: ['location: /again'] })),
    changes: { http: { redirects: 3 } },
  },
  {
    name: 'a redirect to a file',
    cause: 'redirect-limit',
    answer: raw(response('', { status: '302 Found', headers: ['location: file:///etc/passwd'] })),
    changes: { http: { redirects: 3 } },
  },
  {
    name: 'a redirect to a URL with credentials',
    cause: 'redirect-limit',
    answer: raw(response('', { status: '302 Found', headers: ['location: http://a:b@127.0.0.1/'] })),
    changes: { http: { redirects: 3 } },
  },
  {
    name: 'an upgrade that nobody asked for',
    cause: 'protocol',
    answer: raw('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  },
];

describe('a hostile server', () => {
  test.each(HOSTILE)('is told apart and counted exactly: $name', async ({ cause, answer, changes }) => {
    const server = await serve({ onRequest: ({ socket }) => answer(socket) });
    const plan = planFor(server.url, { load: openLoad(100, 100), ...changes });
    const { recording } = await drive({ ...plan, http: { ...plan.http, keepAlive: false } });
    expect([...recording.causes]).toEqual([[cause, 10]]);
    expect(recording.counts.failed).toBe(10);
    checkAccounts(recording);
  });

  test('that refuses connections is counted per request', async () => {
    const server = await startScripted({});
    await server.close();
    const { recording } = await drive(planFor(server.url, { load: openLoad(100, 100) }));
    expect([...recording.causes]).toEqual([['connect-refused', 10]]);
    expect([...recording.addresses]).toEqual([[`127.0.0.1:${server.port}`, { attempts: 10, failed: 10 }]]);
  });

  test('that answers a brotli body is read', async () => {
    const body = brotliCompressSync('hello there');
    const server = await serve({
      onRequest: ({ socket }) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: ${body.length}\r\n\r\n`);
        socket.write(body);
      },
    });
    const { recording } = await drive(planFor(server.url, { load: openLoad(100, 100), ...WITH_BODY_CHECK }));
    expect(recording.counts.failed).toBe(0);
  });

  test('that sends more than its content-length loses the connection, not the next answer', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(`${response('hello')}HTTP/1.1 500 Smuggled\r\n\r\n`) });
    const { recording } = await drive(planFor(server.url, { load: openLoad(100, 200) }));
    expect([...(recording.targets[0]?.statuses ?? [])]).toEqual([[200, 20]]);
    expect(recording.counts.failed).toBe(0);
  });

  test('that answers before the request is whole is recorded with that status', async () => {
    const server = await serve({
      onConnection: (socket) => {
        socket.once('data', () => socket.write(response('too long', { status: '413 Too Large', headers: ['connection: close'] })));
      },
    });
    const target = { method: 'POST', body: new Uint8Array(5_000_000) };
    const { recording } = await drive(planFor(server.url, { load: openLoad(20, 200), target }));
    expect([...(recording.targets[0]?.statuses ?? [])]).toEqual([[413, 4]]);
  });
});

describe('a connection that the server closed while it was idle', () => {
  test('costs nothing when the close was seen in time', async () => {
    const server = await serve({
      onRequest: ({ socket }) => socket.write(response(), () => setTimeout(() => socket.end(), 2)),
    });
    const { recording } = await drive(planFor(server.url, { load: openLoad(50, 400) }));
    expect(recording.counts.failed).toBe(0);
    expect(server.connections).toBe(20);
  });

  test('is retried once on a fresh connection when it broke under the request', async () => {
    const server = await serve({
      onRequest: ({ socket, indexOnConnection }) => {
        if (indexOnConnection === 0) socket.write(response());
        else socket.resetAndDestroy();
      },
    });
    const { recording } = await drive(planFor(server.url, { load: openLoad(50, 400) }));
    expect(recording.counts.failed).toBe(0);
    expect(recording.counts.retried).toBe(19);
    expect(server.connections).toBe(20);
    checkAccounts(recording);
  });

  test('is a failure for a request that must not be sent twice', async () => {
    const server = await serve({
      onRequest: ({ socket, indexOnConnection }) => {
        if (indexOnConnection === 0) socket.write(response());
        else socket.resetAndDestroy();
      },
    });
    const { recording } = await drive(planFor(server.url, { load: openLoad(50, 400), target: { method: 'POST', body: 'x' } }));
    expect([...recording.causes]).toEqual([['stale-connection', 10]]);
    expect(recording.counts.retried).toBe(0);
  });
});

describe('every status', () => {
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
    const load = openLoad(2000, 10_000, { requests: script.length });
    const { recording } = await drive(planFor(server.url, { load }));
    const expected = new Map<number, number>();
    for (const status of script) expected.set(status, (expected.get(status) ?? 0) + 1);
    expect(new Map(recording.targets[0]?.statuses)).toEqual(expected);
    const errors = script.filter((status) => status >= 400).length;
    expect(recording.counts.failed).toBe(errors);
    checkAccounts(recording);
  });
});
