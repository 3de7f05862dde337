import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt, DELIVERY, deliver, deliveryWithin } from '../../../src/app/notify/deliver.ts';
import type { Attempted } from '../../../src/notify/channel.ts';
import { WALL_MS } from '../../notify/sample-event.ts';
import { accepted, channelOf, jumpingClock, later, queueFor, refused, type Told } from './queue.ts';

const summaries = (told: readonly Told[]): string[] => told.map(({ event }) => event.summary);

describe('delivery', () => {
  test('tells a channel of its events in order', async () => {
    const clock = jumpingClock();
    const told: Told[] = [];
    const channel = channelOf('a', [accepted], { clock, told });
    const settled = await deliver(queueFor('a', 'down', 'still', 'up'), [channel], { world: { clock } });
    expect(summaries(told)).toEqual(['down', 'still', 'up']);
    expect(settled.map(({ id, report: { status, attempts } }) => [id, status, attempts])).toEqual([
      ['a/down', 'accepted', 1],
      ['a/still', 'accepted', 1],
      ['a/up', 'accepted', 1],
    ]);
    expect(settled[0]?.report).toEqual({
      channel: 'a',
      subject: 'service',
      action: 'trigger',
      status: 'accepted',
      attempts: 1,
      tookMs: 10,
      text: 'answered 202',
    });
  });

  test('tries again what may be taken later, after longer and longer pauses', async () => {
    const clock = jumpingClock();
    const told: Told[] = [];
    const channel = channelOf('a', [later(), later(), accepted], { clock, told });
    const [settled] = await deliver(queueFor('a', 'down'), [channel], { world: { clock } });
    expect(settled?.report).toMatchObject({ status: 'accepted', attempts: 3, tookMs: 2030 });
    expect(told.map(({ atMs }) => atMs)).toEqual([0, 510, 2020]);
  });

  test('gives up after three attempts, and keeps what comes after waiting', async () => {
    const clock = jumpingClock();
    const told: Told[] = [];
    const channel = channelOf('a', [later()], { clock, told });
    const settled = await deliver(queueFor('a', 'down', 'up'), [channel], { world: { clock } });
    expect(summaries(told)).toEqual(['down', 'down', 'down']);
    expect(settled.map(({ report }) => [report.status, report.attempts])).toEqual([
      ['spooled', 3],
      ['spooled', 0],
    ]);
    expect(settled[1]?.report.text).toBe('it waits for the one before it');
  });

  test('does not try again what is refused, and goes on', async () => {
    const clock = jumpingClock();
    const channel = channelOf('a', [refused, accepted], { clock });
    const settled = await deliver(queueFor('a', 'down', 'up'), [channel], { world: { clock } });
    expect(settled.map(({ report }) => [report.status, report.attempts])).toEqual([
      ['refused', 1],
      ['accepted', 1],
    ]);
  });

  test('does not let one channel hold up another', async () => {
    const clock = jumpingClock();
    const channels = [channelOf('a', [later()], { clock }), channelOf('b', [accepted], { clock })];
    const queue = [...queueFor('a', 'down'), ...queueFor('b', 'down'), ...queueFor('a', 'up')];
    const settled = await deliver(queue, channels, { world: { clock } });
    expect(settled.map(({ id, report: { status } }) => [id, status])).toEqual([
      ['a/down', 'spooled'],
      ['b/down', 'accepted'],
      ['a/up', 'spooled'],
    ]);
  });

  test('refuses what is for a channel that is no longer there, or hears of no events', async () => {
    const clock = jumpingClock();
    const deaf = { ...channelOf('a', [accepted], { clock }), tell: null };
    const queue = [...queueFor('a', 'down'), ...queueFor('gone', 'down')];
    const settled = await deliver(queue, [deaf], { world: { clock } });
    expect(settled.map(({ report: { status, attempts } }) => [status, attempts])).toEqual([
      ['refused', 0],
      ['refused', 0],
    ]);
  });

  test('of nothing is nothing', async () => {
    expect(await deliver([], [], { world: { clock: jumpingClock() } })).toEqual([]);
  });
});

