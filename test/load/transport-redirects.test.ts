/** Redirects: where they lead, what goes along, and what is refused. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Plan, Target } from '../../src/plan/plan.ts';
import { checkAccounts } from '../../src/record/accounts.ts';
import type { Recording } from '../../src/record/recording.ts';
import { issue } from '../support/certificates.ts';
import { useScripted } from '../support/closing.ts';
import { requires } from '../support/requires.ts';
import { response, type ScriptedRequest, type ScriptedServer } from '../support/scripted-server.ts';
import { drive, openLoad, planFor } from '../support/traffic.ts';

const serve = useScripted();

/** Secrets of every kind, and headers that may go anywhere. */
const HEADERS: Target['headers'] = [
  ['authorization', 'Bearer planted-1'],
  ['cookie', 'session=planted-2'],
  ['x-api-key', 'planted-3'],
  ['x-tenant', 'planted-4'],
  ['referer', 'http://planted-5.test/'],
  ['proxy-authorization', 'Basic planted-6'],
  ['accept', 'text/html'],
  ['accept-language', 'de'],
  ['user-agent', 'tester/1'],
];

const answer = ({ socket }: ScriptedRequest): void => {
  socket.write(response());
};

/** Answers each request with a redirect to `to`, made from the server's own URL and the request's head. */
function redirecting(status: string, to: (url: string, head: string) => string): Promise<ScriptedServer> {
  const server: Promise<ScriptedServer> = serve({
    onRequest: ({ socket, head }) => {
      server.then(
        ({ url }) => {
          socket.write(response('', { status, headers: [`location: ${to(url, head)}`] }));
        },
        () => undefined,
      );
    },
  });
  return server;
}

function planOf(url: string, target: Partial<Target> = {}, redirects = 5): Plan {
  return planFor(url, {
    load: openLoad(100, 50),
    target: { headers: HEADERS, ...target },
    http: { redirects },
  });
}

async function run(plan: Plan): Promise<Recording> {
  const { recording } = await drive(plan);
  checkAccounts(recording);
  return recording;
}

async function expectRefused(plan: Plan, detail: RegExp): Promise<void> {
  const recording = await run(plan);
  expect([...recording.causes]).toEqual([['redirect-limit', 5]]);
  expect(recording.examples.get('redirect-limit')?.[0]?.detail).toMatch(detail);
}

describe('a redirect', () => {
  test('is not followed unless asked for, and is no failure', async () => {
    const server = await redirecting('302 Found', () => '/next');
    const recording = await run(planOf(server.url, {}, 0));
    expect([...(recording.targets[0]?.statuses ?? [])]).toEqual([[302, 5]]);
    expect(recording.counts.failed).toBe(0);
    expect(server.heads.length).toBe(5);
  });

  test('is followed to its end within one attempt, whose clocks span all of it', async () => {
    const server = await serve({
      onRequest: ({ socket, head }) => {
        const step = Number(/^GET \/(\d)/.exec(head)?.[1] ?? 0);
        const found = { status: '302 Found', headers: [`location: /${step + 1}`] };
        setTimeout(() => socket.write(step < 3 ? response('', found) : response()), 20);
      },
    });
    const recording = await run(planOf(`${server.url}0`));
    expect([...(recording.targets[0]?.statuses ?? [])]).toEqual([[200, 5]]);
    expect(recording.counts.redirects).toBe(15);
    expect(server.heads.length).toBe(20);
    expect(recording.targets[0]?.service.minMs).toBeGreaterThan(75);
    expect(recording.targets[0]?.connection.maxMs).toBeLessThan(60);
  });

  test('is followed as often as allowed and no more', async () => {
    const server = await redirecting('302 Found', () => '/again');
    await expectRefused(planOf(server.url, {}, 3), /more redirects/);
    expect(server.heads.length).toBe(5 * 4);
  });

  test('without a location is taken as it is', async () => {
    const server = await serve({
      onRequest: ({ socket }) => socket.write(response('', { status: '302 Found' })),
    });
    const recording = await run(planOf(server.url));
    expect(recording.counts.failed).toBe(0);
    expect(server.heads.length).toBe(5);
  });

  test('to a relative path is resolved against the URL', async () => {
    const server = await serve({
      onRequest: ({ socket, head }) => {
        const there = head.startsWith('GET /a/c?d=1 ');
        const found = { status: '301 Moved', headers: ['location: c?d=1#fragment'] };
        socket.write(there ? response() : response('', found));
      },
    });
    const recording = await run(planOf(`${server.url}a/b`));
    expect([...(recording.targets[0]?.statuses ?? [])]).toEqual([[200, 5]]);
  });
});

