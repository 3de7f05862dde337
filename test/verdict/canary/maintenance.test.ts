import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MaintenanceWindow } from '../../../src/plan/canary/settings.ts';
import { isMaintenance } from '../../../src/verdict/canary/maintenance.ts';

type Weekly = Extract<MaintenanceWindow, { kind: 'weekly' }>;

function weekly(over: Partial<Weekly>): Weekly {
  return { kind: 'weekly', text: 'a window', days: [], fromMinute: 120, toMinute: 240, zone: 'UTC', ...over };
}

const at = (iso: string): number => Date.parse(iso);

describe('a weekly window', () => {
  test('holds its beginning and not its end', () => {
    const window = weekly({});
    expect(isMaintenance([window], at('2026-01-05T01:59:59.999Z'))).toBe(false);
    expect(isMaintenance([window], at('2026-01-05T02:00:00Z'))).toBe(true);
    expect(isMaintenance([window], at('2026-01-05T03:59:59.999Z'))).toBe(true);
    expect(isMaintenance([window], at('2026-01-05T04:00:00Z'))).toBe(false);
  });

  test('is on its days only', () => {
    // 2026-01-04 is a Sunday.
    const window = weekly({ days: [0, 3] });
    const days = ['04', '05', '06', '07', '08', '09', '10'];
    const found = days.filter((day) => isMaintenance([window], at(`2026-01-${day}T03:00:00Z`)));
    expect(found).toEqual(['04', '07']);
  });

  test('that crosses midnight belongs to the day on which it begins', () => {
    const window = weekly({ days: [6], fromMinute: 23 * 60, toMinute: 60 });
    expect(isMaintenance([window], at('2026-01-10T23:30:00Z'))).toBe(true);
    expect(isMaintenance([window], at('2026-01-11T00:30:00Z'))).toBe(true);
    expect(isMaintenance([window], at('2026-01-10T00:30:00Z'))).toBe(false);
    expect(isMaintenance([window], at('2026-01-11T23:30:00Z'))).toBe(false);
  });

  test('that ends when it begins lasts a day', () => {
    const window = weekly({ days: [1], fromMinute: 600, toMinute: 600 });
    expect(isMaintenance([window], at('2026-01-05T10:00:00Z'))).toBe(true);
    expect(isMaintenance([window], at('2026-01-06T09:59:00Z'))).toBe(true);
    expect(isMaintenance([window], at('2026-01-06T10:00:00Z'))).toBe(false);
  });

  test('goes by the clock on the wall, in summer and in winter', () => {
    const window = weekly({ zone: 'Europe/Berlin' });
    expect(isMaintenance([window], at('2026-01-05T01:30:00Z'))).toBe(true);
    expect(isMaintenance([window], at('2026-07-06T00:30:00Z'))).toBe(true);
    expect(isMaintenance([window], at('2026-07-06T02:30:00Z'))).toBe(false);
    const tokyo = weekly({ zone: 'Asia/Tokyo', days: [1], fromMinute: 60, toMinute: 120 });
    // Monday there is still Sunday in UTC.
    expect(isMaintenance([tokyo], at('2026-01-04T16:30:00Z'))).toBe(true);
  });

  test('leaves out the hour that summer time does, and repeats the one that comes twice', () => {
    const window = weekly({ zone: 'Europe/Berlin', fromMinute: 120, toMinute: 180 });
    const minutes = (fromIso: string): number => {
      let count = 0;
      for (let minute = 0; minute < 24 * 60; minute += 5) {
        if (isMaintenance([window], at(fromIso) + minute * 60_000)) count += 5;
      }
      return count;
    };
    expect(minutes('2026-03-29T00:00:00Z')).toBe(0);
    expect(minutes('2026-10-24T22:00:00Z')).toBe(120);
    expect(minutes('2026-06-01T00:00:00Z')).toBe(60);
  });

  test('lasts as long as it says, whatever its times are', () => {
    const minute = fc.integer({ min: 0, max: 24 * 60 - 1 });
    fc.assert(
      fc.property(minute, minute, (fromMinute, toMinute) => {
        const window = weekly({ fromMinute, toMinute });
        const isIn = (offset: number): boolean =>
          isMaintenance([window], at('2026-02-03T00:00:00Z') + offset * 60_000);
        expect(isIn(fromMinute)).toBe(true);
        expect(isIn(toMinute)).toBe(fromMinute === toMinute);
      }),
      { numRuns: 50 },
    );
  });

  test('in a zone that is none is an error', () => {
    expect(() => isMaintenance([weekly({ zone: 'Atlantis/Capital' })], 0)).toThrow(RangeError);
  });
});

test('a window that comes once comes once', () => {
  const window: MaintenanceWindow = { kind: 'once', text: 'once', fromMs: 1000, toMs: 2000 };
  expect([999, 1000, 1999, 2000].map((ms) => isMaintenance([window], ms))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(isMaintenance([], 1500)).toBe(false);
});
