/** HTTP/2 against a real server: one connection for many requests, and what becomes of them when it breaks. */

import { mkdtempSync, rmSync } from 'node:fs';
import { constants, type SecureServerOptions } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { checkAccounts } from '../../src/record/accounts.ts';
import type { Recording } from '../../src/record/recording.ts';
import { type Certificate, issue } from '../support/certificates.ts';
import { useClosing, useScripted } from '../support/closing.ts';
import { type Http2Request, type Http2Server, startHttp2 } from '../support/http2-server.ts';
import { requires } from '../support/requires.ts';
import { response } from '../support/scripted-server.ts';
import { drive, openLoad, type PlanChanges, planFor } from '../support/traffic.ts';

const { describe, test } = requires('openssl');
const closing = useClosing();
const scripted = useScripted();
const folder = mkdtempSync(join(tmpdir(), 'http2-'));
let root: Certificate;
let leaf: Certificate;

afterAll(() => rmSync(folder, { recursive: true }));

async function serve(
  onRequest: (request: Http2Request) => void,
  options: SecureServerOptions = {},
): Promise<Http2Server> {
  return closing(await startHttp2({ key: leaf.key, cert: leaf.cert, ...options }, onRequest));
}

function planOf(url: string, changes: PlanChanges = {}): Plan {
  const plan = planFor(url, { tls: { ca: root.cert }, ...changes });
  return { ...plan, http: { ...plan.http, version: '2' } };
}

async function run(plan: Plan): Promise<Recording> {
  const { recording } = await drive(plan);
  checkAccounts(recording);
  return recording;
}

function answerLater({ stream }: Http2Request, ms = 50): void {
  setTimeout(() => {
    if (stream.destroyed) return;
    stream.respond({ ':status': 200 });
    stream.end('hello');
  }, ms);
}

const NUMBERED = { method: 'POST', body: 'x' } as const;