describe('the headers of a redirected request', () => {
  test('stay the same within an origin', async () => {
    const server = await serve({
      onRequest: ({ socket, head }) => {
        const found = { status: '302 Found', headers: ['location: /next'] };
        socket.write(head.startsWith('GET /next ') ? response() : response('', found));
      },
    });
    await run(planOf(server.url));
    const last = server.heads.findLast((head) => head.startsWith('GET /next ')) ?? '';
    for (const [name, value] of HEADERS) expect(last).toContain(`${name}: ${value}`);
  });

  test('are left behind when the origin changes, all but the harmless ones', async () => {
    const stranger = await serve({ onRequest: answer });
    const server = await redirecting('302 Found', () => stranger.url);
    const recording = await run(planOf(server.url));
    expect(recording.counts.failed).toBe(0);
    expect(stranger.heads.length).toBe(5);
    const [head = ''] = stranger.heads;
    expect(head).not.toMatch(/planted/);
    expect(head).toMatch(/^accept: text\/html$/im);
    expect(head).toMatch(/^accept-language: de$/im);
    expect(head).toMatch(/^user-agent: tester\/1$/im);
    expect(head).toMatch(/^x-headroom-run: test$/im);
    expect(head).toMatch(new RegExp(`^host: 127\\.0\\.0\\.1:${stranger.port}$`, 'im'));
  });

  test('stay behind for good, also when a stranger sends the request back', async () => {
    const server: ScriptedServer = await serve({
      onRequest: ({ socket, head }) => {
        const found = { status: '302 Found', headers: [`location: ${stranger.url}`] };
        socket.write(head.startsWith('GET /back ') ? response() : response('', found));
      },
    });
    const stranger: ScriptedServer = await redirecting('302 Found', () => `${server.url}back`);
    await run(planOf(server.url));
    const back = server.heads.filter((head) => head.startsWith('GET /back '));
    expect(back.length).toBe(5);
    expect(back.join('\n')).not.toMatch(/planted/);
  });

  test("lose a Host of the target's own when the origin changes", async () => {
    const stranger = await serve({ onRequest: answer });
    const server = await redirecting('302 Found', () => stranger.url);
    await run(planOf(server.url, { headers: [['host', 'own.test']] }));
    expect(server.heads[0]).toMatch(/^host: own\.test$/im);
    expect(stranger.heads[0]).toMatch(new RegExp(`^host: 127\\.0\\.0\\.1:${stranger.port}$`, 'im'));
  });
});

