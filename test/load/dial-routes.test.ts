/** Where requests go, and what they call themselves there: sockets, moved hosts, fixed addresses, names. */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpSettings } from '../../src/plan/plan.ts';
import { checkAccounts } from '../../src/record/accounts.ts';
import type { Recording } from '../../src/record/recording.ts';
import { type Certificate, issue } from '../support/certificates.ts';
import { useClosing, useScripted } from '../support/closing.ts';
import { requires } from '../support/requires.ts';
import { response, type ScriptedRequest } from '../support/scripted-server.ts';
import { drive, openLoad, type PlanChanges, planFor } from '../support/traffic.ts';

const serve = useScripted();
const closing = useClosing();
const folder = mkdtempSync(join(tmpdir(), 'routes-'));
const LOAD = openLoad(100, 100);

afterAll(() => rmSync(folder, { recursive: true }));

const answer = ({ socket }: ScriptedRequest): void => {
  socket.write(response());
};

async function run(url: string, http: Partial<HttpSettings>, changes: PlanChanges = {}): Promise<Recording> {
  const { recording } = await drive(planFor(url, { load: LOAD, ...changes, http }));
  checkAccounts(recording);
  return recording;
}

/** A plain HTTP server on one address, which counts its requests. */
async function listenOn(host: string, port = 0): Promise<{ port: number; count: () => number }> {
  let count = 0;
  const server: Server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .on('data', () => {
        count += 1;
        socket.write(response());
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port, host, ipv6Only: true }, resolve);
  });
  closing({ close: () => new Promise<void>((resolve) => void server.close(() => resolve())) });
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, count: () => count };
}

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1');
// Without an IPv6 loopback there is nothing to dial: some containers have none.
const testIpv6 = hasIpv6 ? test : test.skip;

describe('a unix socket', () => {
  test("is used instead of the URL's host, which stays in the Host header", async () => {
    const path = join(folder, 'server.sock');
    const server = await serve({ path, onRequest: answer });
    const recording = await run('http://shop.test/cart', { unixSocket: path });
    expect(recording.counts.completed).toBe(10);
    expect([...recording.addresses.keys()]).toEqual([path]);
    expect(server.heads[0]).toMatch(/^GET \/cart HTTP\/1\.1\r\n/);
    expect(server.heads[0]).toMatch(/^host: shop\.test$/im);
  });

  test('that is not there counts as refused', async () => {
    const recording = await run('http://shop.test/', { unixSocket: join(folder, 'absent.sock') });
    expect([...recording.causes]).toEqual([['connect-refused', 10]]);
  });
});

describe('a moved host', () => {
  test('is connected to elsewhere and still named as in the URL', async () => {
    const server = await serve({ onRequest: answer });
    const rule = { host: 'shop.test', port: 80, toHost: '127.0.0.1', toPort: server.port };
    const recording = await run('http://shop.test/', { connectTo: [rule] });
    expect(recording.counts.failed).toBe(0);
    expect(server.heads[0]).toMatch(/^host: shop\.test$/im);
  });

  test('may be any host and any port', async () => {
    const server = await serve({ onRequest: answer });
    const rule = { host: '', port: null, toHost: '127.0.0.1', toPort: server.port };
    const recording = await run('http://any.test:8080/', { connectTo: [rule] });
    expect(recording.counts.failed).toBe(0);
    expect(server.heads[0]).toMatch(/^host: any\.test:8080$/im);
  });

  test('keeps its own port where the rule names none', async () => {
    const server = await serve({ onRequest: answer });
    const rule = { host: 'shop.test', port: null, toHost: '127.0.0.1', toPort: null };
    const recording = await run(`http://shop.test:${server.port}/`, { connectTo: [rule] });
    expect(recording.counts.failed).toBe(0);
  });

  test('is left alone by a rule for another one', async () => {
    const server = await serve({ onRequest: answer });
    const rules = [
      { host: 'other.test', port: null, toHost: '127.0.0.1', toPort: 1 },
      { host: '127.0.0.1', port: 1, toHost: '127.0.0.1', toPort: 1 },
    ];
    const recording = await run(server.url, { connectTo: rules });
    expect(recording.counts.failed).toBe(0);
  });
});

describe('fixed addresses', () => {
  test('are used instead of a look-up', async () => {
    const server = await serve({ onRequest: answer });
    const resolve = [{ host: 'shop.test', port: server.port, addresses: ['127.0.0.1'] }];
    const recording = await run(`http://shop.test:${server.port}/`, { resolve });
    expect(recording.counts.failed).toBe(0);
    expect(recording.phases[1]?.count).toBe(0);
    expect(server.heads[0]).toMatch(new RegExp(`^host: shop\\.test:${server.port}$`, 'im'));
  });

  test('are used in turn, half of the connections each', async () => {
    const one = await listenOn('127.0.0.1');
    const two = await listenOn('127.0.0.2', one.port);
    const resolve = [{ host: 'shop.test', port: one.port, addresses: ['127.0.0.1', '127.0.0.2'] }];
    const url = `http://shop.test:${one.port}/`;
    const recording = await run(url, { resolve, keepAlive: false }, { load: openLoad(100, 200) });
    expect([one.count(), two.count()]).toEqual([10, 10]);
    expect(Object.fromEntries(recording.addresses)).toEqual({
      [`127.0.0.1:${one.port}`]: { attempts: 10, failed: 0 },
      [`127.0.0.2:${one.port}`]: { attempts: 10, failed: 0 },
    });
  });

  test('that are dead show as such', async () => {
    const one = await listenOn('127.0.0.1');
    const resolve = [{ host: 'shop.test', port: one.port, addresses: ['127.0.0.1', '127.0.0.2'] }];
    const url = `http://shop.test:${one.port}/`;
    const recording = await run(url, { resolve, keepAlive: false }, { load: openLoad(100, 200) });
    expect([...recording.causes]).toEqual([['connect-refused', 10]]);
    expect(Object.fromEntries(recording.addresses)).toEqual({
      [`127.0.0.1:${one.port}`]: { attempts: 10, failed: 0 },
      [`127.0.0.2:${one.port}`]: { attempts: 10, failed: 10 },
    });
  });
});

