import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { type ScrapeRequest, type ScrapeResponse, systemScrape } from '../../../src/app/world/scrape.ts';
import { issue } from '../../support/certificates.ts';
import { useClosing, useScripted } from '../../support/closing.ts';
import { requires } from '../../support/requires.ts';
import { response } from '../../support/scripted-server.ts';

const serve = useScripted();
const closing = useClosing();

const asked = (url: string, parts: Partial<ScrapeRequest> = {}): ScrapeRequest => ({
  url,
  headers: { accept: 'text/plain' },
  timeoutMs: 10_000,
  maxBytes: 65_536,
  ...parts,
});

const ask = (url: string, parts: Partial<ScrapeRequest> = {}): Promise<ScrapeResponse> =>
  systemScrape()(asked(url, parts));

const textOf = ({ body }: ScrapeResponse): string => new TextDecoder().decode(body);

describe('a scrape', () => {
  test('brings status, headers and body', async () => {
    const server = await serve({
      onRequest: ({ socket }) =>
        socket.write(
          response('up 1\n', {
            status: '203 Other',
            headers: ['Content-Type: text/plain', 'X-A: 1', 'X-A: 2'],
          }),
        ),
    });
    const answer = await ask(`${server.url}metrics?x=1`);
    expect(answer).toMatchObject({ status: 203, isCut: false });
    expect(textOf(answer)).toBe('up 1\n');
    expect(answer.headers).toMatchObject({ 'content-type': 'text/plain', 'x-a': '1' });
    expect(server.heads[0]).toMatch(/^GET \/metrics\?x=1 HTTP\/1\.1\r\n/);
    expect(server.heads[0]).toMatch(/^accept: text\/plain$/im);
  });

  test('keeps its connection for the next one', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(response('up 1\n')) });
    const scrape = systemScrape();
    for (let look = 0; look < 3; look += 1) {
      await scrape(asked(server.url));
      await setTimeout(20);
    }
    expect(server.heads).toHaveLength(3);
    expect(server.connections).toBe(1);
  });

  test('asks anew where the server hung up in between', async () => {
    const server = await serve({
      onRequest: ({ socket }) => socket.end(response('up 1\n', { headers: ['connection: close'] })),
    });
    const scrape = systemScrape();
    await scrape(asked(server.url));
    expect(textOf(await scrape(asked(server.url)))).toBe('up 1\n');
    expect(server.connections).toBe(2);
  });

  test('sends user and password of its URL as authorization', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(response()) });
    await ask(server.url.replace('://', '://us%40er:pa%3Ass@'));
    const expected = Buffer.from('us@er:pa:ss').toString('base64');
    expect(server.heads[0]).toContain(`authorization: Basic ${expected}`);
    expect(server.heads[0]).not.toContain('pa%3Ass');
  });

  test('does not go where it is redirected', async () => {
    const server = await serve({
      onRequest: ({ socket }) =>
        socket.write(response('', { status: '302 Found', headers: ['location: /other'] })),
    });
    expect(await ask(server.url)).toMatchObject({ status: 302 });
    expect(server.heads).toHaveLength(1);
  });

  test('reads what it may of a body of a gigabyte, and hangs up', async () => {
    let written = 0;
    const server = createServer((_, answer) => {
      answer.writeHead(200, { 'content-length': 1e9 });
      const chunk = Buffer.alloc(65_536, 'x');
      const more = (): void => {
        while (written < 1e9 && !answer.destroyed) {
          written += chunk.length;
          if (!answer.write(chunk)) return void answer.once('drain', more);
        }
      };
      more();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing({ close: () => void server.close() });
    const { port } = server.address() as AddressInfo;
    const hungUp = new Promise<void>((resolve) => server.on('connection', (to) => to.on('close', resolve)));
    const answer = await ask(`http://127.0.0.1:${port}/`, { maxBytes: 100_000 });
    expect(answer.body).toHaveLength(100_000);
    expect(answer.isCut).toBe(true);
    await hungUp;
    expect(written).toBeLessThan(2e8);
  });

  test('knows a body that just fits from one that was cut', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(response('12345678')) });
    expect(await ask(server.url, { maxBytes: 8 })).toMatchObject({ isCut: false });
    const cut = await ask(server.url, { maxBytes: 7 });
    expect(cut.isCut).toBe(true);
    expect(textOf(cut)).toBe('1234567');
  });
});

