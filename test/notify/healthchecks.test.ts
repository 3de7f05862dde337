import { describe, expect, test } from 'vitest';
import { healthchecks } from '../../src/notify/healthchecks.ts';
import { OBEYED, recorder } from './sample-event.ts';

const RUN_ID = '5d1c9a52-0000-4000-8000-000000000001';
const UUID = 'https://hc-ping.com/0c8f1ad0-0000-4000-8000-000000000002';

const open = (url: string, means = recorder()) => ({
  means,
  channel: healthchecks({ name: 'hc', least: 'ticket', url }, means),
});

describe('healthchecks', () => {
  test.each([
    ['start', UUID, `${UUID}/start?rid=${RUN_ID}`],
    ['success', `${UUID}/`, `${UUID}?rid=${RUN_ID}`],
    ['fail', UUID, `${UUID}/fail?rid=${RUN_ID}`],
    ['log', UUID, `${UUID}/log?rid=${RUN_ID}`],
    [
      'fail',
      'https://hc.example/key/slug?create=1',
      `https://hc.example/key/slug/fail?create=1&rid=${RUN_ID}`,
    ],
  ] as const)('hears of %s at %s', async (phase, url, expected) => {
    const { channel, means } = open(url);
    expect(await channel.beat?.({ phase, runId: RUN_ID, text: 'two\nlines' })).toMatchObject({
      status: 'accepted',
    });
    expect(means.requests[0]).toMatchObject({ method: 'POST', url: expected, body: 'two\nlines' });
    expect(means.requests[0]?.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test('hears of no events', () => {
    const { tell, renew } = open(UUID).channel;
    expect([tell, renew]).toEqual([null, null]);
  });

  test('keeps 10 kB of text, which is harmless', async () => {
    const { channel, means } = open(UUID);
    await channel.beat?.({ phase: 'log', runId: RUN_ID, text: `\u001b[2J\u202e\n${'🙂'.repeat(5000)}` });
    const body = means.requests[0]?.body ?? '';
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(10_000);
    expect(Buffer.byteLength(body)).toBeGreaterThan(9_990);
    expect(body).not.toMatch(OBEYED);
    expect(body).toMatch(/^\\x1b\[2J\\u202e\n🙂/);
  });

  test.each([
    [200, 'OK', 'accepted'],
    [200, 'OK (not found)', 'refused'],
    [200, 'OK (rate limited)', 'later'],
    [404, 'not found', 'refused'],
    [409, 'ambiguous slug', 'refused'],
    [429, 'rate limit exceeded', 'later'],
  ])('answers %d %s: %s', async (status, body, expected) => {
    const { channel } = open(UUID, recorder({ status, body }));
    expect(await channel.beat?.({ phase: 'success', runId: RUN_ID, text: '' })).toMatchObject({
      status: expected,
    });
  });
});
