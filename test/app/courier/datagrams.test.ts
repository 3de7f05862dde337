import { createSocket, type Socket } from 'node:dgram';
import { afterEach, describe, expect, test } from 'vitest';
import { DatagramSender } from '../../../src/app/courier/datagrams.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { bookOf, lineOf, until } from './sample-courier.ts';

const clock = systemClock();
const WORLD = { clock, lookup: () => Promise.resolve(['127.0.0.1']) };

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** A receiver on loopback. */
async function receive(
  kind: 'udp4' | 'udp6' = 'udp4',
): Promise<{ port: number; got: string[]; socket: Socket }> {
  const socket = createSocket({ type: kind, recvBufferSize: 1_000_000 });
  const got: string[] = [];
  socket.on('message', (bytes) => got.push(bytes.toString('utf8')));
  await new Promise<void>((resolve) => socket.bind(0, kind === 'udp4' ? '127.0.0.1' : '::1', resolve));
  return { port: socket.address().port, got, socket };
}

function senderTo(
  place: { host: string; port: number },
  book: ReturnType<typeof bookOf>['book'],
  world: ConstructorParameters<typeof DatagramSender>[1] = WORLD,
): DatagramSender {
  const sender = new DatagramSender(place, world, book);
  open.push(sender);
  return sender;
}

describe('a sender of datagrams', () => {
  test('sends each parcel as its own, spread over time', async () => {
    const { port, got, socket } = await receive();
    open.push(socket);
    const { book } = bookOf();
    const sender = senderTo({ host: '127.0.0.1', port }, book);
    for (let line = 0; line < 1000; line += 1) sender.push(lineOf(`line ${line}`));
    const fromMs = performance.now();
    await sender.idle();
    // 1,000 in slices of 2 %, at least 16, each 5 ms.
    expect(performance.now() - fromMs).toBeGreaterThan(100);
    await until(() => got.length === 1000);
    expect(got[999]).toBe('line 999\n');
    expect(book.facts()).toMatchObject({ sent: 1000, lost: 0, failures: 0 });
  });

  test('reaches an IPv6 address', async () => {
    const { port, got, socket } = await receive('udp6');
    open.push(socket);
    const sender = senderTo({ host: '::1', port }, bookOf().book);
    sender.push(lineOf('six'));
    await until(() => got.length === 1);
    expect(got).toEqual(['six\n']);
  });

  test('counts that nobody listens, and is heard again when somebody does', async () => {
    const { port, socket } = await receive();
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    const { book, said } = bookOf();
    const sender = senderTo({ host: '127.0.0.1', port }, book);
    sender.push(lineOf('into the void'));
    await until(() => book.facts().failures > 0);
    expect(book.facts()).toMatchObject({ sent: 0, lost: 1, lastError: 'the connection was refused' });
    expect(said).toHaveLength(1);
    const again = createSocket('udp4');
    open.push(again);
    const got: string[] = [];
    again.on('message', (bytes) => got.push(bytes.toString('utf8')));
    await new Promise<void>((resolve) => again.bind(port, '127.0.0.1', resolve));
    sender.push(lineOf('heard'));
    await until(() => got.includes('heard\n'));
    expect(book.facts()).toMatchObject({ sent: 1, lost: 1 });
  });

  test('looks a name up once, and again after a failure', async () => {
    const { port, got, socket } = await receive();
    open.push(socket);
    let lookups = 0;
    const lookup = (): Promise<readonly string[]> => {
      lookups += 1;
      if (lookups > 1) return Promise.resolve(['127.0.0.1']);
      return Promise.reject(Object.assign(new Error('hunter2'), { code: 'ENOTFOUND' }));
    };
    const { book } = bookOf();
    const sender = senderTo({ host: 'sink.test', port }, book, { clock, lookup });
    sender.push(lineOf('one'));
    await until(() => book.facts().failures === 1);
    expect(book.facts().lastError).toBe('the name of the host is not known');
    await until(() => got.length === 1);
    sender.push(lineOf('two'));
    await until(() => got.length === 2);
    expect(lookups).toBe(2);
  });

  test('gives up at the end when the name is still not known', async () => {
    const { book } = bookOf();
    const lookup = (): Promise<readonly string[]> => Promise.reject(new Error('no'));
    const sender = senderTo({ host: 'sink.test', port: 1 }, book, { clock, lookup });
    sender.push(lineOf('one'));
    await until(() => book.facts().failures === 1);
    await sender.idle();
    expect(book.facts()).toMatchObject({ sent: 0, lost: 1 });
  });

  test('counts as lost what no datagram holds', async () => {
    const { port, socket } = await receive();
    open.push(socket);
    const { book } = bookOf();
    const sender = senderTo({ host: '127.0.0.1', port }, book);
    const bytes = new Uint8Array(70_000);
    sender.push({ count: 1, size: bytes.length, encode: () => [bytes] });
    await until(() => book.facts().failures === 1);
    expect(book.facts()).toMatchObject({ sent: 0, lost: 1, lastError: 'a datagram was too large' });
  });

  test('counts as lost what waits when it is closed', async () => {
    const { book } = bookOf();
    const lookup = (): Promise<readonly string[]> => new Promise(() => undefined);
    const sender = senderTo({ host: 'sink.test', port: 1 }, book, { clock, lookup });
    sender.push(lineOf('one'));
    const idle = sender.idle();
    sender.close();
    await idle;
    sender.push(lineOf('two'));
    expect(book.facts()).toMatchObject({ sent: 0, lost: 2 });
  });
});