describe('the method of a redirected request', () => {
  const METHODS = [
    { status: 301, method: 'POST', becomes: 'GET' },
    { status: 302, method: 'POST', becomes: 'GET' },
    { status: 303, method: 'POST', becomes: 'GET' },
    { status: 303, method: 'PUT', becomes: 'GET' },
    { status: 302, method: 'PUT', becomes: 'PUT' },
    { status: 307, method: 'POST', becomes: 'POST' },
    { status: 308, method: 'POST', becomes: 'POST' },
    { status: 303, method: 'HEAD', becomes: 'HEAD' },
    { status: 302, method: 'GET', becomes: 'GET' },
  ];

  test.each(METHODS)('is $becomes after $status to a $method', async ({ status, method, becomes }) => {
    const bodies: string[] = [];
    const server = await serve({
      onConnection: (socket) => socket.on('data', (chunk: Buffer) => bodies.push(chunk.toString())),
      onRequest: ({ socket, head }) => {
        const found = { status: `${status} X`, headers: ['location: /next'] };
        const there = head.includes(' /next ');
        const text = there ? response(method === 'HEAD' ? '' : 'hello') : response('', found);
        socket.write(text);
      },
    });
    const body = method === 'POST' || method === 'PUT' ? 'the-body' : null;
    const headers: Target['headers'] = [['content-type', 'text/plain']];
    const recording = await run(planOf(server.url, { method, body, headers }));
    expect([...recording.causes]).toEqual([]);
    const next = server.heads.filter((head) => head.includes(' /next '));
    expect(next.length).toBe(5);
    expect(new Set(next.map((head) => head.split(' ')[0]))).toEqual(new Set([becomes]));
    const keepsBody = becomes === method && body !== null;
    expect(bodies.join('').split('the-body').length - 1).toBe(body === null ? 0 : keepsBody ? 10 : 5);
    const described = next.filter((head) => /content-type|content-length: [1-9]/i.test(head));
    expect(described.length).toBe(becomes === method && status !== 303 ? 5 : 0);
  });
});

describe('a redirect that must not be followed', () => {
  const WRONG = [
    { name: 'to another scheme', location: 'ftp://127.0.0.1/', detail: /ftp:/ },
    { name: 'to a script', location: 'javascript:alert(1)', detail: /javascript:/ },
    { name: 'to data', location: 'data:text/plain,hello', detail: /data:/ },
    { name: 'with credentials', location: 'http://joe:secret@127.0.0.1/', detail: /credentials/ },
    { name: 'to no URL', location: 'http://[::zz]/', detail: /no URL/ },
  ];

  test.each(WRONG)('is refused: $name', async ({ location, detail }) => {
    const server = await redirecting('302 Found', () => location);
    await expectRefused(planOf(server.url), detail);
    expect(server.heads.length).toBe(5);
  });

  test('leads to a public address, which is not even dialled', async () => {
    // RFC 5737: a documentation address. Were it dialled, the attempt would not end at once.
    const server = await redirecting('302 Found', () => 'http://203.0.113.1/');
    const recording = await run(planOf(server.url, { timeoutMs: 5000 }));
    expect([...recording.causes]).toEqual([['connect-unreachable', 5]]);
    expect(recording.examples.get('connect-unreachable')?.[0]?.detail).toMatch(
      /203\.0\.113\.1.*--yes-i-own-this/,
    );
    expect(recording.targets[0]?.response.count).toBe(0);
    expect(recording.examples.get('connect-unreachable')?.every(({ atMs }) => atMs < 500)).toBe(true);
  });
});

requires('openssl').describe('a redirect from https', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redirects-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('down to http is refused, and to https followed', async () => {
    const root = issue(folder, { name: 'root', authority: true }, null);
    const leaf = issue(folder, { name: 'leaf', altNames: ['DNS:localhost'] }, root);
    const plain = await serve({ onRequest: answer });
    const secure = await serve({
      tls: { key: leaf.key, cert: leaf.cert },
      onRequest: ({ socket, head }) => {
        const location = head.startsWith('GET /down ') ? plain.url : '/next';
        const found = { status: '302 Found', headers: [`location: ${location}`] };
        socket.write(head.startsWith('GET /next ') ? response() : response('', found));
      },
    });
    const trusting = (plan: Plan): Plan => ({ ...plan, tls: { ...plan.tls, ca: root.cert } });
    await expectRefused(trusting(planOf(`${secure.url}down`)), /https down to http/);
    expect(plain.heads.length).toBe(0);
    const recording = await run(trusting(planOf(secure.url)));
    expect([...(recording.targets[0]?.statuses ?? [])]).toEqual([[200, 5]]);
  });
});
