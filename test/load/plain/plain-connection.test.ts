import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { probe } from '../../../src/load/probe.ts';
import { checkAccounts } from '../../../src/record/accounts.ts';
import type { Recording } from '../../../src/record/recording.ts';
import { useClosing, useScripted } from '../../support/closing.ts';
import { response } from '../../support/scripted-server.ts';
import {
  ANY_SUCCESS,
  closedLoad,
  drive,
  openLoad,
  type PlanChanges,
  planFor,
} from '../../support/traffic.ts';

const TEN_MB = 10_000_000;

/** A machine that stands still for longer than a connection rests gets another try. */
const PATIENTLY = { retry: 2 };

const serve = useScripted();
const closing = useClosing();

async function run(url: string, changes: PlanChanges): Promise<Recording> {
  const { recording } = await drive(planFor(url, changes));
  checkAccounts(recording);
  return recording;
}

/** A server of node:http, for bodies too large to be looked at byte by byte. */
async function serveHttp(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  closing({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
}

describe('a connection whose server says when it closes idle ones', () => {
  const answer = (seconds: number) => response('hi', { headers: [`keep-alive: timeout=${seconds}`] });

  test('is used as long as it is not idle for that long', PATIENTLY, async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(answer(2)) });
    const recording = await run(server.url, { load: openLoad(4, 2200) });
    expect(recording.counts.completed).toBe(9);
    expect(server.connections).toBe(1);
  });

  test('is not used when it was idle for nearly that long', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(answer(2)) });
    const recording = await run(server.url, { load: openLoad(0.8, 3000) });
    expect(recording.counts.completed).toBe(3);
    expect(server.connections).toBe(3);
    expect(recording.counts.retried).toBe(0);
  });

  test('is not used again when it may be closing already', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(answer(1)) });
    const recording = await run(server.url, { load: openLoad(100, 100) });
    expect(recording.counts.completed).toBe(10);
    expect(server.connections).toBe(10);
  });
});

describe('a connection that must not be trusted any more', () => {
  const CASES: readonly { readonly name: string; readonly first: string; readonly later: string }[] = [
    { name: 'another response that nobody asked for', first: response('a'), later: response('smuggled') },
    { name: 'an empty line', first: response('a'), later: '\r\n' },
    {
      name: 'the body of a 204',
      first: 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n',
      later: 'hello',
    },
  ];

  test.each(CASES)(
    'is closed when bytes come while it is idle: $name',
    PATIENTLY,
    async ({ first, later }) => {
      let closed = 0;
      const server = await serve({
        onRequest: ({ socket }) => {
          socket.on('close', () => {
            closed += 1;
          });
          socket.write(first);
          setTimeout(() => socket.write(later), 5);
        },
      });
      const recording = await run(server.url, { load: openLoad(20, 500) });
      expect(recording.counts).toMatchObject({ completed: 10, failed: 0, retried: 0 });
      expect(recording.counts.bytesReceived).toBe(first.endsWith('a') ? 10 : 0);
      expect(server.connections).toBe(10);
      await sleep(20);
      expect(closed).toBe(10);
    },
  );

  test('is closed when more bytes came with the answer to a HEAD', PATIENTLY, async () => {
    const answer = `${response('hello')}`;
    const server = await serve({ onRequest: ({ socket }) => socket.write(answer) });
    const recording = await run(server.url, { load: openLoad(20, 500), target: { method: 'HEAD' } });
    expect(recording.counts).toMatchObject({ completed: 10, failed: 0, bytesReceived: 0 });
    expect(server.connections).toBe(10);
  });

  test('is closed when the server answered before it had the whole request', async () => {
    const server = await serve({
      onConnection: (socket) => {
        socket.once('data', () => {
          socket.pause();
          socket.write(response());
        });
      },
    });
    const target = { method: 'POST', body: Buffer.alloc(TEN_MB) };
    const recording = await run(server.url, { load: closedLoad(1, null, { requests: 3 }), target });
    expect(recording.counts).toMatchObject({ completed: 3, failed: 0, reused: 0 });
    expect(server.connections).toBe(3);
  });

  test('is closed when the server shut its half down behind an answer', PATIENTLY, async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.end(response()) });
    const recording = await run(server.url, { load: openLoad(20, 500) });
    expect(recording.counts).toMatchObject({ completed: 10, failed: 0, retried: 0 });
    expect(server.connections).toBe(10);
  });
});

describe('a connection that may be used again', () => {
  test.each([
    { name: 'HEAD with a length', method: 'HEAD', answer: 'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n' },
    { name: '304 with a length', method: 'GET', answer: 'HTTP/1.1 304 X\r\ncontent-length: 5\r\n\r\n' },
    { name: '204', method: 'GET', answer: 'HTTP/1.1 204 No Content\r\n\r\n' },
    {
      name: 'chunks and trailers',
      method: 'GET',
      answer: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx: y\r\n\r\n',
    },
    {
      name: 'HTTP/1.0 that asks for it',
      method: 'GET',
      answer: 'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 1\r\n\r\na',
    },
  ])('is: $name', async ({ method, answer }) => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(answer) });
    const load = closedLoad(1, null, { requests: 20 });
    const recording = await run(server.url, { load, target: { method } });
    expect(recording.counts).toMatchObject({ completed: 20, failed: 0, reused: 19 });
    expect(server.connections).toBe(1);
  });
});