describe('HTTP/2', () => {
  beforeAll(() => {
    root = issue(folder, { name: 'root', authority: true }, null);
    leaf = issue(folder, { name: 'leaf', altNames: ['DNS:localhost', 'IP:127.0.0.1'] }, root);
  });

  test('carries many requests at once on one connection', async () => {
    const server = await serve(answerLater);
    const recording = await run(planOf(server.url));
    expect(recording.counts.completed).toBe(100);
    expect(recording.counts.failed).toBe(0);
    expect(server.sessions).toBe(1);
    expect(server.streamsMax).toBeGreaterThan(2);
    expect(recording.counts.connectionsOpened).toBe(1);
    expect(recording.counts.reused).toBe(99);
  });

  test('keeps within the number of streams that the server allows', async () => {
    const server = await serve(answerLater, { settings: { maxConcurrentStreams: 2 } });
    const recording = await run(planOf(server.url, { load: openLoad(100, 200) }));
    expect(recording.counts.failed).toBe(0);
    expect(recording.counts.completed).toBe(20);
    expect(server.streamsMax).toBe(2);
  });

  test('sends bodies whole', async () => {
    const lengths: number[] = [];
    const server = await serve(({ stream }) => {
      let length = 0;
      stream.on('data', (chunk: Buffer) => {
        length += chunk.length;
      });
      stream.on('end', () => {
        lengths.push(length);
        stream.respond({ ':status': 204 }, { endStream: true });
      });
    });
    const target = { method: 'POST', body: new Uint8Array(300_000) };
    const recording = await run(planOf(server.url, { load: openLoad(50, 200), target }));
    expect([...recording.causes]).toEqual([]);
    expect(lengths).toEqual(Array(10).fill(300_000));
  });

  for (const name of ['NGHTTP2_CANCEL', 'NGHTTP2_INTERNAL_ERROR', 'NGHTTP2_REFUSED_STREAM'] as const) {
    test(`counts a stream that is reset with ${name} and goes on with the others`, async () => {
      const server = await serve((request) => {
        if (request.index % 4 === 3) request.stream.close(constants[name]);
        else answerLater(request, 10);
      });
      const recording = await run(planOf(server.url, { load: openLoad(100, 200) }));
      expect([...recording.causes]).toEqual([['reset', 5]]);
      expect(recording.counts.completed).toBe(15);
      expect(server.sessions).toBe(1);
    });
  }

  test('counts a stream that is reset in the middle of its body', async () => {
    const server = await serve(({ stream }) => {
      stream.respond({ ':status': 200 });
      stream.write('half', () => setTimeout(() => stream.destroy(new Error('broken')), 5));
    });
    const recording = await run(planOf(server.url, { load: openLoad(100, 100) }));
    expect([...recording.causes]).toEqual([['reset', 10]]);
  });

  test('counts a stream that ends without a response', async () => {
    const server = await serve(({ stream }) => stream.close(constants.NGHTTP2_NO_ERROR));
    const recording = await run(planOf(server.url, { load: openLoad(100, 100) }));
    expect(recording.counts.broken).toBe(10);
    expect([...recording.causes.keys()]).not.toContain('headers-timeout');
  });

  test('counts a body that is shorter than its content-length', async () => {
    const server = await serve(({ stream }) => {
      stream.respond({ ':status': 200, 'content-length': 100 });
      stream.end('half');
    });
    const recording = await run(planOf(server.url, { load: openLoad(100, 100), target: { timeoutMs: 500 } }));
    expect(recording.counts.failed).toBe(10);
    expect(recording.counts.completed).toBe(0);
  });

  test('opens a new connection after a GOAWAY and lets what is under way end on the old one', async () => {
    const server = await serve((request) => {
      if (request.index === 30) request.session.close();
      answerLater(request, 30);
    });
    const recording = await run(planOf(server.url));
    expect([...recording.causes]).toEqual([]);
    expect(server.sessions).toBe(2);
    expect(recording.counts.connectionsOpened).toBe(2);
    expect(recording.counts.completed).toBe(100);
  });

  test('repeats what the server refused when it went away', async () => {
    const server = await serve((request) => {
      // Accepts nothing beyond the stream before this one.
      if (request.index === 9) request.session.goaway(constants.NGHTTP2_NO_ERROR, 2 * 8 + 1);
      if (request.index !== 9) answerLater(request, 30);
    });
    const recording = await run(planOf(server.url, { load: openLoad(100, 300) }));
    expect([...recording.causes]).toEqual([]);
    expect(recording.counts.completed).toBe(30);
    expect(recording.counts.retried).toBeGreaterThanOrEqual(1);
    expect(server.sessions).toBe(2);
  });

  test('never sends a request twice that must not be, when the connection breaks', async () => {
    const server = await serve((request) => {
      if (request.index === 10) request.session.destroy();
      else answerLater(request, 30);
    });
    const url = `${server.url}?n=\${seq}`;
    const recording = await run(planOf(url, { load: openLoad(100, 300), target: NUMBERED }));
    expect(server.sessions).toBe(2);
    expect(recording.counts.failed).toBeGreaterThan(0);
    expect(recording.counts.completed).toBeGreaterThan(0);
    expect(new Set(server.requests).size).toBe(server.requests.length);
    expect(server.requests.length).toBeLessThanOrEqual(30);
  });

  test('gives up on a server that breaks every connection, request by request', async () => {
    const server = await serve(({ session }) => session.destroy());
    const recording = await run(planOf(server.url, { load: openLoad(50, 200), target: NUMBERED }));
    expect(recording.counts.broken).toBe(10);
    expect(server.requests.length).toBeLessThanOrEqual(10);
    expect([...recording.causes.keys()]).not.toContain('headers-timeout');
  });

  test('keeps its books when redirects wait for a connection that never comes free', async () => {
    const second = await serve((request) => answerLater(request, 20));
    const first = await serve(({ stream }) => {
      setTimeout(() => {
        if (!stream.destroyed) stream.respond({ ':status': 302, location: second.url }, { endStream: true });
      }, 20);
    });
    const connections = { max: 1, lifetimeMs: null, freshRatio: 0 };
    const load = openLoad(200, 400, { connections });
    const recording = await run(
      planOf(first.url, { load, target: { timeoutMs: 150 }, http: { redirects: 3 } }),
    );
    expect(recording.counts.planned).toBe(80);
    expect(recording.counts.dropped).toBe(0);
    expect(recording.counts.completed + recording.counts.broken).toBe(80);
  });

  test('falls back to HTTP/1.1 where the server speaks only that', async () => {
    const server = await scripted({
      tls: { key: leaf.key, cert: leaf.cert, ALPNProtocols: ['http/1.1'] },
      onRequest: ({ socket }) => setTimeout(() => socket.write(response()), 50),
    });
    const recording = await run(planOf(server.url, { load: openLoad(100, 500) }));
    expect(recording.counts.completed).toBe(50);
    expect(recording.counts.failed).toBe(0);
    expect(server.connections).toBeGreaterThan(3);
    expect(recording.counts.connectionsOpened).toBe(server.connections);
  });

  test('falls back where the server knows of no ALPN at all', async () => {
    const server = await scripted({
      tls: { key: leaf.key, cert: leaf.cert },
      onRequest: ({ socket }) => socket.write(response()),
    });
    const recording = await run(planOf(server.url, { load: openLoad(100, 100) }));
    expect(recording.counts.completed).toBe(10);
  });

  test('fails each request at its deadline when the handshake hangs', async () => {
    const server = await scripted({ onConnection: () => undefined });
    const url = `https://127.0.0.1:${server.port}/`;
    const recording = await run(
      planOf(url, { load: openLoad(100, 100, { drainMs: 1000 }), target: { timeoutMs: 200 } }),
    );
    expect([...recording.causes]).toEqual([['tls', 10]]);
    expect(recording.counts.dropped).toBe(0);
  });

  test('leaves what a server sends too late in flight, and closes the books', async () => {
    const server = await serve((request) => answerLater(request, 1000));
    const recording = await run(planOf(server.url, { load: openLoad(100, 100, { drainMs: 100 }) }));
    expect(recording.counts.inFlight).toBe(10);
    expect(recording.counts.completed).toBe(0);
  });
});
