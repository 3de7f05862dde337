import { describe, expect, test } from 'vitest';
import { isRenewable, renewAll } from '../../../src/app/notify/renew.ts';
import type { Attempted, Channel } from '../../../src/notify/channel.ts';
import type { PageEvent } from '../../../src/verdict/canary/event.ts';
import { pageEvent, resolveEvent, WALL_MS } from '../../notify/sample-event.ts';
import { accepted, channelOf, jumpingClock, later, refused } from './queue.ts';

const clock = jumpingClock();
const world = { clock };

function renewed(
  answer: Attempted,
  parts: Partial<Channel> = {},
): { channel: Channel; renewals: PageEvent[] } {
  const renewals: PageEvent[] = [];
  const renew = (event: PageEvent): Promise<Attempted> => {
    renewals.push(event);
    return Promise.resolve(answer);
  };
  return { renewals, channel: { ...channelOf('am', [accepted], { clock }), renew, ...parts } };
}

describe('renewal', () => {
  test('says what is open, and for five minutes what is over', async () => {
    const open = pageEvent();
    const justOver = resolveEvent({ atMs: WALL_MS - 240_000 });
    const longOver = resolveEvent({ atMs: WALL_MS - 310_000 });
    const { channel, renewals } = renewed(accepted);
    expect(await renewAll({ last: [open, justOver, longOver], queue: [] }, [channel], { world })).toEqual([]);
    expect(renewals).toEqual([open, justOver]);
  });

  test('says nothing to channels that do not forget, or that are not told of such', async () => {
    const page = renewed(accepted, { least: 'page' });
    const remembering = channelOf('pd', [refused], { clock });
    expect(
      await renewAll({ last: [pageEvent({ severity: 'ticket' })], queue: [] }, [page.channel, remembering], {
        world,
      }),
    ).toEqual([]);
    expect(page.renewals).toEqual([]);
  });

  test('is not kept from one channel by what waits for another', async () => {
    const [am, behind] = [renewed(accepted), renewed(accepted, { name: 'am-2' })];
    const queue = ['slack', 'am-2'].map((channel) => ({ channel, event: pageEvent() }));
    await renewAll({ last: [pageEvent()], queue }, [am.channel, behind.channel], { world });
    expect(am.renewals).toHaveLength(1);
    expect(behind.renewals).toEqual([]);
  });

  test('reports what could not be said', async () => {
    const failing = [renewed(later()), renewed(refused)].map(({ channel }) => channel);
    const reports = await renewAll({ last: [pageEvent()], queue: [] }, failing, { world });
    expect(reports.map(({ channel, status, attempts, text }) => [channel, status, attempts, text])).toEqual([
      ['am', 'spooled', 1, 'answered 503'],
      ['am', 'refused', 1, 'answered 400'],
    ]);
  });

  test('ends also when the clock was set back', () => {
    expect(isRenewable(resolveEvent({ atMs: WALL_MS + 86_400_000 }), WALL_MS)).toBe(false);
  });
});
