import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alertmanager } from '../../src/notify/alertmanager.ts';
import type { PostResponse } from '../../src/notify/channel.ts';
import {
  hostileEvent,
  OBEYED,
  pageEvent,
  posted,
  recorder,
  resolveEvent,
  textsIn,
  WALL_MS,
} from './sample-event.ts';

const SETTINGS = {
  name: 'am',
  least: 'ticket',
  urls: ['http://am-1:9093'],
  labels: { team: 'social' },
} as const;

interface Alert {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt: string;
  readonly endsAt: string;
}

const sent = async (
  event: Parameters<typeof posted>[1],
  settings: typeof SETTINGS = SETTINGS,
): Promise<Alert> => {
  const body: unknown = await posted((means) => alertmanager(settings, means), event);
  const [alert, ...more] = body as Alert[];
  if (alert === undefined || more.length > 0) throw new Error('not one alert');
  return alert;
};

/** prometheus/alertmanager, api/v2/openapi.yaml, and `Validate` of a model.Alert: a start, and no end before it. */
function expectValid({ labels, annotations, startsAt, endsAt }: Alert): void {
  expect(Object.keys(labels).length).toBeGreaterThan(0);
  for (const name of [...Object.keys(labels), ...Object.keys(annotations)]) {
    expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/);
  }
  expect(Date.parse(startsAt)).not.toBeNaN();
  expect(Date.parse(endsAt)).toBeGreaterThanOrEqual(Date.parse(startsAt));
}

describe('Alertmanager', () => {
  test('is told of an alert that stands for three periods', async () => {
    const alert = await sent(pageEvent());
    expectValid(alert);
    expect(alert).toEqual({
      labels: {
        alertname: 'HeadroomCanary',
        check: 'followers',
        subject: 'service',
        severity: 'page',
        team: 'social',
      },
      annotations: {
        summary: 'followers is offline: connection refused in 20 of 20 requests',
        description: expect.stringMatching(/^check: followers\nsince: 2026-.*\nindicator: errors < 1%/s),
      },
      startsAt: '2026-11-22T10:00:00Z',
      endsAt: new Date(WALL_MS + 180_000).toISOString().replace('.000Z', 'Z'),
    });
  });

  test('is told of one that stands for a minute, however short the period: another channel may hold a run up', async () => {
    const alert = await sent(pageEvent({ everyMs: 2000 }));
    expect(Date.parse(alert.endsAt)).toBe(WALL_MS + 60_000);
  });

  test('is told of the end under the same labels', async () => {
    const [open, over] = [await sent(pageEvent()), await sent(resolveEvent())];
    expect(over.labels).toEqual(open.labels);
    expect(over.startsAt).toBe(open.startsAt);
    expect(over.endsAt).toBe('2026-11-22T10:12:00Z');
    expect(over.annotations['description']).toContain('lasted: 12m');
  });

  test('knows an alert by nothing that was measured', async () => {
    const other = pageEvent({
      summary: 'else',
      indicator: 'p99 < 1s',
      kind: 'slow',
      runId: 'run-2',
      details: [],
    });
    expect((await sent(other)).labels).toEqual((await sent(pageEvent())).labels);
  });

  test('can be renewed, and takes the same again', async () => {
    const means = recorder();
    const channel = alertmanager(SETTINGS, means);
    expect(await channel.renew?.(pageEvent())).toMatchObject({ status: 'accepted' });
    await channel.tell?.(pageEvent());
    expect(means.requests[0]?.body).toBe(means.requests[1]?.body);
  });

  test('does not let chosen labels take the place of the identity', async () => {
    const labels = { alertname: 'Other', 'a-b': 'x', '1st': 'y' };
    const alert = await sent(pageEvent(), { ...SETTINGS, labels } as unknown as typeof SETTINGS);
    expectValid(alert);
    expect(alert.labels).toMatchObject({ alertname: 'HeadroomCanary', a_b: 'x', _1st: 'y' });
  });

  test('tells tests from each other and drills from the real', async () => {
    const first = pageEvent({ subject: 'test', isDrill: true, dedupKey: 'headroom/followers/test/one' });
    const alert = await sent(first);
    expect(alert.labels).toMatchObject({ test: 'one', drill: 'true' });
    expect(alert.annotations['summary']).toMatch(/^\[TEST\] /);
  });

  test('never gets an end before a start, whatever a clock did', async () => {
    const ahead = resolveEvent({ sinceMs: WALL_MS + 9e6, atMs: WALL_MS + 8e6 });
    const alert = await sent(ahead);
    expectValid(alert);
    expect(Date.parse(alert.endsAt)).toBeLessThanOrEqual(WALL_MS);
  });

  test('gets valid alerts from hostile events', async () => {
    await fc.assert(
      fc.asyncProperty(hostileEvent, async (event) => {
        const alert = await sent(event);
        expectValid(alert);
        for (const text of textsIn(alert)) expect(text).not.toMatch(OBEYED);
      }),
      { numRuns: 60 },
    );
  });
});

describe('several peers', () => {
  const answers = (...statuses: readonly number[]) => {
    const means = recorder();
    const urls = statuses.map((_, index) => `http://am-${index}:9093/prefix/`);
    const post = (request: { url: string }): Promise<PostResponse> => {
      const status = statuses[Number(/am-(\d)/.exec(request.url)?.[1])] ?? 0;
      const headers: Record<string, string> = status === 429 ? { 'retry-after': '9' } : {};
      if (status === 0) return Promise.reject(new Error('the connection was refused'));
      return Promise.resolve({ status, headers, body: '', isCut: false });
    };
    const told: string[] = [];
    const channel = alertmanager(
      { ...SETTINGS, urls },
      {
        ...means,
        post: (request) => {
          told.push(request.url);
          return post(request);
        },
      },
    );
    return { told, attempted: channel.tell?.(pageEvent()) };
  };

  test('are each told, under their own prefix', async () => {
    const { told, attempted } = answers(200, 200);
    expect(await attempted).toMatchObject({ status: 'accepted' });
    expect(told).toEqual(['http://am-0:9093/prefix/api/v2/alerts', 'http://am-1:9093/prefix/api/v2/alerts']);
  });

  test('are told when one of them takes it: a peer that is down holds nothing back', async () => {
    expect(await answers(200, 0).attempted).toEqual({
      status: 'accepted',
      text: 'peer 1 of 2: answered 200; peer 2 of 2: the connection was refused',
    });
    expect(await answers(400, 200).attempted).toMatchObject({ status: 'accepted' });
  });

  test('of which none takes it are asked again while one may', async () => {
    expect(await answers(400, 429, 503).attempted).toMatchObject({ status: 'later', afterMs: 9000 });
    expect(await answers(400, 400).attempted).toMatchObject({ status: 'refused' });
    expect(await answers().attempted).toMatchObject({ status: 'refused' });
  });
});
