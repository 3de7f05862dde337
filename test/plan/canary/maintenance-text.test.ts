import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnitError } from '../../../src/core/units.ts';
import { parseMaintenance } from '../../../src/plan/canary/maintenance-text.ts';

function fault(text: string): UnitError {
  try {
    parseMaintenance(text);
  } catch (error) {
    if (error instanceof UnitError) return error;
    throw error;
  }
  throw new Error(`"${text}" was accepted`);
}

describe('a window of the week', () => {
  test.each<
    readonly [text: string, days: readonly number[], fromMinute: number, toMinute: number, zone: string]
  >([
    ['Sun 02:00-04:00 Europe/Berlin', [0], 120, 240, 'Europe/Berlin'],
    ['daily 23:30-00:15', [], 1410, 15, 'UTC'],
    ['Mon,Wed 12:00-13:00 UTC', [1, 3], 720, 780, 'UTC'],
    ['fri-mon, wednesday 1:00 - 2:30', [0, 1, 3, 5, 6], 60, 150, 'UTC'],
    ['Sat 00:00-24:00', [6], 0, 0, 'UTC'],
    ['Mon,Mon 22:00-06:00 Asia/Kolkata', [1], 1320, 360, 'Asia/Kolkata'],
  ])('%j', (text, days, fromMinute, toMinute, zone) => {
    expect(parseMaintenance(` ${text} `)).toEqual({ kind: 'weekly', text, days, fromMinute, toMinute, zone });
  });
});

describe('a window that comes once', () => {
  test.each<readonly [text: string, from: string, to: string]>([
    ['2026-12-01T22:00Z/2h', '2026-12-01T22:00:00Z', '2026-12-02T00:00:00Z'],
    ['2026-12-01T22:00Z/2026-12-02T01:00Z', '2026-12-01T22:00:00Z', '2026-12-02T01:00:00Z'],
    ['2026-12-01T22:00:30+05:30/90m', '2026-12-01T16:30:30Z', '2026-12-01T18:00:30Z'],
    ['2028-02-29T00:00-0800 / 1d', '2028-02-29T08:00:00Z', '2028-03-01T08:00:00Z'],
  ])('%j', (text, from, to) => {
    const window = { kind: 'once', text, fromMs: Date.parse(from), toMs: Date.parse(to) };
    expect(parseMaintenance(text)).toEqual(window);
  });
});

test.each<readonly [text: string, message: string, index: number]>([
  ['', 'no maintenance window', 0],
  ['Sun', 'no maintenance window', 0],
  ['Sun 02:00', 'no maintenance window', 0],
  ['Sum 02:00-04:00', 'no day of the week', 0],
  ['Mon,Fry 02:00-04:00', '"Fry" is no day', 4],
  ['Mon-Wed-Fri 02:00-04:00', 'no range of days', 0],
  ['Sun 25:00-26:00', '"25:00" is no time', 4],
  ['Sun 02:00-02:60', '"02:60" is no time', 10],
  ['Sun 24:00-02:00', 'begins no window', 4],
  ['Sun 02:00-02:00', 'no length', 4],
  ['Sun 02:00-04:00 Europe/Berlim', 'time zone "Europe/Berlim" is not known', 16],
  ['Sun 02:00-04:00 +02:00', 'time zone "+02:00" is not known', 16],
  ['2026-02-30T22:00Z/2h', 'there is no 2026-02-30T22:00Z', 0],
  ['2026-13-01T22:00Z/2h', 'there is no 2026-13-01T22:00Z', 0],
  ['2026-12-01T24:00Z/2h', 'there is no 2026-12-01T24:00Z', 0],
  ['2026-12-01T22:00/2h', 'does not say in which zone', 0],
  ['2026-12-01T22:00+15:00/2h', 'no zone is +15:00 from UTC', 16],
  ['2026-12-01/2h', 'no point in time', 0],
  ['2026-12-01T22:00Z/2', 'has no unit', 19],
  ['2026-12-01T22:00Z/0s', 'ends before it begins', 18],
  ['2026-12-01T22:00Z/2026-12-01T21:00Z', 'ends before it begins', 18],
  ['2026-12-01T22:00Z/32d', 'longer than 31 days', 18],
  [`Sun ${' '.repeat(300)}02:00-04:00`, 'too long', 0],
])('%j is refused: %s', (text, message, index) => {
  const error = fault(text);
  expect(error.message).toContain(message);
  expect(error.index).toBe(index);
  expect(error.hint).not.toBe('');
});

test('a zone that is misspelt is suggested', () => {
  expect(fault('Sun 02:00-04:00 Europe/Berlim').hint).toBe('did you mean "Europe/Berlin"?');
});

test('whatever days and times: the window has them', () => {
  const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  const minutes = fc.integer({ min: 0, max: 1439 });
  const clock = (minute: number): string =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  const days = fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 });
  fc.assert(
    fc.property(
      days,
      minutes,
      minutes,
      fc.constantFrom('UTC', 'America/New_York'),
      (chosen, from, to, zone) => {
        fc.pre(from !== to);
        const text = `${chosen.map((day) => names[day]).join(',')} ${clock(from)}-${clock(to)} ${zone}`;
        expect(parseMaintenance(text)).toMatchObject({
          days: [...chosen].sort((a, b) => a - b),
          fromMinute: from,
          toMinute: to,
          zone,
        });
      },
    ),
  );
});

test('whatever the instant: it is that of Date', () => {
  const instants = fc.integer({ min: Date.UTC(1971, 0), max: Date.UTC(2200, 0) });
  fc.assert(
    fc.property(instants, fc.integer({ min: 1, max: 44_000 }), (at, minutes) => {
      const fromMs = Math.floor(at / 1000) * 1000;
      const text = `${new Date(fromMs).toISOString().replace('.000', '')}/${minutes}m`;
      expect(parseMaintenance(text)).toMatchObject({ fromMs, toMs: fromMs + minutes * 60_000 });
    }),
  );
});

function outcomeOf(text: string): string {
  try {
    return parseMaintenance(text).kind;
  } catch (error) {
    return error instanceof UnitError && error.hint !== '' ? 'refused' : String(error);
  }
}

test('any text is a window, or is refused with a remedy', () => {
  const pieces = fc.constantFrom(
    'Sun',
    'Mon-Fri',
    ' ',
    '02:00',
    '-',
    '24:00',
    '2026-12-01T22:00Z',
    '/',
    '2h',
    'UTC',
    ',',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 8 }).map((list) => list.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(['weekly', 'once', 'refused']).toContain(outcomeOf(text));
    }),
    { numRuns: 300 },
  );
});
