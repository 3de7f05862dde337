import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { webhook } from '../../src/notify/webhook.ts';
import type { PageEvent } from '../../src/verdict/canary/event.ts';
import { hostileEvent, OBEYED, pageEvent, recorder, resolveEvent, textsIn, WALL_MS } from './sample-event.ts';

const SETTINGS = {
  name: 'own',
  least: 'ticket',
  url: 'https://own.example/hook',
  secret: 's3cr3t-key',
  headers: [],
} as const;

async function sent(event: PageEvent, settings: Parameters<typeof webhook>[0] = SETTINGS, wallMs = WALL_MS) {
  const means = recorder();
  await webhook(settings, { ...means, wallMs: () => wallMs }).tell?.(event);
  const [request] = means.requests;
  return { headers: request?.headers ?? {}, body: request?.body ?? '' };
}

describe('a webhook', () => {
  test('gets the headers of the plan, which sign nothing in its name', async () => {
    const { headers } = await sent(pageEvent(), {
      ...SETTINGS,
      headers: [
        ['authorization', 'GenieKey k3y'],
        ['idempotency-key', 'theirs'],
        ['content-type', 'application/vnd.pager+json'],
      ],
    });
    expect(headers).toMatchObject({
      authorization: 'GenieKey k3y',
      'content-type': 'application/vnd.pager+json',
      'idempotency-key': expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  test('gets the event as versioned JSON', async () => {
    const { body } = await sent(resolveEvent());
    expect(JSON.parse(body)).toEqual({
      schema: 'headroom.event/1',
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      action: 'resolve',
      subject: 'service',
      severity: 'page',
      check: 'followers',
      dedupKey: 'headroom/followers/service',
      incidentId: '5d1c9a52-0000-4000-8000-000000000001',
      since: '2026-11-22T10:00:00Z',
      at: '2026-11-22T10:12:00Z',
      lastedMs: 720_000,
      summary: 'followers is back: 2 good runs in a row',
      kind: 'offline',
      indicator: 'errors < 1%',
      details: [
        { name: 'requests', value: '20' },
        { name: 'failed', value: '20 (100%)' },
      ],
      runId: 'run-1',
      everyMs: 60_000,
      isDrill: false,
    });
  });

  test('can tell who sent it: HMAC-SHA256 over the time and the bytes', async () => {
    const { headers, body } = await sent(pageEvent());
    const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers['x-headroom-signature'] ?? '') ?? [];
    expect(Number(seconds)).toBe(WALL_MS / 1000);
    expect(hex).toBe(createHmac('sha256', 's3cr3t-key').update(`${seconds}.${body}`).digest('hex'));
  });

  test('gets no signature without a secret', async () => {
    const { headers } = await sent(pageEvent(), { ...SETTINGS, secret: null });
    expect(Object.keys(headers)).not.toContain('x-headroom-signature');
  });

  test('gets the same key and the same bytes for the same event, whenever it is sent again', async () => {
    const [first, again] = [await sent(pageEvent()), await sent(pageEvent(), SETTINGS, WALL_MS + 99_000)];
    expect(again.body).toBe(first.body);
    expect(again.headers['idempotency-key']).toBe(first.headers['idempotency-key']);
    expect(again.headers['x-headroom-signature']).not.toBe(first.headers['x-headroom-signature']);
  });

  test('gets another key for another event of the incident', async () => {
    const events = [
      pageEvent(),
      pageEvent({ action: 'remind', atMs: WALL_MS }),
      pageEvent({ action: 'remind', atMs: WALL_MS + 1 }),
      resolveEvent(),
    ];
    const keys = await Promise.all(
      events.map(async (event) => (await sent(event)).headers['idempotency-key']),
    );
    expect(new Set(keys).size).toBe(4);
  });

  test('gets bounded and harmless JSON from hostile events', async () => {
    await fc.assert(
      fc.asyncProperty(hostileEvent, async (event) => {
        const { body } = await sent(event);
        const { dedupKey: _, incidentId: __, ...rest } = JSON.parse(body) as Record<string, unknown>;
        for (const text of textsIn(rest)) expect(text).not.toMatch(OBEYED);
        expect(Buffer.byteLength(body)).toBeLessThan(1_500_000);
      }),
      { numRuns: 60 },
    );
  });
});
