/** Schedules whose warm-up is an approach: a way up in steps. */

import { describe, expect, test } from 'vitest';
import {
  createPacer,
  expectedArrivals,
  peakRatePerSecond,
  rateAt,
  scheduleMs,
} from '../../src/plan/pacer.ts';
import type { OpenLoad, Stage } from '../../src/plan/plan.ts';

const constant = (ratePerSecond: number, durationMs: number): Stage => ({
  kind: 'constant',
  ratePerSecond,
  durationMs,
});

function approaching(arrivals: OpenLoad['arrivals'], overrides: Partial<OpenLoad> = {}): OpenLoad {
  return {
    kind: 'open',
    arrivals,
    approach: [constant(10, 1000), constant(20, 2000)],
    warmupMs: 3000,
    stages: [constant(40, 5000)],
    drainMs: null,
    connections: { max: null, lifetimeMs: null, freshRatio: 0 },
    workers: null,
    requests: null,
    maxDurationMs: null,
    ...overrides,
  };
}

/** Arrivals of the segments as [index, time], in the order of the schedule. */
function arrivals(load: OpenLoad, count = 1): (readonly [index: number, atMs: number])[] {
  const all = Array.from({ length: count }, (_, index) => {
    const pacer = createPacer(load, 7, { index, count });
    const own: (readonly [number, number])[] = [];
    while (pacer.next()) own.push([pacer.index, pacer.atMs]);
    return own;
  });
  return all.flat().sort((a, b) => a[0] - b[0]);
}

describe.each(['uniform', 'poisson'] as const)('with %s arrivals an approach', (law) => {
  test('lies before the measured part, which has its own rate', () => {
    const load = approaching(law);
    expect(scheduleMs(load)).toBe(8000);
    expect(expectedArrivals(load)).toEqual({ warmup: 50, measured: 200 });
    expect([0, 999, 1000, 2999, 3000, 7999, 8000].map((ms) => rateAt(load, ms))).toEqual([
      10, 10, 20, 20, 40, 40, 0,
    ]);
  });

  test('makes the same schedule for any number of segments', () => {
    const whole = arrivals(approaching(law));
    expect(whole.map(([index]) => index)).toEqual(whole.map((_, index) => index));
    expect(arrivals(approaching(law), 3)).toEqual(whole);
  });

  test('does not use up a number of requests, which are measured ones', () => {
    const limited = arrivals(approaching(law, { requests: 30 }));
    expect(limited.filter(([, atMs]) => atMs >= 3000)).toHaveLength(30);
    expect(limited).toEqual(arrivals(approaching(law)).slice(0, limited.length));
  });

  test('counts for the highest rate', () => {
    expect(peakRatePerSecond(approaching(law))).toBe(40);
    expect(peakRatePerSecond(approaching(law, { stages: [constant(5, 1000)] }))).toBe(20);
  });

  test('that is absent leaves the warm-up at the starting rate', () => {
    const { approach: _, ...plain } = approaching(law);
    expect(expectedArrivals(plain)).toEqual({ warmup: 120, measured: 200 });
  });
});

test('uniform arrivals of an approach are evenly spaced in each of its steps', () => {
  const times = arrivals(approaching('uniform')).map(([, atMs]) => atMs);
  expect(times.slice(0, 3)).toEqual([0, 100, 200]);
  expect(times.slice(9, 12)).toEqual([900, 1000, 1050]);
  expect(times.slice(49, 52)).toEqual([2950, 3000, 3025]);
  expect(times).toHaveLength(250);
});