describe('a scrape of one address', () => {
  test('goes there, whatever the name means, and names the host', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(response('here')) });
    const url = `http://shop.invalid:${server.port}/metrics`;
    await expect(ask(url)).rejects.toThrow(/name of the host/);
    expect(textOf(await ask(url, { address: '127.0.0.1' }))).toBe('here');
    expect(server.heads[0]).toMatch(new RegExp(`^host: shop\\.invalid:${server.port}$`, 'im'));
  });

  test('keeps no connection: a fleet is asked once', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(response('here')) });
    const scrape = systemScrape();
    const url = `http://shop.invalid:${server.port}/`;
    for (let look = 0; look < 2; look += 1) await scrape(asked(url, { address: '127.0.0.1' }));
    expect(server.connections).toBe(2);
  });

  test('may be one of IPv6', async () => {
    const server = createServer((_, answer) => answer.end('six'));
    await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
    closing({ close: () => void server.close() });
    const { port } = server.address() as AddressInfo;
    expect(textOf(await ask(`http://[::1]:${port}/`))).toBe('six');
    expect(textOf(await ask(`http://shop.invalid:${port}/`, { address: '::1' }))).toBe('six');
  });
});

describe('a scrape that gets no answer', () => {
  test.each([
    ['nothing', ''],
    ['a head that never ends', 'HTTP/1.1 200 OK\r\nx: y\r\n'],
    ['a body that never ends', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n'],
  ])('says so in time: %s', async (_, begin) => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(begin) });
    const startMs = performance.now();
    await expect(ask(server.url, { timeoutMs: 150 })).rejects.toThrow('no whole answer came within 0.15s');
    expect(performance.now() - startMs).toBeLessThan(3000);
  });

  test('says so when the body drips', async () => {
    const server = await serve({
      onRequest: ({ socket }) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
        const drip = setInterval(() => socket.write('x'), 20);
        socket.on('close', () => clearInterval(drip));
      },
    });
    await expect(ask(server.url, { timeoutMs: 200 })).rejects.toThrow('no whole answer came within 0.2s');
  });

  test('does not hold up the next one', async () => {
    const server = await serve({
      onRequest: ({ socket, index }) => void (index === 0 ? undefined : socket.write(response('late'))),
    });
    const scrape = systemScrape();
    await expect(scrape(asked(server.url, { timeoutMs: 100 }))).rejects.toThrow('no whole answer');
    expect(textOf(await scrape(asked(server.url)))).toBe('late');
  });

  test('says that the connection was reset, closed or refused', async () => {
    const resetting = await serve({ onRequest: ({ reset }) => reset() });
    await expect(ask(resetting.url)).rejects.toThrow(
      /^the connection was (?:reset|closed before the answer was whole)$/,
    );
    await resetting.close();
    await expect(ask(resetting.url)).rejects.toThrow('the connection was refused');
  });

  test('says that it was no HTTP', async () => {
    const server = createNetServer((to) => {
      to.on('error', () => undefined);
      to.end('SSH-2.0-top-secret\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing({ close: () => void server.close() });
    const { port } = server.address() as AddressInfo;
    await expect(ask(`http://127.0.0.1:${port}/`)).rejects.toThrow(/^what it answered is no HTTP$/);
  });

  test('names no URL, whatever is wrong with it', async () => {
    for (const url of ['http://127.0.0.1:99999/top-secret', 'top-secret', 'ftp://top-secret/']) {
      const message = await ask(url).catch((error: unknown) => String(error));
      expect(message).toMatch(/^Error: /);
      expect(message).not.toContain('top-secret');
    }
  });
});

requires('openssl').describe('a scrape over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-scrape-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('does not trust who it does not know, unless it is told to', async () => {
    const certificate = issue(folder, { name: 'top-secret-name', altNames: ['DNS:localhost'] }, null);
    const server = await serve({
      tls: certificate,
      onRequest: ({ socket }) => socket.write(response('up 1\n')),
    });
    await expect(ask(server.url)).rejects.toThrow(/^its certificate is not accepted: [A-Z_]+$/);
    expect(server.heads).toEqual([]);
    expect(textOf(await systemScrape({ ca: certificate.cert })(asked(server.url)))).toBe('up 1\n');
    expect(textOf(await systemScrape({ insecure: true })(asked(server.url)))).toBe('up 1\n');
  });
});
