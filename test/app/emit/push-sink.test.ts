import { afterEach, describe, expect, test } from 'vitest';
import { type PushPlace, pushSink } from '../../../src/app/emit/push-sink.ts';
import type { Sink } from '../../../src/app/emit/sink.ts';
import { systemPost } from '../../../src/app/world/post.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { bookOf, type HttpReceiver, httpReceiver, seconds, until } from './sample-emission.ts';

const SECONDS = seconds(5);
const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.stop();
});

async function receiver(answer?: Parameters<typeof httpReceiver>[0]): Promise<HttpReceiver> {
  const made = await httpReceiver(answer);
  open.push(made);
  return made;
}

/** A sink that pushes how many requests have completed. */
function sinkTo(url: string, over: Partial<PushPlace> = {}): Sink & { readonly lost: () => number } {
  let completed = -1;
  let lost = 0;
  const sink = pushSink({
    book: bookOf(),
    clock: systemClock(),
    send: systemPost({}),
    timeoutMs: 1000,
    onInterval: (_, cumulative) => {
      completed = cumulative.targets[0]?.completed ?? -1;
    },
    next: () => ({ method: 'POST', url, headers: { 'x-token': 'hunter2' }, body: String(completed) }),
    onLost: () => {
      lost += 1;
    },
    isPassing: (status) => status !== 400,
    ...over,
  });
  open.push({
    stop: () => {
      sink.close();
      return Promise.resolve();
    },
  });
  return { ...sink, lost: () => lost };
}

function tell({ onInterval }: Sink, second: number): void {
  const [recent, cumulative] = [SECONDS.recent[second], SECONDS.cumulative[second]];
  if (recent !== undefined && cumulative !== undefined) onInterval?.(recent, cumulative);
}

const bodies = ({ got }: HttpReceiver): string[] => got.map(({ body }) => body.toString());

describe('a sink that pushes', () => {
  test('has one request under way, and then pushes the newest state', async () => {
    const held: (() => void)[] = [];
    const there = await receiver((response) => held.push(() => response.end()));
    const sink = sinkTo(there.url);
    tell(sink, 0);
    await until(() => held.length === 1);
    tell(sink, 1);
    tell(sink, 2);
    held[0]?.();
    await until(() => sink.book.facts().sent === 1);
    const flushed = sink.flush(2000);
    await until(() => held.length === 2);
    held[1]?.();
    await flushed;
    expect(bodies(there)).toEqual(['1', '3']);
    expect(sink.book.facts()).toMatchObject({ sent: 2, lost: 0, failures: 0 });
  });

  test('counts refusals, waits as long as it is told, and tells the newest in the end', async () => {
    const there = await receiver((response, nth) => {
      if (nth === 0) response.writeHead(429, { 'retry-after': '60' });
      response.end();
    });
    const sink = sinkTo(there.url);
    tell(sink, 0);
    await until(() => sink.book.facts().failures === 1);
    tell(sink, 1);
    tell(sink, 2);
    await sink.flush(2000);
    expect(bodies(there)).toEqual(['1', '3']);
    const facts = sink.book.facts();
    expect(facts).toMatchObject({ sent: 1, lost: 1, failures: 1, lastError: 'it answered 429' });
    expect(sink.lost()).toBe(1);
  });

  test('tries twice in the end, and then gives up', async () => {
    const there = await receiver((response) => {
      response.statusCode = 503;
      response.setHeader('retry-after', '0');
      response.end();
    });
    const sink = sinkTo(there.url);
    tell(sink, 0);
    await until(() => sink.book.facts().failures === 1);
    tell(sink, 1);
    const fromMs = performance.now();
    await sink.flush(2000);
    expect(performance.now() - fromMs).toBeLessThan(1500);
    // The one that was under way, and two.
    expect(bodies(there)).toEqual(['1', '2', '2', '2']);
    expect(sink.book.facts()).toMatchObject({ sent: 0, lost: 4, failures: 4 });
  });

  test('never tells again what is refused for good', async () => {
    const there = await receiver((response) => {
      response.writeHead(400, { 'retry-after': '0' }).end();
    });
    const sink = sinkTo(there.url);
    tell(sink, 0);
    await until(() => sink.book.facts().failures === 1);
    await sink.flush(2000);
    tell(sink, 1);
    await sink.flush(2000);
    expect(bodies(there)).toEqual(['1', '2']);
    expect([sink.book.facts().lost, sink.lost()]).toEqual([2, 0]);
  });

  test('leaves no timer behind that would hold up the end of the process', async () => {
    const there = await receiver((response) => setTimeout(() => response.end(), 50));
    const clock = systemClock();
    const sleeping = new Set<number>();
    const sleep: typeof clock.sleep = async (ms, signal) => {
      sleeping.add(ms);
      await clock.sleep(ms, signal);
      sleeping.delete(ms);
    };
    const sink = sinkTo(there.url, { clock: { ...clock, sleep } });
    tell(sink, 0);
    await sink.flush(2000);
    await Promise.resolve();
    expect([sink.book.facts().sent, sleeping.size]).toEqual([1, 0]);
  });

  test('waits no longer for one that hangs than it may', async () => {
    const there = await receiver(() => undefined);
    const sink = sinkTo(there.url, { timeoutMs: 5000 });
    tell(sink, 0);
    await until(() => there.got.length === 1);
    tell(sink, 1);
    const fromMs = performance.now();
    await sink.flush(1000);
    expect(performance.now() - fromMs).toBeLessThan(1300);
    expect(sink.book.facts()).toMatchObject({ sent: 0, lost: 2, failures: 2 });
  });

  test('says in words, without the URL, that nobody is there', async () => {
    const there = await receiver();
    await there.stop();
    const said: string[] = [];
    const sink = sinkTo(`${there.url}/?token=hunter2`, { book: bookOf(said) });
    tell(sink, 0);
    await sink.flush(2000);
    expect(sink.book.facts()).toMatchObject({ sent: 0, lost: 2, lastError: 'the connection was refused' });
    expect(said).toEqual(['otlp http://sink: the connection was refused; the run goes on']);
  });

  test('has taken what was answered with a complaint, and counts the complaint', async () => {
    const there = await receiver();
    const sink = sinkTo(there.url, { complaint: ({ body }) => `it said ${body} hunter2\u001b[1m` });
    tell(sink, 0);
    await sink.flush(2000);
    const { sent, failures, lastError } = sink.book.facts();
    expect([sent, failures, lastError]).toEqual([1, 1, 'it said {} ***\\x1b[1m']);
  });

  test('counts what could not be made, and pushes the next', async () => {
    const there = await receiver();
    let made = 0;
    const sink = sinkTo(there.url, {
      next: () => {
        made += 1;
        if (made === 1) throw new Error('broken');
        return { method: 'POST', url: there.url, headers: {}, body: Uint8Array.of(1, 2, 255) };
      },
    });
    tell(sink, 0);
    await sink.flush(2000);
    expect([...(there.got[0]?.body ?? [])]).toEqual([1, 2, 255]);
    expect(sink.book.facts()).toMatchObject({ sent: 1, lost: 1, failures: 1 });
  });

  test('gives a request up when it is closed', async () => {
    const there = await receiver(() => undefined);
    const sink = sinkTo(there.url, { timeoutMs: 60_000 });
    tell(sink, 0);
    await until(() => there.got.length === 1);
    sink.close();
    await until(() => sink.book.facts().lost === 1);
    expect(sink.book.facts()).toMatchObject({ sent: 0, failures: 1 });
  });
});
