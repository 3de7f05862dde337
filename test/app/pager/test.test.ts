import { describe, expect, test } from 'vitest';
import { testPagers } from '../../../src/app/pager/test.ts';
import type { Attempted, Channel, Heartbeat } from '../../../src/notify/channel.ts';
import { type FakeWorld, fakeWorld } from '../fake-world.ts';
import { accepted, channelOf, jumpingClock, later, refused, type Told } from '../notify/queue.ts';

function rig(answers: readonly Attempted[]) {
  const clock = jumpingClock();
  const told: Told[] = [];
  return {
    clock,
    world: fakeWorld({ clock }),
    told,
    channel: channelOf('a', answers, { clock, told, tookMs: 30 }),
  };
}

describe('a test of the pagers', () => {
  test('tells each of an alert that is marked, and of its end by the same key', async () => {
    const { world, told, channel } = rig([accepted]);
    const report = await testPagers({ channels: [channel], check: 'followers', holdMs: null }, world);
    expect(
      told.map(({ event: { action, dedupKey, isDrill, severity, subject } }) => ({
        action,
        dedupKey,
        isDrill,
        severity,
        subject,
      })),
    ).toEqual(
      ['trigger', 'resolve'].map((action) => ({
        action,
        dedupKey: 'headroom/followers/test/id-1',
        isDrill: true,
        severity: 'page',
        subject: 'test',
      })),
    );
    expect(report).toEqual({
      schema: 'headroom.pager-test/1',
      tool: { name: 'headroom', version: '0.1.0', node: 'v20.20.2' },
      check: 'followers',
      dedupKey: 'headroom/followers/test/id-1',
      startedAt: '2026-11-22T11:00:00.000Z',
      channels: [
        {
          name: 'a',
          kind: 'webhook',
          works: true,
          steps: [
            { step: 'trigger', status: 'accepted', attempts: 1, tookMs: 30, text: 'answered 202' },
            { step: 'resolve', status: 'accepted', attempts: 1, tookMs: 30, text: 'answered 202' },
          ],
        },
      ],
      exitCode: 0,
    });
  });

  test('is another alert each time', async () => {
    const { world, channel } = rig([accepted]);
    const reports = [
      await testPagers({ channels: [channel], check: 'a', holdMs: null }, world),
      await testPagers({ channels: [channel], check: 'a', holdMs: null }, world),
    ];
    expect(new Set(reports.map(({ dedupKey }) => dedupKey)).size).toBe(2);
  });

  test('fails when one does not take it, and ends what may have been taken', async () => {
    const { world, told, channel } = rig([later(), later(), later(), accepted]);
    const good = channelOf('b', [accepted], { clock: jumpingClock() });
    const report = await testPagers({ channels: [channel, good], check: 'a', holdMs: null }, world);
    expect(report.exitCode).toBe(1);
    expect(
      report.channels.map(({ name, works, steps }) => [name, works, steps.map(({ status }) => status)]),
    ).toEqual([
      ['a', false, ['failed', 'accepted']],
      ['b', true, ['accepted', 'accepted']],
    ]);
    expect(report.channels[0]?.steps[0]).toMatchObject({ attempts: 3, text: 'answered 503' });
    expect(told.map(({ event }) => event.action)).toEqual(['trigger', 'trigger', 'trigger', 'resolve']);
  });

  test('fails when only the end is refused', async () => {
    const { world, channel } = rig([accepted, refused]);
    const report = await testPagers({ channels: [channel], check: 'a', holdMs: null }, world);
    expect([report.exitCode, report.channels[0]?.steps[1]?.status]).toEqual([1, 'refused']);
  });

  test.each([
    [accepted, 0, 'accepted'],
    [later(), 1, 'failed'],
  ] as const)('leaves a word where only runs are heard of: %o', async (answer, exitCode, status) => {
    const { world, channel } = rig([accepted]);
    const beats: Heartbeat[] = [];
    const beat: Channel['beat'] = (heartbeat) => {
      beats.push(heartbeat);
      return Promise.resolve(answer);
    };
    const report = await testPagers(
      { channels: [{ ...channel, tell: null, beat }], check: 'a', holdMs: null },
      world,
    );
    expect(beats).toEqual([{ phase: 'log', runId: 'id-1', text: '[TEST] headroom tests the pager' }]);
    expect(report.exitCode).toBe(exitCode);
    expect(report.channels[0]?.steps.map((step) => [step.step, step.status])).toEqual([['log', status]]);
  });

  test('shows the name of the check as harmless text', async () => {
    const { world, channel, told } = rig([accepted]);
    await testPagers({ channels: [channel], check: 'a\u001b[2J', holdMs: null }, world);
    expect(told[0]?.event.check).toBe('a\\x1b[2J');
  });

  test.each([
    ['webhook', null, 0],
    ['pagerduty', null, 15_000],
    ['alertmanager', null, 40_000],
    ['alertmanager', 0, 0],
    ['webhook', 90_000, 90_000],
  ] as const)(
    'lets the alert stand until %s has called somebody, or for %s ms',
    async (kind, holdMs, expected) => {
      const { world, told, channel } = rig([accepted]);
      await testPagers({ channels: [{ ...channel, kind }], check: 'a', holdMs }, world);
      const [first, last] = told;
      expect((last?.atMs ?? 0) - (first?.atMs ?? 0)).toBe(30 + expected);
      expect(first?.event.everyMs).toBe(Math.max(60_000, expected));
    },
  );

  test('does not wait for what nobody took', async () => {
    const { world, told, channel } = rig([refused]);
    await testPagers({ channels: [channel], check: 'a', holdMs: 90_000 }, world);
    expect(told[1]?.atMs).toBe(30);
  });

  test('is ended at once by a signal', async () => {
    const { world, told, channel, clock } = rig([accepted]);
    const sleeping: FakeWorld = {
      ...world,
      clock: {
        ...clock,
        sleep: (_, signal) =>
          new Promise((resolve) => {
            if (signal?.aborted === true) resolve();
            signal?.addEventListener('abort', () => resolve());
          }),
      },
    };
    const report = testPagers({ channels: [channel], check: 'a', holdMs: 90_000 }, sleeping);
    world.send('SIGINT');
    expect((await report).exitCode).toBe(0);
    expect(told.map(({ event }) => event.action)).toEqual(['trigger', 'resolve']);
    expect(world.listeners()).toBe(0);
  });
});
