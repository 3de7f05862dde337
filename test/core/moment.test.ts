import { expect, test } from 'vitest';
import { parseDay, parseLength, parseMoment } from '../../src/core/moment.ts';

test.each([
  ['2026-11-28T20:00:00Z', '2026-11-28T20:00:00.000Z'],
  ['2026-11-28 20:00:00.5+02:00', '2026-11-28T18:00:00.500Z'],
  ['1764360000', '2025-11-28T20:00:00.000Z'],
  ['2026-02-30T00:00:00Z', null],
  ['2026-11-28', null],
  ['2026-11-28T24:00:00Z', null],
  ['soon', null],
])('the moment %j is %j', (text, expected) => {
  const ms = parseMoment(text);
  expect(Number.isNaN(ms) ? null : new Date(ms).toISOString()).toBe(expected);
});

test('a day begins at midnight UTC, and must be one', () => {
  expect(parseDay('2026-11-28')).toBe(Date.parse('2026-11-28T00:00:00Z'));
  expect([parseDay('2026-02-30'), parseDay('28.11.2026')]).toEqual([NaN, NaN]);
});

test('a length is milliseconds, and what is none is not a number', () => {
  expect(['30d', '1m30s', ' ', 'soon', '-3s'].map(parseLength)).toEqual([
    2_592_000_000,
    90_000,
    NaN,
    NaN,
    NaN,
  ]);
});
