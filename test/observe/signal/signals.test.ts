import { describe, expect, test } from 'vitest';
import type { Resource, Signal } from '../../../src/core/server/signal.ts';
import {
  type FactName,
  type HistogramFact,
  mergeReadings,
  type Reading,
} from '../../../src/observe/reading.ts';
import { signalsBetween } from '../../../src/observe/signals.ts';
import { told } from '../readings.ts';

type Facts = Partial<Record<FactName, number>>;

/** Two looks one second apart; counters begin at 0 in the first where it does not say. */
function over(first: Facts, second: Facts): readonly Signal[] {
  return signalsBetween(told(0, first), told(1000, second));
}

function of(signals: readonly Signal[], resource: Resource): Signal | undefined {
  return signals.find((signal) => signal.resource === resource);
}

function histogram(cumulative: readonly number[], bounds = [1, 10, 100, Infinity]): HistogramFact {
  return { bounds, cumulative, from: 'latencies' };
}

function withQueue(reading: Reading, cumulative: readonly number[], bounds?: number[]): Reading {
  return { ...reading, histograms: new Map([['run-queue', histogram(cumulative, bounds)]]) };
}

describe('cpu', () => {
  test.each([
    [{ gomaxprocs: 4 }, 4],
    [{ gomaxprocs: 4, cores: 2 }, 2],
    [{ gomaxprocs: 4, cores: 8, 'cgroup-cores': 1.5 }, 1.5],
    [{ cores: 8, 'cgroup-quota-us': 50_000, 'cgroup-period-us': 100_000 }, 0.5],
    [{ cores: 8, 'cgroup-quota-us': -1, 'cgroup-period-us': 100_000 }, 8],
  ])('the least of %o is what a process can use', (limits: Facts, cores) => {
    const cpu = of(over({ 'cpu-seconds': 10 }, { 'cpu-seconds': 10.4, ...limits }), 'cpu');
    expect(cpu?.utilization).toBeCloseTo(0.4 / cores, 9);
    expect(cpu?.evidence).toBe(`0.40 of ${cores} cores, cpu-seconds`);
  });

  test('without a limit there is no share, and so no signal', () => {
    expect(of(over({ 'cpu-seconds': 10 }, { 'cpu-seconds': 10.4 }), 'cpu')).toBeUndefined();
  });

  test.each([
    [0.8, 'ok'],
    [0.81, 'near'],
    [0.95, 'near'],
    [0.96, 'saturated'],
    [1.3, 'saturated'],
  ])('%d is %s', (share, state) => {
    expect(of(signalsBetween(null, told(0, { 'cpu-share': share })), 'cpu')?.state).toBe(state);
  });

  test('is saturated only if nothing says that nobody waits', () => {
    const busy: Facts = { 'cpu-share': 0.97 };
    const calm = over({ 'psi-cpu-seconds': 1 }, { ...busy, 'psi-cpu-seconds': 1.02 });
    expect(of(calm, 'cpu')?.state).toBe('near');
    const queue = withQueue(told(1000, busy), [1000, 1000, 1000, 1000]);
    expect(of(signalsBetween(withQueue(told(0, {}), [0, 0, 0, 0]), queue), 'cpu')?.state).toBe('near');
    const waits = over({ 'psi-cpu-seconds': 1 }, { ...busy, 'psi-cpu-seconds': 1.2 });
    expect(of(waits, 'cpu')).toMatchObject({ state: 'saturated', signs: ['pressure'] });
  });

  test('pressure alone is evidence of its own kind: a share of time, not of processors', () => {
    expect(of(over({ 'psi-cpu-seconds': 1 }, { 'psi-cpu-seconds': 1.15 }), 'cpu')).toEqual({
      resource: 'cpu',
      tier: 'pressure',
      value: expect.closeTo(0.15, 9) as number,
      utilization: null,
      state: 'near',
      evidence: 'tasks waited 15% of the time, psi-cpu-seconds',
      signs: ['pressure'],
    });
  });

  test('a quota that holds the service back is told, though its share looks small', () => {
    const first = { 'cgroup-periods': 0, 'cgroup-throttled-periods': 0, 'cpu-seconds': 0 };
    const second = { 'cgroup-periods': 10, 'cgroup-throttled-periods': 4, 'cpu-seconds': 0.5, cores: 1 };
    expect(of(over(first, second), 'cpu')).toMatchObject({
      value: 0.5,
      state: 'saturated',
      signs: ['throttled'],
    });
  });

  test('a machine that others fill leaves nothing', () => {
    const first = { 'host-cpu-seconds': 0, 'host-idle-seconds': 0, 'cpu-seconds': 0 };
    const second = { 'host-cpu-seconds': 2, 'host-idle-seconds': 0.02, 'cpu-seconds': 0.2, cores: 2 };
    expect(of(over(first, second), 'cpu')).toMatchObject({
      utilization: 0.99,
      state: 'saturated',
      signs: ['neighbours'],
      evidence: '99% of the machine, host-cpu-seconds; 0.20 of 2 cores, cpu-seconds',
    });
    expect(of(over(first, { ...second, 'cpu-seconds': 1.9 }), 'cpu')).not.toHaveProperty('signs');
  });

  test("Go's own classes stand in where nobody tells the process's time", () => {
    const first = { 'go-idle-cpu-seconds': 0, 'go-cpu-seconds': 0 };
    expect(of(over(first, { 'go-idle-cpu-seconds': 0.5, 'go-cpu-seconds': 2 }), 'cpu')?.utilization).toBe(
      0.75,
    );
  });
});

