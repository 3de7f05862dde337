import { describe, expect, test } from 'vitest';
import { type Attempt, blankAttempt } from '../../../src/core/attempt.ts';
import { PulseMeter } from '../../../src/load/loop/pulse-meter.ts';

const NOW = { atMs: 250, inFlight: 3, pending: 2 };

const completed = (ms: number): Partial<Attempt> => ({
  outcome: 'completed',
  intendedMs: 0,
  endMs: ms,
  status: 200,
});

function meterOf(slowMs: number, attempts: readonly Partial<Attempt>[]): PulseMeter {
  const meter = new PulseMeter(slowMs);
  for (const attempt of attempts) meter.end({ ...blankAttempt(), ...attempt });
  return meter;
}

describe('a pulse', () => {
  test('tells the moment as it was given', () => {
    expect(new PulseMeter(Infinity).take(NOW)).toMatchObject(NOW);
  });

  test('tells what was due and sent since the last one', () => {
    const meter = new PulseMeter(Infinity);
    meter.due += 5;
    meter.sent += 4;
    expect(meter.take(NOW)).toMatchObject({ due: 5, sent: 4 });
    expect(meter.take(NOW)).toMatchObject({ due: 0, sent: 0 });
  });

  test.each([
    {
      name: 'a success',
      attempt: completed(5),
      wanted: { completed: 1, broken: 0, failed: 0, dropped: 0, slow: 0 },
    },
    { name: 'a slow success', attempt: completed(101), wanted: { completed: 1, failed: 0, slow: 1 } },
    { name: 'one at the very limit', attempt: completed(100), wanted: { completed: 1, slow: 0 } },
    {
      name: 'a failure with a whole response',
      attempt: { ...completed(5), cause: 'http-5xx' as const },
      wanted: { completed: 1, broken: 0, failed: 1, dropped: 0 },
    },
    {
      name: 'a broken one',
      attempt: { outcome: 'broken' as const, cause: 'reset' as const, intendedMs: 0, endMs: 500 },
      wanted: { completed: 0, broken: 1, failed: 1, dropped: 0, slow: 0 },
    },
    {
      name: 'a dropped one',
      attempt: { outcome: 'dropped' as const, intendedMs: 0, endMs: 500 },
      wanted: { completed: 0, broken: 0, failed: 0, dropped: 1, slow: 0 },
    },
  ])('counts $name', ({ attempt, wanted }) => {
    const meter = meterOf(100, [attempt]);
    expect(meter.take(NOW)).toMatchObject(wanted);
    expect(meter.take(NOW)).toMatchObject({ completed: 0, broken: 0, failed: 0, dropped: 0, slow: 0 });
  });

  test('holds a histogram of whole responses alone, and hands over a new one each time', () => {
    const attempts = [
      completed(1),
      completed(1),
      completed(900),
      { outcome: 'broken' as const, intendedMs: 0, endMs: 5 },
    ];
    const meter = meterOf(Infinity, attempts);
    const first = meter.take(NOW).coarse;
    const second = meter.take(NOW).coarse;
    expect([...first].filter((count) => count > 0)).toEqual([2, 1]);
    expect(second.every((count) => count === 0)).toBe(true);
    expect(second).not.toBe(first);
  });
});
