import { describe, expect, test } from 'vitest';
import { messageOf, momentOf, titleOf } from '../../src/notify/wording.ts';
import { pageEvent, resolveEvent, SINCE_MS } from './sample-event.ts';

const factsOf = (event: Parameters<typeof messageOf>[0]): Record<string, string> =>
  Object.fromEntries(messageOf(event).facts);

describe('a message', () => {
  test('of a trigger says who, what, since when, by which indicator, and the numbers', () => {
    const { headline, facts, tone } = messageOf(pageEvent());
    expect(headline).toBe('PAGE: followers is offline: connection refused in 20 of 20 requests');
    expect(tone).toBe('page');
    expect(facts).toEqual([
      ['check', 'followers'],
      ['since', '2026-11-22T10:00:00Z'],
      ['kind', 'offline'],
      ['indicator', 'errors < 1%'],
      ['requests', '20'],
      ['failed', '20 (100%)'],
      ['severity', 'page'],
      ['run', 'run-1'],
    ]);
  });

  test('says nothing twice, whatever the details repeat', () => {
    const details = [
      ['since', 'long ago'],
      ['indicator', 'another'],
      ['failed', '20'],
    ] as const;
    const { facts } = messageOf(pageEvent({ details }));
    expect(facts.filter(([name]) => name === 'since' || name === 'indicator')).toEqual([
      ['since', '2026-11-22T10:00:00Z'],
      ['indicator', 'errors < 1%'],
    ]);
  });

  test('of a resolve says how long it lasted', () => {
    const { headline, tone } = messageOf(resolveEvent());
    expect(headline).toBe('RESOLVED after 12m: followers is back: 2 good runs in a row');
    expect(tone).toBe('over');
    expect(factsOf(resolveEvent())['lasted']).toBe('12m');
  });

  test('of a reminder says for how long it fires', () => {
    const { headline } = messageOf(pageEvent({ action: 'remind', atMs: SINCE_MS + 14_400_000 }));
    expect(headline).toMatch(/^STILL FIRING after 4h: followers is offline/);
  });

  test('of a ticket says that it is one, and what is not known is left out', () => {
    const event = pageEvent({ severity: 'ticket', kind: null, indicator: null, runId: null, details: [] });
    expect(messageOf(event).headline).toMatch(/^TICKET: /);
    expect(Object.keys(factsOf(event))).toEqual(['check', 'since', 'severity']);
  });

  test.each([
    [{ subject: 'test', isDrill: true }, '[TEST] '],
    [{ subject: 'test', isDrill: false }, '[TEST] '],
    [{ subject: 'service', isDrill: true }, '[DRILL] '],
    [{ subject: 'service', isDrill: false }, ''],
  ] as const)('is marked where nobody needs to act: %o', (parts, mark) => {
    const event = pageEvent(parts);
    expect(messageOf(event).headline.startsWith(`${mark}PAGE`)).toBe(true);
    expect(titleOf(event).startsWith(`${mark}followers`)).toBe(true);
  });

  test('of a clock that was set back lasted no time', () => {
    expect(messageOf(resolveEvent({ atMs: SINCE_MS - 5000 })).headline).toMatch(/^RESOLVED after 0ms/);
  });
});

test.each([
  [SINCE_MS + 120, '2026-11-22T10:00:00.120Z'],
  [Number.NaN, 'unknown'],
  [1e300, 'unknown'],
])('the moment %d is %s', (ms, text) => {
  expect(momentOf(ms)).toBe(text);
});