describe('run queue', () => {
  test('is the p99 of what came between the looks', () => {
    const before = withQueue(told(0, {}), [1000, 1000, 1000, 1000]);
    const after = withQueue(told(1000, {}), [1000, 1100, 1200, 1200]);
    const queue = of(signalsBetween(before, after), 'run-queue');
    expect(queue).toMatchObject({ state: 'saturated', utilization: null, evidence: 'p99 98.2ms, latencies' });
    expect(queue?.value).toBeCloseTo(98.2, 6);
  });

  test('beyond the last bound more than that bound is told', () => {
    const queue = of(
      signalsBetween(withQueue(told(0, {}), [0, 0, 0, 0]), withQueue(told(1, {}), [0, 0, 0, 500])),
      'run-queue',
    );
    expect(queue).toMatchObject({ value: 100, evidence: 'p99 more than 100ms, latencies' });
  });

  test('a restart counts all of the new histogram; few waits, other bounds and the first look tell nothing', () => {
    const before = withQueue(told(0, {}), [1000, 1000, 1000, 1000]);
    const after = (cumulative: readonly number[], bounds?: number[]): unknown =>
      of(signalsBetween(before, withQueue(told(1000, {}), cumulative, bounds)), 'run-queue')?.value;
    expect(after([200, 200, 200, 200])).toBeCloseTo(0.99, 9);
    expect(after([1015, 1015, 1015, 1015])).toBeUndefined();
    expect(after([2000, 2000, 2000, 2000], [1, 10, 50, Infinity])).toBeUndefined();
    expect(of(signalsBetween(null, before), 'run-queue')).toBeUndefined();
  });

  test("an event loop's delay has limits of its own, above its resolution", () => {
    const lag = (ms: number): unknown =>
      of(signalsBetween(null, told(0, { 'loop-lag-p99-ms': ms })), 'run-queue')?.state;
    expect([lag(12), lag(40), lag(80)]).toEqual(['ok', 'near', 'saturated']);
  });
});

describe('memory', () => {
  test('is held against the lower of container and machine', () => {
    const facts = { 'rss-bytes': 900, 'cgroup-memory-limit': 1000, 'host-memory-total': 10_000 };
    expect(of(signalsBetween(null, told(0, facts)), 'memory')).toMatchObject({
      utilization: 0.9,
      state: 'near',
    });
    expect(of(signalsBetween(null, told(0, { 'rss-bytes': 900 })), 'memory')).toBeUndefined();
  });

  test('at Go’s soft limit is near at most, and none where it is not set', () => {
    const facts = { 'go-sys-bytes': 1000, 'go-released-bytes': 10, 'go-memory-limit': 1000 };
    expect(of(signalsBetween(null, told(0, facts)), 'memory')).toMatchObject({
      utilization: 0.99,
      state: 'near',
    });
    const none = { ...facts, 'go-memory-limit': Number.MAX_SAFE_INTEGER * 1024 };
    expect(of(signalsBetween(null, told(0, none)), 'memory')).toBeUndefined();
  });

  test('that tasks wait for is short, whatever its share', () => {
    const facts = { 'host-memory-total': 1000, 'host-memory-available': 500 };
    const signals = over({ 'psi-memory-seconds': 0 }, { ...facts, 'psi-memory-seconds': 0.5 });
    expect(of(signals, 'memory')).toMatchObject({
      utilization: 0.5,
      state: 'saturated',
      signs: ['pressure'],
    });
  });
});