describe('a channel that asks for a pause', () => {
  test('gets it when there is time', async () => {
    const clock = jumpingClock();
    const told: Told[] = [];
    const channel = channelOf('a', [later(7000), accepted], { clock, told });
    const [settled] = await deliver(queueFor('a', 'down'), [channel], { world: { clock } });
    expect(settled?.report).toMatchObject({ status: 'accepted', attempts: 2 });
    expect(told.map(({ atMs }) => atMs)).toEqual([0, 7010]);
  });

  test('is not told before its time, by later runs neither', async () => {
    const clock = jumpingClock();
    const told: Told[] = [];
    const channel = channelOf('a', [later(120_000), accepted], { clock, told });
    const [first] = await deliver(queueFor('a', 'down'), [channel], { world: { clock } });
    expect(first).toMatchObject({
      notBeforeMs: WALL_MS + 10 + 120_000,
      report: { status: 'spooled', attempts: 1 },
    });
    const queued = queueFor('a', 'down', 'up').map((each, index) =>
      index === 0 ? { ...each, notBeforeMs: first?.notBeforeMs ?? null } : each,
    );
    clock.pass(60_000);
    const waiting = await deliver(queued, [channel], { world: { clock } });
    expect(waiting.map(({ report: { status, attempts } }) => [status, attempts])).toEqual([
      ['spooled', 0],
      ['spooled', 0],
    ]);
    expect(waiting[0]?.notBeforeMs).toBe(first?.notBeforeMs);
    clock.pass(60_000);
    const done = await deliver(queued, [channel], { world: { clock } });
    expect(done.map(({ report: { status } }) => status)).toEqual(['accepted', 'accepted']);
    expect(summaries(told)).toEqual(['down', 'down', 'up']);
  });

  test('is not believed when the time is further off than any pause: the clock was set back', async () => {
    const clock = jumpingClock();
    const channel = channelOf('a', [accepted], { clock });
    const queue = queueFor('a', 'down').map((each) => ({ ...each, notBeforeMs: WALL_MS + 86_400_000 }));
    const [settled] = await deliver(queue, [channel], { world: { clock } });
    expect(settled?.report.status).toBe('accepted');
  });
});

describe('the time of a delivery', () => {
  test('ends it, whatever the channel does', async () => {
    const clock = jumpingClock();
    const told: Told[] = [];
    const channel = channelOf('a', [later()], { clock, told, tookMs: 60_000 });
    const [settled] = await deliver(queueFor('a', 'down'), [channel], { world: { clock } });
    expect(settled?.report).toMatchObject({ status: 'spooled', attempts: 3 });
    expect(told.map(({ withinMs }) => withinMs)).toEqual([10_000, 10_000, 3000]);
    expect(clock.nowMs()).toBeLessThanOrEqual(DELIVERY.totalMs);
  });

  test('begins no attempt that has no time left', async () => {
    const clock = jumpingClock();
    const channel = channelOf('a', [accepted], { clock, tookMs: 9000 });
    const settled = await deliver(queueFor('a', '1', '2', '3', '4'), [channel], { world: { clock } });
    expect(settled.map(({ report: { status } }) => status)).toEqual([
      'accepted',
      'accepted',
      'accepted',
      'spooled',
    ]);
    expect(settled[3]?.report.text).toBe('no time was left for it in this run');
  });

  test('is kept, with every event settled once and none told before the one before it', async () => {
    const answer = fc.constantFrom(accepted, refused, later(), later(500), later(30_000));
    await fc.assert(
      fc.asyncProperty(
        fc.array(answer, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 12_000 }),
        async (answers, count, tookMs) => {
          const clock = jumpingClock();
          const told: Told[] = [];
          const names = Array.from({ length: count }, (_, index) => String(index));
          const channel = channelOf('a', answers, { clock, told, tookMs });
          const settled = await deliver(queueFor('a', ...names), [channel], { world: { clock } });
          expect(settled.map(({ id }) => id)).toEqual(names.map((name) => `a/${name}`));
          expect(clock.nowMs()).toBeLessThanOrEqual(DELIVERY.totalMs);
          const order = summaries(told).map(Number);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
          const spooled = settled.findIndex(({ report }) => report.status === 'spooled');
          const after = spooled < 0 ? [] : settled.slice(spooled);
          expect(after.every(({ report }) => report.status === 'spooled')).toBe(true);
          for (const { report } of settled) expect(report.attempts).toBeLessThanOrEqual(3);
        },
      ),
    );
  });
});

describe('what a run of a canary may spend', () => {
  test.each([
    [60_000, 25_000, 10_000],
    [30_000, 15_000, 10_000],
    [10_000, 5000, 5000],
    [2000, 5000, 5000],
  ])('that comes every %d ms is %d ms, and %d ms for an attempt', (everyMs, totalMs, attemptMs) => {
    expect(deliveryWithin(everyMs)).toEqual({ ...DELIVERY, totalMs, attemptMs });
  });
});

describe('what is not kept', () => {
  const bounds = { ...DELIVERY, totalMs: DELIVERY.attemptMs };

  test('is tried again like an event: one lost packet is no silence', async () => {
    const clock = jumpingClock();
    const answers = [later(), accepted];
    const once = (): Promise<Attempted> => Promise.resolve(answers.shift() ?? refused);
    expect(await attempt(once, { world: { clock }, bounds })).toEqual(accepted);
    expect(clock.nowMs()).toBe(DELIVERY.backoffMs);
  });

  test('takes no longer than it may', async () => {
    const clock = jumpingClock();
    const hangs = (withinMs: number): Promise<Attempted> => {
      clock.pass(withinMs);
      return Promise.resolve(later());
    };
    expect(await attempt(hangs, { world: { clock }, bounds })).toEqual(later());
    expect(clock.nowMs()).toBe(DELIVERY.attemptMs);
  });
});
