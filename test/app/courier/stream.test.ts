import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { QUEUE_LIMITS } from '../../../src/app/courier/parcel.ts';
import { StreamSender } from '../../../src/app/courier/stream.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { bookOf, lineOf, socketPath, type UnixReceiver, unixReceiver, until } from './sample-courier.ts';

let place: ReturnType<typeof socketPath>;
let receiver: UnixReceiver | null = null;
let sender: StreamSender | null = null;

beforeEach(() => {
  place = socketPath();
});

afterEach(async () => {
  sender?.close();
  await receiver?.stop();
  place.remove();
  receiver = null;
  sender = null;
});

function open(book: ReturnType<typeof bookOf>['book']): StreamSender {
  sender = new StreamSender({ kind: 'unix', path: place.path }, systemClock(), book);
  return sender;
}

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join('');

describe('a sender over a stream', () => {
  test('brings everything, in order', async () => {
    receiver = await unixReceiver(place.path);
    const { book, said } = bookOf();
    const own = open(book);
    for (let line = 0; line < 5000; line += 1) own.push(lineOf(`line ${line}`));
    await own.idle();
    await until(() => receiver?.text() === lines(0, 5000));
    expect(book.facts()).toMatchObject({ sent: 5000, lost: 0, failures: 0, lastError: null });
    expect(said).toEqual([]);
  });

  test('finds a receiver that comes later, and has lost nothing until then', async () => {
    const { book, said } = bookOf();
    const own = open(book);
    own.push(lineOf('line 0'));
    await until(() => book.facts().failures > 1);
    receiver = await unixReceiver(place.path);
    await until(() => receiver?.text() === 'line 0\n');
    await own.idle();
    expect(book.facts()).toMatchObject({ sent: 1, lost: 0 });
    expect(said).toEqual(['ssf unix:///sock: there is no such socket; the run goes on']);
  });

  test('goes on after a receiver that hung up, with a whole parcel', async () => {
    receiver = await unixReceiver(place.path);
    const { book } = bookOf();
    const own = open(book);
    own.push(lineOf('before'));
    await until(() => receiver?.text() === 'before\n');
    receiver.hangUp();
    await until(() => book.facts().failures === 1);
    own.push(lineOf('after'));
    await until(() => receiver?.text() === 'before\nafter\n');
    expect(receiver.connections()).toBe(2);
    expect(book.facts()).toMatchObject({ lost: 0, lastError: 'the connection was closed' });
  });

  test('gives a receiver that is not there one last try at the end', async () => {
    const { book } = bookOf();
    const own = open(book);
    own.push(lineOf('line 0'));
    own.push(lineOf('line 1'));
    await until(() => book.facts().failures > 0);
    const fromMs = performance.now();
    await own.idle();
    expect(performance.now() - fromMs).toBeLessThan(1000);
    expect(book.facts()).toMatchObject({ sent: 0, lost: 2 });
  });

  test('waits for one that reads nothing, encodes nothing meanwhile, and loses the oldest when it is full', async () => {
    receiver = await unixReceiver(place.path, false);
    const { book } = bookOf();
    const own = open(book);
    let encoded = 0;
    const bytes = new Uint8Array(1000);
    const parcel = {
      count: 1,
      size: bytes.length,
      encode: () => {
        encoded += 1;
        return [bytes];
      },
    };
    own.push(parcel);
    await until(() => receiver?.connections() === 1);
    const most = QUEUE_LIMITS.bytes / bytes.length;
    for (let index = 0; index < 2 * most; index += 1) own.push(parcel);
    // What the system buffers is all that was made into bytes.
    expect(encoded).toBeLessThan(2000);
    const { lost } = book.facts();
    expect(lost).toBeGreaterThan(most / 2);
    own.close();
    await until(() => book.facts().sent + book.facts().lost > 2 * most);
    expect(book.facts().sent).toBeLessThanOrEqual(encoded);
  });

  test('is not disturbed by a parcel that cannot be encoded', async () => {
    receiver = await unixReceiver(place.path);
    const { book } = bookOf();
    const own = open(book);
    const broken = (): never => {
      throw new Error('hunter2');
    };
    own.push({ count: 3, size: 1, encode: broken });
    own.push(lineOf('line 1'));
    await until(() => receiver?.text() === 'line 1\n');
    await own.idle();
    expect(book.facts()).toMatchObject({ sent: 1, lost: 3, failures: 1, lastError: 'the request failed' });
  });

  test('takes nothing after its end', () => {
    const { book } = bookOf();
    const own = open(book);
    own.close();
    own.push(lineOf('late'));
    expect(book.facts()).toMatchObject({ sent: 0, lost: 1 });
  });
});
