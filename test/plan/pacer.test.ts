import { describe, expect, test } from 'vitest';
import {
  createPacer,
  expectedArrivals,
  type Pacer,
  peakRatePerSecond,
  rateAt,
  type Segment,
  scheduleMs,
} from '../../src/plan/pacer.ts';
import type { OpenLoad, Stage } from '../../src/plan/plan.ts';
import { andersonDarlingExponential, onePercentCriticalValue } from '../support/anderson-darling.ts';

function openLoad(stages: readonly Stage[], overrides: Partial<OpenLoad> = {}): OpenLoad {
  return {
    kind: 'open',
    arrivals: 'uniform',
    stages,
    warmupMs: 0,
    drainMs: null,
    connections: { max: null, lifetimeMs: null, freshRatio: 0 },
    workers: null,
    requests: null,
    maxDurationMs: null,
    ...overrides,
  };
}

function constant(ratePerSecond: number, durationMs: number): Stage {
  return { kind: 'constant', ratePerSecond, durationMs };
}

function ramp(fromPerSecond: number, toPerSecond: number, durationMs: number): Stage {
  return { kind: 'ramp', fromPerSecond, toPerSecond, durationMs };
}

function timesOf(pacer: Pacer, limit = Infinity): number[] {
  const times: number[] = [];
  while (times.length < limit && pacer.next()) {
    times.push(pacer.atMs);
  }
  return times;
}

function schedule(load: OpenLoad, seed = 1, segment?: Segment): number[] {
  return timesOf(createPacer(load, seed, segment));
}

describe('a uniform schedule', () => {
  test.each([
    { rate: 4, durationMs: 1000, times: [0, 250, 500, 750], why: 'the first is at 0, none at the end' },
    { rate: 0.5, durationMs: 5000, times: [0, 2000, 4000], why: 'a rate below 1/s' },
    { rate: 0.1, durationMs: 9000, times: [0], why: 'less than one arrival is due' },
    { rate: 0, durationMs: 1000, times: [], why: 'no rate, no arrivals' },
  ])('at a constant $rate/s starts arrival k at k / rate: $why', ({ rate, durationMs, times }) => {
    expect(schedule(openLoad([constant(rate, durationMs)]))).toEqual(times);
  });

  test('of a ramp from 0 starts arrival k at sqrt(2k / a)', () => {
    const times = schedule(openLoad([ramp(0, 20, 10_000)]));
    expect(times).toHaveLength(100);
    for (const [k, atMs] of times.entries()) {
      expect(atMs).toBeCloseTo(1000 * Math.sqrt((2 * k) / 2), 8);
    }
  });

  test('of a ramp down to 0 mirrors the ramp up', () => {
    const times = schedule(openLoad([ramp(20, 0, 10_000)]));
    expect(times).toHaveLength(100);
    for (const [k, atMs] of times.entries()) {
      expect(atMs).toBeCloseTo(10_000 - 1000 * Math.sqrt(100 - k), 8);
    }
  });

  test('of a ramp between two rates has the integral of the rate behind each arrival', () => {
    const times = schedule(openLoad([ramp(30, 10, 60_000)]));
    expect(times).toHaveLength(1200);
    for (const [k, atMs] of times.entries()) {
      const seconds = atMs / 1000;
      expect(30 * seconds - (20 / 120) * seconds * seconds).toBeCloseTo(k, 8);
    }
  });

  test('of a ramp that hardly rises is nearly that of its constant rate', () => {
    const times = schedule(openLoad([ramp(1000, 1000 + 1e-9, 10_000)]));
    expect(times).toHaveLength(10_000);
    for (const [k, atMs] of times.entries()) {
      expect(Math.abs(atMs - k)).toBeLessThan(1e-8);
    }
  });

  test('steps to the next rate at once', () => {
    const times = schedule(openLoad([constant(2, 1000), constant(4, 1000), constant(1, 2000)]));
    expect(times).toEqual([0, 500, 1000, 1250, 1500, 1750, 2000, 3000]);
  });

  test('pauses where the rate is 0, and starts the next arrival when the pause ends', () => {
    const times = schedule(openLoad([constant(2, 1000), constant(0, 5000), constant(2, 1000)]));
    expect(times).toEqual([0, 500, 6000, 6500]);
  });

  test('keeps what is owed across a pause', () => {
    const times = schedule(openLoad([constant(2, 750), constant(0, 1000), constant(2, 750)]));
    expect(times).toEqual([0, 500, 2000]);
  });

  test.each([
    { stages: [constant(33.3, 10_000)], count: 333 },
    { stages: [constant(0.7, 90_000)], count: 63 },
    { stages: [constant(0.1, 30_000), constant(0.2, 30_000)], count: 9 },
    { stages: [ramp(0.1, 0.3, 100_000)], count: 20 },
    { stages: [ramp(200, 800, 60_000)], count: 30_000 },
    { stages: [constant(1 / 3, 1000)], count: 1 },
  ])('has exactly the integral of the rate: $count', ({ stages, count }) => {
    expect(schedule(openLoad(stages))).toHaveLength(count);
    expect(expectedArrivals(openLoad(stages))).toEqual({ warmup: 0, measured: count });
  });

  test('is the same for every seed', () => {
    const load = openLoad([ramp(5, 50, 3000)]);
    expect(schedule(load, 1)).toEqual(schedule(load, 2));
  });
});

