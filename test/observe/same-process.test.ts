import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Reading, readingOf } from '../../src/observe/reading.ts';
import { isOtherProcess } from '../../src/observe/same-process.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 10);

const startedAt = (ms: number | null): Reading =>
  readingOf(0, [['start-ms', ms, 'process_start_time_seconds']]);

test('a process that was there already is another one', () => {
  expect(isOtherProcess(startedAt(NOW_MS - 50_000), startedAt(NOW_MS - 49_000), NOW_MS)).toBe(true);
  expect(isOtherProcess(startedAt(NOW_MS - 49_000), startedAt(NOW_MS - 50_000), NOW_MS)).toBe(true);
});

test('a process that began since then is the same, anew', () => {
  expect(isOtherProcess(startedAt(NOW_MS - 50_000), startedAt(NOW_MS + 500), NOW_MS)).toBe(false);
  expect(isOtherProcess(startedAt(NOW_MS - 50_000), startedAt(NOW_MS - 3000), NOW_MS)).toBe(false);
});

test('a start that wanders by its ticks, and one that nobody tells, show nothing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: -50, max: 50 }), (age, off) => {
      const first = startedAt(NOW_MS - age);
      expect(isOtherProcess(first, startedAt(NOW_MS - age + off), NOW_MS)).toBe(false);
      expect(isOtherProcess(first, startedAt(null), NOW_MS)).toBe(false);
      expect(isOtherProcess(startedAt(null), first, NOW_MS)).toBe(false);
    }),
  );
});
