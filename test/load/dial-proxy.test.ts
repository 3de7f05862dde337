/** Through a forward proxy: what it is told, what the origin must not learn, and how it fails. */

import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { checkAccounts } from '../../src/record/accounts.ts';
import type { Recording } from '../../src/record/recording.ts';
import { type Certificate, issue } from '../support/certificates.ts';
import { useClosing, useScripted } from '../support/closing.ts';
import { startProxy } from '../support/forward-proxy.ts';
import { requires } from '../support/requires.ts';
import { response, type ScriptedRequest } from '../support/scripted-server.ts';
import { drive, openLoad, type PlanChanges, planFor } from '../support/traffic.ts';

const serve = useScripted();
const closing = useClosing();
const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
const USER = 'http://joe:s%40cret@127.0.0.1';
const BASIC = `Basic ${Buffer.from('joe:s@cret').toString('base64')}`;

afterAll(() => rmSync(folder, { recursive: true }));

const answer = ({ socket }: ScriptedRequest): void => {
  socket.write(response());
};

async function run(plan: Plan, secrets = {}): Promise<Recording> {
  const { recording } = await drive(plan, { secrets });
  checkAccounts(recording);
  return recording;
}

function planOf(url: string, proxy: string, changes: PlanChanges = {}): Plan {
  return planFor(url, { load: openLoad(100, 100), ...changes, http: { proxy, ...changes.http } });
}

describe('a plain request through a proxy', () => {
  test('names the whole URL and the host of the origin', async () => {
    const origin = await serve({ onRequest: answer });
    const proxy = closing(await startProxy());
    const url = `http://shop.test:${origin.port}/cart?n=1`;
    const recording = await run(planOf(url, proxy.url));
    expect([...recording.causes]).toEqual([]);
    expect(proxy.heads[0]).toMatch(
      new RegExp(`^GET http://shop\\.test:${origin.port}/cart\\?n=1 HTTP/1\\.1\r\n`),
    );
    expect(proxy.heads[0]?.match(/^host: .*$/gim)).toEqual([`host: shop.test:${origin.port}`]);
    expect(origin.heads[0]).toMatch(/^GET \/cart\?n=1 HTTP\/1\.1\r\n/);
    expect([...recording.addresses.keys()]).toEqual([`127.0.0.1:${proxy.port}`]);
  });

  test("bears the proxy's credentials, taken from the secrets, which the origin never sees", async () => {
    const origin = await serve({ onRequest: answer });
    const proxy = closing(await startProxy({ authorization: BASIC }));
    const plan = planOf(`http://127.0.0.1:${origin.port}/`, '${env:PROXY}');
    const recording = await run(plan, { 'env:PROXY': `${USER}:${proxy.port}` });
    expect([...recording.causes]).toEqual([]);
    expect(origin.heads.length).toBe(10);
    expect(origin.heads.join('\n')).not.toMatch(/proxy-authorization|s@cret/i);
  });

  test("fails as the proxy's when the proxy wants other credentials", async () => {
    const origin = await serve({ onRequest: answer });
    const proxy = closing(await startProxy({ authorization: BASIC }));
    const recording = await run(planOf(`http://127.0.0.1:${origin.port}/`, proxy.url));
    expect([...recording.causes]).toEqual([['proxy', 10]]);
    expect([...(recording.targets[0]?.statuses ?? [])]).toEqual([[407, 10]]);
    expect(origin.heads.length).toBe(0);
  });

  test("fails as the proxy's when the proxy is not there", async () => {
    const proxy = await startProxy();
    await proxy.close();
    const recording = await run(planOf('http://127.0.0.1:1/', proxy.url));
    expect([...recording.causes]).toEqual([['proxy', 10]]);
    expect(recording.examples.get('proxy')?.[0]?.detail).toMatch(/ECONNREFUSED/);
  });
});