describe('a name with addresses of both families', () => {
  const bothFor = (port: number): Partial<HttpSettings> => ({
    keepAlive: false,
    resolve: [{ host: 'both.test', port, addresses: ['::1', '127.0.0.1'] }],
  });

  test('costs no failure when only IPv4 answers', async () => {
    const server = await listenOn('127.0.0.1');
    const recording = await run(`http://both.test:${server.port}/`, bothFor(server.port));
    expect(recording.counts.failed).toBe(0);
    expect(server.count()).toBe(10);
  });

  testIpv6('costs no failure when only IPv6 answers', async () => {
    const server = await listenOn('::1');
    const http = {
      keepAlive: false,
      resolve: [{ host: 'both.test', port: server.port, addresses: ['127.0.0.1', '::1'] }],
    };
    const recording = await run(`http://both.test:${server.port}/`, http);
    expect(recording.counts.failed).toBe(0);
    expect([...recording.addresses.keys()]).toEqual([`[::1]:${server.port}`]);
  });

  test('is refused, once per request, when neither answers', async () => {
    const server = await serve({});
    await server.close();
    const recording = await run(`http://both.test:${server.port}/`, bothFor(server.port));
    expect([...recording.causes]).toEqual([['connect-refused', 10]]);
  });

  test('`localhost` works where the server listens on 127.0.0.1 alone', async () => {
    const server = await listenOn('127.0.0.1');
    const recording = await run(`http://localhost:${server.port}/`, {});
    expect(recording.counts.failed).toBe(0);
  });
});

describe('the name that a request bears', () => {
  testIpv6('is an IPv6 literal in brackets', async () => {
    const server = await listenOn('::1');
    const recording = await run(`http://[::1]:${server.port}/`, {});
    expect(recording.counts.failed).toBe(0);
    expect([...recording.addresses.keys()]).toEqual([`[::1]:${server.port}`]);
  });

  const NAMES = [
    { url: 'http://Shop.TEST/', host: 'shop.test' },
    { url: 'http://bücher.test/', host: 'xn--bcher-kva.test' },
    { url: 'http://shop.test:80/', host: 'shop.test' },
    { url: 'http://shop.test:8080/', host: 'shop.test:8080' },
    { url: 'http://[2001:db8::1]:8080/', host: '[2001:db8::1]:8080' },
    { url: 'http://shop.test./', host: 'shop.test.' },
  ];

  test.each(NAMES)('in Host is that of $url', async ({ url, host }) => {
    const server = await serve({ onRequest: answer });
    const rule = { host: '', port: null, toHost: '127.0.0.1', toPort: server.port };
    const recording = await run(url, { connectTo: [rule] });
    expect(recording.counts.failed).toBe(0);
    expect(/^host: (.*)$/im.exec(server.heads[0] ?? '')?.[1]).toBe(host);
    expect(server.heads[0]?.match(/^host:/gim)?.length).toBe(1);
  });

  test("in Host is the target's own when it has one", async () => {
    const server = await serve({ onRequest: answer });
    const recording = await run(server.url, {}, { target: { headers: [['host', 'other.test']] } });
    expect(recording.counts.failed).toBe(0);
    expect(server.heads[0]?.match(/^host:.*$/gim)).toEqual(['host: other.test']);
  });
});

requires('openssl').describe('the name that TLS asks for', () => {
  let root: Certificate;
  beforeAll(() => {
    root = issue(folder, { name: 'root', authority: true }, null);
  });

  const NAMES = [
    { host: 'shop.test', asked: 'shop.test' },
    { host: 'bücher.test', asked: 'xn--bcher-kva.test' },
    { host: '127.0.0.1', asked: false },
  ];

  test.each(NAMES)('is right for $host', async ({ host, asked }) => {
    const altNames = ['DNS:shop.test', 'DNS:xn--bcher-kva.test', 'IP:127.0.0.1'];
    const leaf = issue(folder, { name: `leaf-${asked}`, altNames }, root);
    const names = new Set<unknown>();
    const server = await serve({
      tls: { key: leaf.key, cert: leaf.cert },
      onConnection: (socket) => names.add('servername' in socket ? socket.servername : undefined),
      onRequest: answer,
    });
    const rule = { host: '', port: null, toHost: '127.0.0.1', toPort: server.port };
    const recording = await run(`https://${host}/`, { connectTo: [rule] }, { tls: { ca: root.cert } });
    expect([...recording.causes]).toEqual([]);
    expect([...names]).toEqual([asked]);
  });
});
