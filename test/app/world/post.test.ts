import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { systemPost } from '../../../src/app/world/post.ts';
import type { PostRequest, PostResponse } from '../../../src/notify/channel.ts';
import { issue } from '../../support/certificates.ts';
import { useClosing, useScripted } from '../../support/closing.ts';
import { startProxy } from '../../support/forward-proxy.ts';
import { requires } from '../../support/requires.ts';
import { response } from '../../support/scripted-server.ts';

const serve = useScripted();
const closing = useClosing();

const ask = (
  url: string,
  parts: Partial<PostRequest> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<PostResponse> =>
  systemPost(env)({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: '{"a":"🙂"}',
    timeoutMs: 10_000,
    maxBytes: 65_536,
    ...parts,
  });

describe('a post', () => {
  test('carries its body and brings the answer back', async () => {
    const server = await serve({
      onRequest: ({ socket }) =>
        socket.write(
          response('fine', { status: '202 Accepted', headers: ['Retry-After: 3', 'X-A: 1', 'X-A: 2'] }),
        ),
    });
    const answer = await ask(`${server.url}v2/enqueue?x=1`);
    expect(answer).toMatchObject({ status: 202, body: 'fine', isCut: false });
    expect(answer.headers).toMatchObject({ 'retry-after': '3', 'x-a': '1' });
    expect(server.heads[0]).toMatch(/^POST \/v2\/enqueue\?x=1 HTTP\/1\.1\r\n/);
    expect(server.heads[0]).toMatch(/content-length: 12/i);
  });

  test('sends user and password of its URL as authorization', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(response()) });
    await ask(server.url.replace('://', '://us%40er:pa%3Ass@'));
    const expected = Buffer.from('us@er:pa:ss').toString('base64');
    expect(server.heads[0]).toContain(`authorization: Basic ${expected}`);
    expect(server.heads[0]).not.toContain('pa%3Ass');
  });

  test('is not redirected', async () => {
    const server = await serve({
      onRequest: ({ socket }) =>
        socket.write(response('', { status: '307 Temporary Redirect', headers: ['location: /other'] })),
    });
    expect(await ask(server.url)).toMatchObject({ status: 307 });
    expect(server.heads).toHaveLength(1);
  });

  test('reads no more than it may of 10 MB, and hangs up', async () => {
    let closed: Promise<void> | undefined;
    const server = await serve({
      onRequest: ({ socket }) => {
        closed = new Promise((resolve) => socket.on('close', () => resolve()));
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${10_000_000}\r\n\r\n`);
        socket.write('x'.repeat(10_000_000));
      },
    });
    const answer = await ask(server.url);
    expect(answer.body).toHaveLength(65_536);
    expect(answer.isCut).toBe(true);
    await closed;
  });

  test('knows a body that just fits from one that was cut', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(response('12345678')) });
    expect(await ask(server.url, { maxBytes: 8 })).toMatchObject({ body: '12345678', isCut: false });
    expect(await ask(server.url, { maxBytes: 7 })).toMatchObject({ body: '1234567', isCut: true });
  });
});

describe('an answer whose body does not come whole', () => {
  const head = 'HTTP/1.1 202 Accepted\r\ncontent-length: 100000\r\n\r\n';

  test.each<[string, (socket: Socket) => void]>([
    ['never comes', (socket) => socket.write(head)],
    [
      'drips',
      (socket) => {
        socket.write(head);
        const drip = setInterval(() => socket.write('x'), 20);
        socket.on('close', () => clearInterval(drip));
      },
    ],
    ['is closed', (socket) => socket.end(`${head}x`)],
    ['is reset', (socket) => socket.write(`${head}x`, () => setTimeout(() => socket.resetAndDestroy(), 20))],
  ])('is known by its status, in time: %s', async (_, write) => {
    const server = await serve({ onRequest: ({ socket }) => write(socket) });
    const startMs = performance.now();
    const answer = await ask(server.url, { timeoutMs: 200 });
    expect(answer).toMatchObject({ status: 202, isCut: true, body: expect.stringMatching(/^x*$/) });
    expect(performance.now() - startMs).toBeLessThan(3000);
  });
});

describe('a post that gets no answer', () => {
  test.each([
    ['nothing', (): string => ''],
    ['a head that never ends', (): string => 'HTTP/1.1 200 OK\r\nx: y\r\n'],
  ])('says so in time: %s', async (_, begin) => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(begin()) });
    const startMs = performance.now();
    await expect(ask(server.url, { timeoutMs: 150 })).rejects.toThrow('no whole answer came within 0.15s');
    expect(performance.now() - startMs).toBeLessThan(3000);
  });

  test('says that the connection was reset, closed or refused', async () => {
    const resetting = await serve({ onRequest: ({ reset }) => reset() });
    await expect(ask(resetting.url)).rejects.toThrow(
      /^the connection was (?:reset|closed before the answer was whole)$/,
    );
    const ending = await serve({ onRequest: ({ socket }) => socket.end('HTTP/1.1 200 OK\r\nx: ') });
    await expect(ask(ending.url)).rejects.toThrow('the connection was closed before the answer was whole');
    await ending.close();
    await expect(ask(ending.url)).rejects.toThrow('the connection was refused');
  });

  test('says that it was no HTTP', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.end('SSH-2.0-top-secret\r\n') });
    await expect(ask(server.url)).rejects.toThrow(/^what it answered is no HTTP$/);
  });

  test('names no URL, whatever is wrong with it', async () => {
    for (const url of [
      'http://127.0.0.1:99999/top-secret',
      'top-secret',
      'ftp://top-secret/',
      'http://top-secret.invalid/',
    ]) {
      const message = await ask(url, { timeoutMs: 5000 }).catch((error: unknown) => String(error));
      expect(message).toMatch(/^Error: /);
      expect(message).not.toContain('top-secret');
    }
  });
});

requires('openssl').describe('a post over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-post-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('does not trust who it does not know, whatever the environment says', async () => {
    const certificate = issue(folder, { name: 'top-secret-name', altNames: ['DNS:localhost'] }, null);
    const server = await serve({ tls: certificate, onRequest: ({ socket }) => socket.write(response()) });
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      await expect(ask(server.url)).rejects.toThrow(/^its certificate is not accepted: [A-Z_]+$/);
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
    expect(server.heads).toEqual([]);
  });
});

describe('the proxy of the environment', () => {
  test('is used, unless the host is excepted', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(response('hi')) });
    const proxy = closing(await startProxy());
    expect(await ask(server.url, {}, { HTTP_PROXY: proxy.url })).toMatchObject({ status: 200, body: 'hi' });
    expect(proxy.heads).toHaveLength(1);
    expect(proxy.heads[0]).toMatch(/^CONNECT 127\.0\.0\.1:\d+ /);
    await ask(server.url, {}, { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' });
    await ask(server.url, {}, { HTTPS_PROXY: proxy.url });
    await ask(server.url, {}, { HTTP_PROXY: proxy.url, http_proxy: '' });
    expect(proxy.heads).toHaveLength(1);
    expect(server.heads).toHaveLength(4);
  });

  test('may be written without its scheme, as curl has it', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(response('hi')) });
    const proxy = closing(await startProxy());
    const { host } = new URL(proxy.url);
    expect(await ask(server.url, {}, { HTTP_PROXY: host })).toMatchObject({ status: 200, body: 'hi' });
    await ask(server.url, {}, { http_proxy: `me:pass@${host}` });
    expect(proxy.heads).toHaveLength(2);
  });

  test('is not that of the process when the world has none', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(response('hi')) });
    process.env['http_proxy'] = 'http://127.0.0.1:1/';
    try {
      expect(await ask(server.url)).toMatchObject({ status: 200 });
    } finally {
      delete process.env['http_proxy'];
    }
  });

  test('that refuses is said, without its password', async () => {
    const proxy = closing(await startProxy({ authorization: 'Basic other' }));
    const url = proxy.url.replace('://', '://user:top-secret@');
    const message = await ask('http://127.0.0.1:9/', {}, { HTTP_PROXY: url }).catch((error: unknown) =>
      String(error),
    );
    expect(message).toMatch(/^Error: (?:the proxy did not open a way|the request failed)/);
    expect(message).not.toContain('top-secret');
  });

  test.each<[string, (socket: Socket) => void]>([
    ['closes without a word', (socket) => socket.end()],
    ['answers as a web server does', (socket) => socket.end(response('hello'))],
  ])('that %s is asked once', async (_, onConnect) => {
    let count = 0;
    const proxy = await serve({
      onRequest: ({ socket }) => {
        count += 1;
        onConnect(socket);
      },
    });
    await expect(ask('http://127.0.0.1:9/', {}, { http_proxy: proxy.url })).rejects.toThrow(
      'the proxy did not open a way',
    );
    expect(count).toBe(1);
  });

  test('that is silent is not waited for', async () => {
    const proxy = await serve({ onRequest: () => undefined });
    const env = { http_proxy: proxy.url, https_proxy: proxy.url };
    for (const url of ['http://127.0.0.1:9/', 'https://127.0.0.1:9/']) {
      await expect(ask(url, { timeoutMs: 100 }, env)).rejects.toThrow('no whole answer came within 0.1s');
    }
  });

  test.each(['socks5://127.0.0.1:1', '://', 'ftp://x'])(
    'that is none is said to be: %s',
    async (http_proxy) => {
      await expect(ask('http://127.0.0.1:9/', {}, { http_proxy })).rejects.toThrow(
        'the proxy that the environment names is no http or https URL',
      );
    },
  );

  test('that is none is nothing to whoever does not go through it', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(response('hi')) });
    const proxy = 'socks5://127.0.0.1:1';
    for (const env of [{ https_proxy: proxy }, { http_proxy: proxy, no_proxy: '127.0.0.1' }]) {
      expect(await ask(server.url, {}, env)).toMatchObject({ status: 200 });
    }
  });
});

test('a request that is given up before it begins opens no connection', async () => {
  const server = await serve({ onRequest: () => undefined });
  const message = { method: 'GET', url: server.url, headers: {}, body: null, maxBytes: 9 } as const;
  const asked = systemPost({})({ ...message, timeoutMs: 100, signal: AbortSignal.abort() });
  await expect(asked).rejects.toThrow('the request failed');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(server.connections).toBe(0);
});

test.each(['', 'http', 'https'])(
  'a connection that is still being made is given up with its request, which nothing must wait for: proxy "%s"',
  async (scheme) => {
    const gone: Promise<void>[] = [];
    const server = createServer((socket) => {
      gone.push(new Promise((resolve) => socket.on('error', () => undefined).on('close', () => resolve())));
      socket.resume();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing({ close: () => void server.close() });
    const { port } = server.address() as AddressInfo;
    const https_proxy = scheme === '' ? '' : `${scheme}://localhost:${port}`;
    const asked = ask(`https://localhost:${port}/`, { timeoutMs: 100 }, { https_proxy });
    await expect(asked).rejects.toThrow('no whole answer came within 0.1s');
    const startMs = performance.now();
    await Promise.all(gone);
    expect(gone).toHaveLength(1);
    expect(performance.now() - startMs).toBeLessThan(400);
  },
);