describe('a server that repeats its head', () => {
  test('and then says something else is believed each time', async () => {
    const states = ['HIT', 'HIT', 'MISS', 'MISS', 'HIT'];
    const server = await serve({
      onRequest: ({ socket, index }) =>
        socket.write(response('a', { headers: [`x-cache: ${states[index % 5]}`] })),
    });
    const recording = await run(server.url, { load: closedLoad(1, null, { requests: 50 }) });
    expect(recording.counts).toMatchObject({ completed: 50, cached: 30, reused: 49 });
  });
});

describe('large bodies', () => {
  const bytes = Buffer.alloc(TEN_MB, 'headroom');
  const digest = createHash('sha256').update(bytes).digest('hex');

  test('go out whole, over a connection that is then used again', async () => {
    const seen: string[] = [];
    const url = await serveHttp((request, answer) => {
      const hash = createHash('sha256');
      request.on('data', (chunk: Buffer) => hash.update(chunk));
      request.on('end', () => {
        seen.push(hash.digest('hex'));
        answer.end('ok');
      });
    });
    const target = { method: 'POST', body: bytes, timeoutMs: 10_000 };
    const recording = await run(url, { load: closedLoad(1, null, { requests: 3 }), target });
    expect(seen).toEqual([digest, digest, digest]);
    expect(recording.counts).toMatchObject({ completed: 3, failed: 0, reused: 2, bytesSent: 3 * TEN_MB });
  });

  test.each(['content-length', 'chunked', 'close'])('come in whole: %s', async (framing) => {
    const url = await serveHttp((_request, answer) => {
      if (framing === 'content-length') answer.setHeader('content-length', TEN_MB);
      if (framing === 'close') answer.removeHeader('transfer-encoding');
      answer.shouldKeepAlive = framing !== 'close';
      answer.write(bytes.subarray(0, 1_234_567));
      answer.end(bytes.subarray(1_234_567));
    });
    const expect10 = { ...ANY_SUCCESS, size: { min: TEN_MB, max: TEN_MB } };
    const recording = await run(url, {
      load: closedLoad(1, null, { requests: 3 }),
      target: { timeoutMs: 10_000, expect: expect10 },
      http: { maxBodyBytes: TEN_MB },
    });
    expect(recording.counts).toMatchObject({ completed: 3, failed: 0, bytesReceived: 3 * TEN_MB });
    expect(recording.counts.reused).toBe(framing === 'close' ? 0 : 2);
  });

  test('come in chunks of one byte without taking much more memory than their bytes', async () => {
    const chunks = 2_000_000;
    const server = await serve({
      onRequest: ({ socket }) => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        socket.write(`${'1\r\na\r\n'.repeat(chunks)}0\r\n\r\n`);
      },
    });
    const startBytes = process.memoryUsage().heapUsed;
    let mostBytes = 0;
    const watch = setInterval(() => {
      mostBytes = Math.max(mostBytes, process.memoryUsage().heapUsed);
    }, 5);
    const size = { min: chunks, max: chunks };
    const recording = await run(server.url, {
      load: closedLoad(1, null, { requests: 1 }),
      target: {
        timeoutMs: 10_000,
        expect: { ...ANY_SUCCESS, size, body: [{ kind: 'contains', text: 'aaa' }] },
      },
    });
    clearInterval(watch);
    expect(recording.counts).toMatchObject({ completed: 1, failed: 0, bytesReceived: chunks });
    expect(mostBytes - startBytes).toBeLessThan(60_000_000);
  });

  test('are answered before they are whole without the clocks running backwards', async () => {
    const server = await serve({
      onConnection: (socket) => {
        let received = 0;
        socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-'));
        socket.on('data', (chunk: Buffer) => {
          received += chunk.length;
          if (received > TEN_MB) socket.write('length: 2\r\n\r\nok');
        });
      },
    });
    const [seen] = await probe({
      plan: planFor(server.url, { target: { method: 'POST', body: bytes, timeoutMs: 10_000 } }),
      secrets: {},
      count: 1,
      guard: { allowPublic: false },
      runId: 'test',
      userAgent: 'tester',
    });
    expect(seen?.attempt).toMatchObject({ outcome: 'completed', cause: null, status: 200 });
    const { readyMs = NaN, sendMs = NaN, sentMs = NaN, firstByteMs = NaN, endMs = NaN } = seen?.attempt ?? {};
    const clocks = [readyMs, sendMs, sentMs, firstByteMs, endMs];
    expect(clocks).toEqual(clocks.toSorted((a, b) => a - b));
  });
});

describe('when the run ends', () => {
  test('a request under way is forgotten: nothing is sent again', async () => {
    const server = await serve({
      onRequest: ({ socket, index }) => {
        if (index === 0) socket.write(response());
      },
    });
    const recording = await run(server.url, { load: closedLoad(1, 100, { drainMs: 50 }) });
    await sleep(100);
    expect(recording.counts).toMatchObject({ sent: 2, completed: 1, inFlight: 1, retried: 0 });
    expect(server.heads).toHaveLength(2);
    expect(server.connections).toBe(1);
  });
});
