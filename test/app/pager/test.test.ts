import { describe, expect, test } from 'vitest';
import { testPagers } from '../../../src/app/pager/test.ts';
import type { Attempted, Channel, Heartbeat } from '../../../src/notify/channel.ts';
import { fakeWorld } from '../fake-world.ts';
import { accepted, channelOf, jumpingClock, later, refused, type Told } from '../notify/queue.ts';

function rig(answers: readonly Attempted[]) {
  const clock = jumpingClock();
  const told: Told[] = [];
  return { world: fakeWorld({ clock }), told, channel: channelOf('a', answers, { clock, told, tookMs: 30 }) };
}

describe('a test of the pagers', () => {
  test('tells each of an alert that is marked, and of its end by the same key', async () => {
    const { world, told, channel } = rig([accepted]);
    const report = await testPagers({ channels: [channel], check: 'followers' }, world);
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
      await testPagers({ channels: [channel], check: 'a' }, world),
      await testPagers({ channels: [channel], check: 'a' }, world),
    ];
    expect(new Set(reports.map(({ dedupKey }) => dedupKey)).size).toBe(2);
  });

  test('fails when one does not take it, and ends what may have been taken', async () => {
    const { world, told, channel } = rig([later(), later(), later(), accepted]);
    const good = channelOf('b', [accepted], { clock: jumpingClock() });
    const report = await testPagers({ channels: [channel, good], check: 'a' }, world);
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
    const report = await testPagers({ channels: [channel], check: 'a' }, world);
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
    const report = await testPagers({ channels: [{ ...channel, tell: null, beat }], check: 'a' }, world);
    expect(beats).toEqual([{ phase: 'log', runId: 'id-1', text: '[TEST] headroom tests the pager' }]);
    expect(report.exitCode).toBe(exitCode);
    expect(report.channels[0]?.steps.map((step) => [step.step, step.status])).toEqual([['log', status]]);
  });

  test('shows the name of the check as harmless text', async () => {
    const { world, channel, told } = rig([accepted]);
    await testPagers({ channels: [channel], check: 'a\u001b[2J' }, world);
    expect(told[0]?.event.check).toBe('a\\x1b[2J');
  });
});
