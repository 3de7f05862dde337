import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { judged, requestOf, retryAfterMs, sendOnce, waitOf } from '../../src/notify/answer.ts';
import { recorder, WALL_MS } from './sample-event.ts';

const answered = (status: number, body = '', headers: Record<string, string> = {}, isCut = false) =>
  judged({ status, body, headers, isCut }, recorder());

const dateIn = (ms: number): string => new Date(WALL_MS + ms).toUTCString();

describe('an answer', () => {
  test.each([
    [200, 'accepted'],
    [202, 'accepted'],
    [204, 'accepted'],
    [301, 'later'],
    [307, 'later'],
    [400, 'refused'],
    [403, 'refused'],
    [404, 'refused'],
    [407, 'later'],
    [408, 'later'],
    [425, 'later'],
    [429, 'later'],
    [500, 'later'],
    [503, 'later'],
  ])('of status %d is %s', (status, expected) => {
    expect(answered(status).status).toBe(expected);
  });

  test('is shown as one short harmless line without secrets', () => {
    const { text } = answered(400, `no\u001b[2J key top-secret\n${'x'.repeat(1000)}`);
    expect(text).toMatch(/^answered 400: no\\x1b\[2J key \*\*\*\\nx+…$/);
    expect([...text].length).toBeLessThan(230);
  });

  test('that was cut is not shown: it may end within a secret', () => {
    expect(answered(500, 'top-secr', {}, true).text).toBe(
      'answered 500, with a text that was not read to its end',
    );
  });

  test('that redirects says so, and not where to', () => {
    expect(answered(302, '', { location: 'https://evil/top-secret' }).text).toBe(
      'redirects are not followed: it answered 302',
    );
  });
});

describe('Retry-After', () => {
  test.each([
    ['0', 0],
    ['7', 7000],
    [' 7 ', 7000],
    ['3600', 3_600_000],
    [dateIn(30_000), 30_000],
    ['1000000000', null],
    ['-1', null],
    ['1e9', null],
    ['99999999999999999999', null],
    ['Thu, 01 Jan 1970 00:00:00 GMT', null],
    [dateIn(-1000), null],
    [dateIn(86_400_000), null],
    ['soon', null],
    ['2026-11-22', null],
    ['', null],
    [undefined, null],
  ])('of %s is %s', (value, expected) => {
    expect(retryAfterMs(value, WALL_MS)).toBe(expected);
  });

  test('in the form of asctime is a time of Greenwich, wherever this machine is', () => {
    vi.stubEnv('TZ', 'America/St_Johns');
    onTestFinished(() => void vi.unstubAllEnvs());
    const now = Date.UTC(2026, 10, 6, 8, 49, 37);
    expect(retryAfterMs('Fri Nov  6 08:50:37 2026', now)).toBe(60_000);
    expect(retryAfterMs('Friday, 06-Nov-26 08:50:37 GMT', now)).toBe(60_000);
  });

  test('of any text is null or a time that somebody waits', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String)), (value) => {
        const ms = retryAfterMs(value, WALL_MS) ?? 0;
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });

  test('is passed on by what may be told later', () => {
    expect(answered(429, '', { 'retry-after': '12' })).toMatchObject({ status: 'later', afterMs: 12_000 });
    expect(answered(503, '', { 'retry-after': '1000000000' })).toMatchObject({ afterMs: null });
  });
});

describe('sending once', () => {
  const build = () => requestOf({ url: 'https://example.com/', body: '{}' });

  test('is to be tried later when no answer came, and says why without secrets', async () => {
    const attempted = await sendOnce(recorder(new Error('cannot reach top-secret')), build);
    expect(attempted).toEqual({ status: 'later', text: 'cannot reach ***', afterMs: null });
  });

  test('refuses what cannot be built, and sends nothing', async () => {
    const means = recorder();
    const attempted = await sendOnce(means, () => {
      throw new TypeError('bad top-secret');
    });
    expect(attempted).toEqual({ status: 'refused', text: 'it cannot be put into a message: bad ***' });
    expect(means.requests).toEqual([]);
  });

  test.each([
    [undefined, 10_000],
    [250, 250],
    [175.18, 176],
    [60_000, 10_000],
    [-5, 1],
  ])('within %s ms allows %d', (withinMs, timeoutMs) => {
    expect(requestOf({ url: 'u', body: '', withinMs }).timeoutMs).toBe(timeoutMs);
  });
});

test.each([
  [Number.NaN, null],
  [Infinity, null],
  [-0.1, null],
  [0.2, 1],
])('a wait of %d ms is %s', (ms, expected) => {
  expect(waitOf(ms)).toBe(expected);
});