/** What a proxy may do with a CONNECT, and what must be said of it. */
const REFUSALS: readonly {
  readonly name: string;
  readonly answer: (socket: Socket) => void;
  readonly detail: RegExp;
}[] = [
  {
    name: 'refuses for want of credentials',
    answer: (socket) => socket.write(response('no', { status: '407 Proxy Authentication Required' })),
    detail: /407/,
  },
  {
    name: 'cannot reach the origin',
    answer: (socket) => socket.write(response('no', { status: '502 Bad Gateway' })),
    detail: /502/,
  },
  {
    name: 'answers garbage',
    answer: (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n\r\n'),
    detail: /no HTTP/,
  },
  { name: 'closes', answer: (socket) => socket.end(), detail: /closed/ },
  { name: 'resets', answer: (socket) => socket.resetAndDestroy(), detail: /broke off|closed/ },
  {
    name: 'closes in the middle of its answer',
    answer: (socket) => socket.end('HTTP/1.1 200 Conn'),
    detail: /closed/,
  },
  {
    name: 'answers without end',
    answer: (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}`),
    detail: /endless/,
  },
  { name: 'never answers', answer: () => undefined, detail: /within 200 ms/ },
];

describe('a tunnel', () => {
  for (const version of ['1.1', '2'] as const) {
    test.each(REFUSALS)(
      `for HTTP/${version} fails as the proxy's when it $name`,
      async ({ answer: act, detail }) => {
        const proxy = await serve({ onRequest: ({ socket }) => act(socket) });
        const load = openLoad(100, 50, { drainMs: 1000 });
        const changes = { load, target: { timeoutMs: 200 }, http: { version } } as const;
        const recording = await run(planOf('https://shop.test/', proxy.url, changes));
        expect([...recording.causes]).toEqual([['proxy', 5]]);
        const [example] = recording.examples.get('proxy') ?? [];
        expect(example?.detail).toMatch(detail);
        expect(example?.phase).toBe('connect');
      },
    );
  }

  test("fails as the proxy's when the proxy is not there", async () => {
    const proxy = await startProxy();
    await proxy.close();
    const recording = await run(planOf('https://shop.test/', proxy.url));
    expect([...recording.causes]).toEqual([['proxy', 10]]);
  });
});

requires('openssl').describe('a tunnel to a real origin', () => {
  let root: Certificate;
  let leaf: Certificate;
  beforeAll(() => {
    root = issue(folder, { name: 'root', authority: true }, null);
    leaf = issue(folder, { name: 'leaf', altNames: ['DNS:shop.test'] }, root);
  });

  test('carries TLS, and tells the proxy nothing but where to', async () => {
    const origin = await serve({ tls: { key: leaf.key, cert: leaf.cert }, onRequest: answer });
    const proxy = closing(await startProxy({ authorization: BASIC }));
    const url = `https://shop.test:${origin.port}/secret`;
    const plan = planOf(url, `${USER}:${proxy.port}`, { tls: { ca: root.cert } });
    const recording = await run(plan);
    expect([...recording.causes]).toEqual([]);
    expect(recording.counts.completed).toBe(10);
    expect(new Set(proxy.heads)).toEqual(
      new Set([
        `CONNECT shop.test:${origin.port} HTTP/1.1\r\nhost: shop.test:${origin.port}\r\nproxy-authorization: ${BASIC}`,
      ]),
    );
    expect(origin.heads.join('\n')).not.toMatch(/proxy-authorization/i);
    expect(origin.heads[0]).toMatch(/^GET \/secret HTTP\/1\.1\r\n/);
    expect(recording.phases[3]?.count).toBe(proxy.connections);
  });

  test("still judges the origin's certificate", async () => {
    const origin = await serve({ tls: { key: leaf.key, cert: leaf.cert }, onRequest: answer });
    const proxy = closing(await startProxy());
    const recording = await run(planOf(`https://shop.test:${origin.port}/`, proxy.url));
    expect([...recording.causes]).toEqual([['tls', 10]]);
  });
});
