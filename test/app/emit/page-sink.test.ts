import { request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type PageText, type ServedPage, servePage } from '../../../src/app/emit/page-sink.ts';
import { bookOf, until } from './sample-emission.ts';

let page: ServedPage | null = null;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  page?.close();
  page = null;
});

async function serve(pageOf: PageText = (format) => `${format}\n`): Promise<ServedPage> {
  page = await servePage({ host: '127.0.0.1', port: 0 }, pageOf, () => bookOf());
  return page;
}

interface Asked extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>;
}

function get(url: string, init: Asked = {}): Promise<Response> {
  return fetch(url, { ...init, headers: { connection: 'close', ...init.headers } });
}

describe('the page of a run', () => {
  test('is there in the format that is asked for', async () => {
    const { url, book } = await serve();
    const plain = await get(url);
    expect(await plain.text()).toBe('text\n');
    expect(plain.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const accept =
      'application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
    const open = await get(`${url}?x=1`, { headers: { accept } });
    expect(await open.text()).toBe('openmetrics\n');
    expect(open.headers.get('content-type')).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    );
    await until(() => book.facts().sent === 2);
  });

  test('is made anew for each scrape, and shows nothing but itself', async () => {
    let scrapes = 0;
    const { url } = await serve(() => String((scrapes += 1)));
    expect(await (await get(url)).text()).toBe('1');
    expect(await (await get(url)).text()).toBe('2');
    expect((await get(url.replace('/metrics', '/'))).status).toBe(404);
    expect((await get(url, { method: 'POST', body: 'x' })).status).toBe(405);
    const head = await get(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '1', '']);
  });

  test('ends a scrape that it cannot answer, and answers the next', async () => {
    let scrapes = 0;
    const { url, book } = await serve(() => {
      scrapes += 1;
      if (scrapes === 1) throw new Error('broken');
      return 'well\n';
    });
    await expect(get(url)).rejects.toThrow('fetch failed');
    expect(await (await get(url)).text()).toBe('well\n');
    expect(book.facts()).toMatchObject({ failures: 1 });
  });

  test('cannot be where somebody else listens, and says so before anything is sent', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const served = servePage(
      { host: '127.0.0.1', port },
      () => '',
      () => bookOf(),
    );
    await expect(served).rejects.toMatchObject({
      name: 'UsageError',
      message: `emit: nothing can listen on 127.0.0.1:${port}: the port is in use`,
    });
    await new Promise((resolve) => other.close(resolve));
  });

  test('cannot be at an address of another machine', async () => {
    const served = servePage(
      { host: '192.0.2.1', port: 0 },
      () => '',
      () => bookOf(),
    );
    await expect(served).rejects.toThrow('this machine has no such address');
  });

  test('refuses the seventeenth connection, and serves again when one is free', async () => {
    const { url } = await serve();
    const { port } = new URL(url);
    let ended = 0;
    for (let index = 0; index < 20; index += 1) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.on('close', () => {
        ended += 1;
      });
      sockets.push(socket);
    }
    await until(() => ended === 4);
    for (const socket of sockets) socket.destroy();
    await until(() => ended === 20);
    expect((await get(url)).status).toBe(200);
  });

  test('does not wait for one who never asks to the end', async () => {
    const { url } = await serve();
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\n');
    const fromMs = performance.now();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(performance.now() - fromMs).toBeLessThan(5000);
    expect((await get(url)).status).toBe(200);
  });

  test('refuses a head that is too long', async () => {
    const { url } = await serve();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(url, { headers: { x: 'y'.repeat(20_000) } }, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(431);
  });

  test('is gone after the end', async () => {
    const { url, flush } = await serve();
    expect((await get(url)).status).toBe(200);
    await flush(1000);
    await expect(get(url)).rejects.toThrow('fetch failed');
  });
});
