import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pagerduty } from '../../src/notify/pagerduty.ts';
import { hostileEvent, OBEYED, pageEvent, posted, recorder, resolveEvent, textsIn } from './sample-event.ts';

const SETTINGS = { name: 'oncall', least: 'page', routingKey: 'k'.repeat(32), url: null } as const;
const sent = (event: Parameters<typeof posted>[1]) => posted((means) => pagerduty(SETTINGS, means), event);

/** developer.pagerduty.com, "Send an Alert Event": fields, their limits and their words. */
function expectValid(body: Record<string, unknown>): void {
  expect(Object.keys(body).sort()).toEqual(['client', 'dedup_key', 'event_action', 'payload', 'routing_key']);
  expect(String(body['routing_key'])).toHaveLength(32);
  expect(body['event_action']).toMatch(/^(?:trigger|acknowledge|resolve)$/);
  expect([...String(body['dedup_key'])].length).toBeLessThanOrEqual(255);
  const payload = body['payload'] as Record<string, unknown>;
  expect([...String(payload['summary'])].length).toBeLessThanOrEqual(1024);
  expect([...String(payload['source'])].length).toBeGreaterThan(0);
  expect(payload['severity']).toMatch(/^(?:critical|error|warning|info)$/);
  expect(payload['timestamp'] ?? '2026-11-22T10:00:00Z').toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(512_000);
}

describe('PagerDuty', () => {
  test('is told of an alert, as the events API wants it', async () => {
    const means = recorder();
    const attempted = await pagerduty(SETTINGS, means).tell?.(pageEvent());
    expect(attempted?.status).toBe('accepted');
    const [request] = means.requests;
    expect(request).toMatchObject({ method: 'POST', url: 'https://events.pagerduty.com/v2/enqueue' });
    expect(request?.headers['content-type']).toBe('application/json');
    const body: unknown = JSON.parse(request?.body ?? '');
    expect(body).toEqual({
      routing_key: 'k'.repeat(32),
      event_action: 'trigger',
      dedup_key: 'headroom/followers/service',
      client: 'headroom',
      payload: {
        summary: 'followers is offline: connection refused in 20 of 20 requests',
        source: 'followers',
        severity: 'critical',
        timestamp: '2026-11-22T10:00:00Z',
        component: 'followers',
        group: 'headroom',
        class: 'offline',
        custom_details: {
          requests: '20',
          failed: '20 (100%)',
          since: '2026-11-22T10:00:00Z',
          indicator: 'errors < 1%',
          incident: '5d1c9a52-0000-4000-8000-000000000001',
          run: 'run-1',
        },
      },
    });
  });

  test('is told of the end by the same key', async () => {
    const [first, last] = [await sent(pageEvent()), await sent(resolveEvent())];
    expect(last['event_action']).toBe('resolve');
    expect([last['routing_key'], last['dedup_key']]).toEqual([first['routing_key'], first['dedup_key']]);
  });

  test('takes a reminder as the trigger that it has already', async () => {
    expect(await sent(pageEvent({ action: 'remind' }))).toMatchObject({ event_action: 'trigger' });
  });

  test('wakes nobody for a ticket, and can be another address', async () => {
    const means = recorder();
    await pagerduty({ ...SETTINGS, url: 'https://events.eu.pagerduty.com/v2/enqueue' }, means).tell?.(
      pageEvent({ severity: 'ticket' }),
    );
    expect(means.requests[0]?.url).toBe('https://events.eu.pagerduty.com/v2/enqueue');
    expect(means.requests[0]?.body).toContain('"severity":"warning"');
  });

  test('gets details that are too long left out', async () => {
    const details = Array.from({ length: 60 }, (_, index) => [`name ${index}`, '🙂'.repeat(5000)] as const);
    const body = await sent(pageEvent({ details }));
    expectValid(body);
    expect(body['payload']).toMatchObject({ custom_details: { note: expect.stringContaining('left out') } });
  });

  test('gets long keys that differ at their end as different keys', async () => {
    const keys = ['a', 'b'].map((end) => `headroom/${'x'.repeat(300)}${end}/service`);
    const [one, other] = await Promise.all(keys.map((dedupKey) => sent(pageEvent({ dedupKey }))));
    expect(one?.['dedup_key']).not.toBe(other?.['dedup_key']);
    expect(one?.['dedup_key']).toBe((await sent(pageEvent({ dedupKey: keys[0] ?? '' })))['dedup_key']);
  });

  test.each([
    [202, {}, { status: 'accepted' }],
    [400, {}, { status: 'refused' }],
    [429, {}, { status: 'later', afterMs: 60_000 }],
    [429, { 'retry-after': '7' }, { status: 'later', afterMs: 7000 }],
    [500, {}, { status: 'later', afterMs: null }],
  ])('answers %d %o', async (status, headers, expected) => {
    const means = recorder({ status, headers });
    expect(await pagerduty(SETTINGS, means).tell?.(pageEvent())).toMatchObject(expected);
  });

  test('gets valid events whatever a server, a plan or a clock put into them', async () => {
    await fc.assert(
      fc.asyncProperty(hostileEvent, async (event) => {
        const body = await sent(event);
        expectValid(body);
        for (const text of textsIn(body)) expect(text).not.toMatch(OBEYED);
      }),
      { numRuns: 60 },
    );
  });
});