describe('a warm-up', () => {
  test('is the head of the schedule, at the starting rate of the first stage', () => {
    const load = openLoad([ramp(2, 6, 1000)], { warmupMs: 1000 });
    const times = schedule(load);
    expect(times.slice(0, 3)).toEqual([0, 500, 1000]);
    expect(times).toHaveLength(6);
    expect(expectedArrivals(load)).toEqual({ warmup: 2, measured: 4 });
    expect(scheduleMs(load)).toBe(2000);
  });

  test('before a ramp from 0 is a pause', () => {
    const load = openLoad([ramp(0, 10, 1000)], { warmupMs: 500 });
    expect(schedule(load)[0]).toBe(500);
    expect(expectedArrivals(load)).toEqual({ warmup: 0, measured: 5 });
  });

  test.each(['uniform', 'poisson'] as const)(
    'does not count towards the requests asked for: %s',
    (arrivals) => {
      const load = openLoad([constant(100, 60_000)], { arrivals, warmupMs: 2000, requests: 321 });
      const times = schedule(load);
      expect(times.filter((atMs) => atMs >= 2000)).toHaveLength(321);
      expect(times.filter((atMs) => atMs < 2000).length).toBeGreaterThan(150);
      expect(expectedArrivals(load)).toEqual({ warmup: 200, measured: 321 });
    },
  );
});

