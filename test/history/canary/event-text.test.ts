import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventText, readEvent } from '../../../src/history/canary/event-text.ts';
import { pageEvent } from '../../support/kept-runs.ts';

const TEXT = fc.oneof(
  fc.string(),
  fc.constantFrom('\0', '\u2028', '\ud800', '"\\', '\u202e\u001b[31m', '👩‍🚒 日本', '__proto__'),
);

describe('an event', () => {
  test('comes back from its text as it was, whatever its texts hold', () => {
    const over = fc.record({
      summary: TEXT,
      details: fc.array(fc.tuple(TEXT, TEXT)),
      indicator: fc.option(TEXT),
      runId: fc.option(TEXT),
      isDrill: fc.boolean(),
    });
    fc.assert(
      fc.property(over, (given) => {
        const event = pageEvent(1, given);
        expect(readEvent(eventText(event))).toEqual(event);
      }),
    );
  });

  test('is none when anything a channel needs is missing or strange', () => {
    const whole = { ...pageEvent(1) };
    for (const name of Object.keys(whole)) {
      const isNeeded = !['kind', 'indicator', 'details', 'runId', 'isDrill'].includes(name);
      const strange = JSON.stringify({ ...whole, [name]: { odd: true } });
      expect(readEvent(strange) === null, name).toBe(isNeeded);
    }
  });

  test('is read from no text that is something else, and no text is too strange to look at', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect(readEvent(text)).toBeNull();
      }),
    );
  });
});
