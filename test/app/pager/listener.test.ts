import { describe, expect, onTestFinished, test } from 'vitest';
import { type PagerListener, startListener } from '../../../src/app/pager/listener.ts';

async function listening(): Promise<PagerListener> {
  let nowMs = 0;
  const listener = await startListener({ nowMs: () => (nowMs += 1) });
  onTestFinished(() => listener.close());
  return listener;
}

async function post(url: string, body: unknown): Promise<[number, unknown]> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  return [answer.status, await answer.json()];
}

const EVENT = { routing_key: 'r'.repeat(32), dedup_key: 'headroom/followers/service' };

describe('startListener', () => {
  test('takes events as PagerDuty does, and keeps which came', async () => {
    const listener = await listening();
    expect(await post(listener.url, { ...EVENT, event_action: 'trigger' })).toEqual([
      202,
      { status: 'success', message: 'Event processed', dedup_key: EVENT.dedup_key },
    ]);
    await post(listener.url, { ...EVENT, event_action: 'resolve' });
    expect(listener.received()).toEqual([
      { action: 'trigger', dedupKey: EVENT.dedup_key, atMs: 1 },
      { action: 'resolve', dedupKey: EVENT.dedup_key, atMs: 2 },
    ]);
  });

  test.each([
    [{ ...EVENT, event_action: 'shout' }],
    [{ event_action: 'trigger', dedup_key: 'a' }],
    [[]],
    ['text'],
    [null],
  ])('refuses %j', async (event) => {
    const listener = await listening();
    expect((await post(listener.url, event))[0]).toBe(400);
    expect(listener.received()).toEqual([]);
  });

  test('is at no other path, and takes no event above 512 KB', async () => {
    const listener = await listening();
    expect((await fetch(listener.url)).status).toBe(404);
    expect((await fetch(new URL('/', listener.url), { method: 'POST' })).status).toBe(404);
    await expect(post(listener.url, 'x'.repeat(600_000))).rejects.toThrow('fetch failed');
    expect(listener.received()).toEqual([]);
  });
});