describe('a Poisson schedule', () => {
  const steady = openLoad([constant(1000, 60_000)], { arrivals: 'poisson' });

  test('has the asked number of arrivals within three standard deviations, and gaps as spread as their mean', () => {
    const times = schedule(steady, 2024);
    expect(Math.abs(times.length - 60_000)).toBeLessThanOrEqual(735);
    const gaps = times.map((atMs, index) => atMs - (times[index - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (gaps.length - 1);
    const spread = Math.sqrt(variance) / mean;
    expect(spread).toBeGreaterThanOrEqual(0.98);
    expect(spread).toBeLessThanOrEqual(1.02);
  });

  test('has exponential gaps, by the test of Anderson and Darling', () => {
    const times = schedule(openLoad([constant(200, 30_000)], { arrivals: 'poisson' }), 7);
    const gaps = times.map((atMs, index) => atMs - (times[index - 1] ?? 0));
    expect(andersonDarlingExponential(gaps)).toBeLessThan(2 * onePercentCriticalValue(gaps.length));
  });

  test('follows a ramp: rescaled by the integral of the rate its gaps are exponential too', () => {
    const times = schedule(openLoad([ramp(0, 200, 60_000)], { arrivals: 'poisson' }), 7);
    const due = times.map((atMs) => (atMs / 1000) ** 2 * (200 / 120));
    const gaps = due.map((x, index) => x - (due[index - 1] ?? 0));
    expect(Math.abs(times.length - 6000)).toBeLessThanOrEqual(3 * Math.sqrt(6000));
    expect(andersonDarlingExponential(gaps)).toBeLessThan(2 * onePercentCriticalValue(gaps.length));
  });

  test('has counts per window as variable as a Poisson process, and uncorrelated', () => {
    const windows = new Float64Array(600);
    for (const atMs of schedule(steady, 5)) {
      const at = Math.floor(atMs / 100);
      windows[at] = (windows[at] ?? 0) + 1;
    }
    const mean = windows.reduce((sum, count) => sum + count, 0) / 600;
    const variance = windows.reduce((sum, count) => sum + (count - mean) ** 2, 0) / 599;
    const covariance = windows.reduce(
      (sum, count, index) => sum + (count - mean) * ((windows[index + 1] ?? mean) - mean),
      0,
    );
    // Standard deviations over 600 windows: sqrt(2 / 600) = 0.058 and 1 / sqrt(600) = 0.041.
    expect(Math.abs(variance / mean - 1)).toBeLessThan(0.23);
    expect(Math.abs(covariance / (599 * variance))).toBeLessThan(0.16);
  });

  test('is the same for the same seed and another for another seed', () => {
    const load = openLoad([ramp(10, 100, 5000)], { arrivals: 'poisson' });
    expect(schedule(load, 9)).toEqual(schedule(load, 9));
    expect(schedule(load, 9).slice(0, 5)).not.toEqual(schedule(load, 10).slice(0, 5));
  });

  test('expects the integral of the rate', () => {
    const load = openLoad([ramp(1, 2, 1000)], { arrivals: 'poisson', warmupMs: 500 });
    expect(expectedArrivals(load)).toEqual({ warmup: 0.5, measured: 1.5 });
  });
});

describe('a pacer', () => {
  test('has no arrival before the first call, and none after the end', () => {
    const pacer = createPacer(openLoad([constant(2, 1000)]), 1);
    expect(pacer.index).toBe(-1);
    expect(pacer.atMs).toBeNaN();
    expect(timesOf(pacer)).toEqual([0, 500]);
    expect(pacer.next()).toBe(false);
    expect(pacer.index).toBe(1);
  });

  test.each(['uniform', 'poisson'] as const)('numbers arrivals by the whole schedule: %s', (arrivals) => {
    const pacer = createPacer(openLoad([constant(10, 3000)], { arrivals }), 1, { index: 2, count: 4 });
    const indexes: number[] = [];
    while (indexes.length < 4 && pacer.next()) {
      indexes.push(pacer.index);
    }
    expect(indexes).toEqual([2, 6, 10, 14]);
  });

  test.each(['uniform', 'poisson'] as const)(
    'yields a billion arrivals per second one by one: %s',
    (arrivals) => {
      const load = openLoad([constant(1e9, 3_600_000)], { arrivals });
      const times = timesOf(createPacer(load, 1), 1000);
      expect(times).toHaveLength(1000);
      expect(times[999]).toBeLessThan(0.002);
      expect(expectedArrivals(load).measured).toBeCloseTo(3.6e12, -3);
    },
  );

  test('runs an endless stage until the requests asked for', () => {
    const load = openLoad([constant(10, Infinity)], { requests: 25 });
    expect(schedule(load)).toHaveLength(25);
    expect(expectedArrivals(load)).toEqual({ warmup: 0, measured: 25 });
    expect(timesOf(createPacer(openLoad([constant(0, Infinity)]), 1))).toEqual([]);
  });

  test('has nothing to yield without stages', () => {
    const load = openLoad([], { warmupMs: 1000 });
    expect(schedule(load)).toEqual([]);
    expect(expectedArrivals(load)).toEqual({ warmup: 0, measured: 0 });
    expect(peakRatePerSecond(load)).toBe(0);
  });

  test.each(['uniform', 'poisson'] as const)('costs well under a microsecond per arrival: %s', (arrivals) => {
    const pacer = createPacer(openLoad([ramp(0, 2000, 600_000)], { arrivals }), 1);
    const startMs = performance.now();
    const count = timesOf(pacer).length;
    // 30 to 80 ns on an idle core; the bound leaves room for a busy machine.
    expect((performance.now() - startMs) / count).toBeLessThan(0.001);
  });
});

describe('rateAt', () => {
  const load = openLoad([constant(10, 1000), ramp(10, 30, 2000), constant(0, 1000)], { warmupMs: 500 });

  test.each([
    { ms: -1, rate: 0, why: 'before the start' },
    { ms: 0, rate: 10, why: 'the warm-up runs at the first rate' },
    { ms: 1499, rate: 10, why: 'the first stage' },
    { ms: 2500, rate: 20, why: 'half of the ramp' },
    { ms: 3500, rate: 0, why: 'a step belongs to the later stage' },
    { ms: 4500, rate: 0, why: 'the end' },
  ])('is $rate/s at $ms ms: $why', ({ ms, rate }) => {
    expect(rateAt(load, ms)).toBe(rate);
  });

  test('never exceeds the peak', () => {
    expect(peakRatePerSecond(load)).toBe(30);
    expect(rateAt(load, 3499.999)).toBeLessThanOrEqual(30);
  });
});