describe('gc', () => {
  test('between two collections follows from the shares since the start', () => {
    const start = 1_700_000_000_000;
    const first = {
      'start-ms': start,
      'gc-lifetime-share': 0.01,
      'gc-last-end-ms': start + 100_000,
      'gc-cycles': 10,
    };
    // (0.02 * 110 - 0.01 * 100) / 10
    const second = {
      ...first,
      'gc-lifetime-share': 0.02,
      'gc-last-end-ms': start + 110_000,
      'gc-cycles': 30,
    };
    expect(of(over(first, second), 'gc')).toMatchObject({
      value: expect.closeTo(0.12, 9) as number,
      state: 'near',
    });
    expect(of(over(first, first), 'gc')).toMatchObject({ value: 0, state: 'ok' });
    expect(of(over(first, { ...second, 'start-ms': start + 60_000 }), 'gc')).toBeUndefined();
  });

  test('of classes is a share of all their time, and the limiter is told', () => {
    const first = { 'go-gc-cpu-seconds': 0, 'go-cpu-seconds': 0, 'gc-limiter-cycle': 3 };
    const second = { 'go-gc-cpu-seconds': 0.2, 'go-cpu-seconds': 4 };
    expect(of(over(first, { ...second, 'gc-limiter-cycle': 3 }), 'gc')).toMatchObject({
      value: 0.05,
      state: 'ok',
    });
    expect(of(over(first, { ...second, 'gc-limiter-cycle': 9 }), 'gc')).toMatchObject({
      state: 'saturated',
      signs: ['limiter'],
    });
  });

  test('of pauses alone is too little to say that all is well', () => {
    const state = (seconds: number): unknown =>
      of(over({ 'go-pause-seconds': 0 }, { 'go-pause-seconds': seconds }), 'gc')?.state;
    expect([state(0.01), state(0.2), state(0.3)]).toEqual(['unknown', 'near', 'saturated']);
    expect(of(over({ 'jvm-gc-seconds': 0 }, { 'jvm-gc-seconds': 0.01 }), 'gc')?.state).toBe('ok');
  });
});

describe('what fills up', () => {
  test.each([
    [80, 'ok'],
    [81, 'near'],
    [96, 'saturated'],
  ])('%d of 100 descriptors, and connections, are %s', (used, state) => {
    const signals = signalsBetween(
      null,
      told(0, { 'open-fds': used, 'max-fds': 100, conntrack: used, 'conntrack-limit': 100 }),
    );
    expect(of(signals, 'fds')).toMatchObject({ utilization: used / 100, state });
    expect(of(signals, 'conntrack')).toMatchObject({ utilization: used / 100, state });
  });

  test('the fuller of process and machine counts', () => {
    const facts = { 'open-fds': 10, 'max-fds': 100, 'host-fds': 90, 'host-max-fds': 100 };
    expect(of(signalsBetween(null, told(0, facts)), 'fds')?.evidence).toBe('90 of 100, host-fds');
  });

  test('one drop at the door is too many', () => {
    const counts = { 'listen-overflows': 5, 'listen-drops': 5 };
    expect(of(over(counts, counts), 'accept-queue')).toMatchObject({ value: 0, state: 'ok' });
    expect(of(over(counts, { ...counts, 'listen-drops': 7 }), 'accept-queue')).toMatchObject({
      value: 2,
      state: 'saturated',
    });
  });

  test('the busiest disk counts; busy without anybody waiting is not its end', () => {
    const first = { 'disk-busy-seconds/sda': 0, 'disk-busy-seconds/sdb': 0, 'psi-io-seconds': 0 };
    const second = { 'disk-busy-seconds/sda': 0.1, 'disk-busy-seconds/sdb': 0.99 };
    expect(of(over(first, { ...second, 'psi-io-seconds': 0 }), 'disk')).toMatchObject({
      value: 0.99,
      state: 'near',
    });
    expect(of(over(first, { ...second, 'psi-io-seconds': 0.3 }), 'disk')).toMatchObject({
      state: 'saturated',
    });
  });

  test('locks: how many wait, on average', () => {
    const waiting = (seconds: number): unknown =>
      of(over({ 'mutex-wait-seconds': 0 }, { 'mutex-wait-seconds': seconds }), 'locks')?.state;
    expect([waiting(0.5), waiting(2), waiting(30)]).toEqual(['ok', 'near', 'saturated']);
  });
});

describe('what cannot be told is not told', () => {
  test('from nothing comes nothing', () => {
    expect(signalsBetween(null, mergeReadings([]))).toEqual([]);
    expect(signalsBetween(mergeReadings([]), mergeReadings([]))).toEqual([]);
  });

  test('counters say nothing at the first look, without time between, or from another place', () => {
    const counters: Facts = { 'cpu-seconds': 1, 'mutex-wait-seconds': 1, 'listen-drops': 1, cores: 2 };
    expect(signalsBetween(null, told(0, counters))).toEqual([]);
    expect(signalsBetween(told(5, counters), told(5, counters))).toEqual([]);
    const elsewhere = told(0, counters);
    const facts = new Map(
      [...elsewhere.facts].map(([name, fact]) => [name, { ...fact, from: 'another page' }]),
    );
    expect(signalsBetween({ ...elsewhere, facts }, told(1000, counters))).toEqual([]);
  });

  test('after a restart a counter begins at 0', () => {
    const first = { 'cpu-seconds': 500, cores: 2 };
    expect(of(over(first, { 'cpu-seconds': 0.5, cores: 2 }), 'cpu')?.value).toBe(0.25);
    const overtaken = over(
      { 'cpu-seconds': 0.1, 'start-ms': 0 },
      { 'cpu-seconds': 0.5, 'start-ms': 5000, cores: 2 },
    );
    expect(of(overtaken, 'cpu')?.value).toBe(0.25);
  });
});
