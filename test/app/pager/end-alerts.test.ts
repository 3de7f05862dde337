import { describe, expect, test } from 'vitest';
import { endAlerts } from '../../../src/app/pager/end-alerts.ts';
import type { CanaryReport } from '../../../src/verdict/canary/report.ts';
import { fakeWorld } from '../fake-world.ts';
import { accepted, channelOf, jumpingClock, refused, type Told } from '../notify/queue.ts';
import { bad, delivery, report } from './drill-world.ts';

const INCIDENT: CanaryReport['incidents'][number] = {
  incidentId: 'incident-1',
  subject: 'service',
  kind: 'offline',
  indicator: 'connect-refused',
  severity: 'page',
  since: '2026-11-22T10:59:00.000Z',
  summary: 'followers is offline',
};
const FIRED = bad(3, { check: 'drill/followers', incidents: [INCIDENT], deliveries: [delivery()] });

async function ended(reports: readonly CanaryReport[], answer = accepted) {
  const clock = jumpingClock();
  const told: Told[] = [];
  const lines: string[] = [];
  const channels = ['pager', 'other'].map((name) => channelOf(name, [answer], { clock, told }));
  const say = (line: string): unknown => lines.push(line);
  await endAlerts(reports, channels, { world: fakeWorld({ clock }), say });
  return { told, lines };
}

describe('the end of a drill', () => {
  test('ends an alert that a channel took and nobody ended, by its own key', async () => {
    const { told, lines } = await ended([report(), bad(1), FIRED]);
    expect(told.map(({ event }) => event)).toMatchObject([
      {
        action: 'resolve',
        subject: 'service',
        severity: 'page',
        check: 'drill/followers',
        dedupKey: 'headroom/drill/followers',
        incidentId: 'incident-1',
        sinceMs: Date.parse(INCIDENT.since),
        isDrill: true,
      },
    ]);
    expect(lines).toEqual(['pager was told that the alert headroom/drill/followers is over']);
  });

  test('tells nothing of what was never taken, or is over', async () => {
    const over = report({ deliveries: [delivery({ action: 'resolve' })] });
    expect((await ended([FIRED, over])).told).toEqual([]);
    const never = { ...FIRED, deliveries: [delivery({ status: 'refused' })] };
    expect((await ended([never, report()])).told).toEqual([]);
    expect((await ended([])).told).toEqual([]);
  });

  test('tells again of an end that was not taken, though the incident is closed', async () => {
    const untaken = report({ deliveries: [delivery({ action: 'resolve', status: 'spooled' })] });
    expect((await ended([FIRED, untaken])).told).toHaveLength(1);
  });

  test('ends what a channel may have taken though its answer was lost', async () => {
    const lost = { ...FIRED, deliveries: [delivery({ status: 'spooled' })] };
    expect((await ended([lost])).told).toHaveLength(1);
  });

  test('says which alert is left to be ended by hand', async () => {
    const { lines } = await ended([FIRED], refused);
    expect(lines).toEqual([
      'pager was not told that the alert headroom/drill/followers is over, end it there: answered 400',
    ]);
  });
});
