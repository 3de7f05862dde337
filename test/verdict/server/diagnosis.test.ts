import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/verdict/server/diagnosis.ts';
import { codesOf, diagnosed, looksOf, signal } from './virtual-server.ts';

const ramp = (second: number): number => 100 + 110 * second;

describe('what binds', () => {
  test('is told with the rate at which it did, the share being that of the highest rate', () => {
    const cpu = (second: number): number => Math.min(0.97, 0.05 * (second + 1));
    const { binding, resources } = diagnosed(
      (second) => [
        signal('cpu', cpu(second)),
        signal('run-queue', second >= 18 ? 14 : 0.2),
        signal('memory', 0.6),
      ],
      { rate: ramp },
    );
    expect(binding).toEqual({
      resource: 'cpu',
      utilization: expect.closeTo(0.963, 2) as number,
      text: 'at 2,135/s its cpu was 96%, its run-queue p99 14ms: cpu-bound',
    });
    expect(resources.find(({ resource }) => resource === 'cpu')).toMatchObject({
      unit: 'ratio',
      max: 0.97,
      mean: expect.closeTo(0.5235, 3) as number,
      evidence: 'cpu 0.97',
    });
  });

  test('while all is well is what grows with the rate, not what stands high anyway', () => {
    const { binding, diagnoses } = diagnosed(() => [
      signal('cpu', 0.3),
      signal('memory', 0.7),
      signal('fds', 0.1),
    ]);
    expect(binding).toEqual({
      resource: 'cpu',
      utilization: expect.closeTo(0.3, 9) as number,
      text: 'at 100/s its cpu was 30%: the fullest of what grows with the rate',
    });
    expect(diagnoses).toEqual([]);
  });

  test('may have no share', () => {
    const { binding } = diagnosed(() => [signal('cpu', 0.2), signal('locks', 30)]);
    expect(binding).toEqual({
      resource: 'locks',
      utilization: null,
      text: 'at 100/s there were 30 waiting for locks: bound by locks',
    });
  });

  test('is not the machine that others fill, when something of its own is short', () => {
    const crowded = signal('cpu', 0.99, { signs: ['neighbours'] });
    expect(diagnosed(() => [crowded, signal('locks', 30)]).binding?.resource).toBe('locks');
    expect(diagnosed(() => [crowded]).binding?.text).toBe(
      'at 100/s its cpu was 99%: its machine is full, mostly of others',
    );
  });

  test('cannot be told from nothing, or from numbers without limits', () => {
    expect(diagnose({ server: 'a', looks: [] }, [])).toEqual({ binding: null, diagnoses: [], resources: [] });
    const { binding, resources } = diagnosed(() => [signal('goroutines', 12)]);
    expect(binding).toBeNull();
    expect(resources).toMatchObject([
      { resource: 'goroutines', state: 'unknown', utilization: null, mean: 12 },
    ]);
  });

  test('without a series of rates every look counts, and no rate is told', () => {
    const { binding } = diagnose(
      looksOf(() => [signal('cpu', 0.97)]),
      [],
    );
    expect(binding?.text).toBe('its cpu was 97%: cpu-bound');
  });

  test('a state that did not last is not the state', () => {
    const { resources } = diagnosed((second) => [signal('cpu', second === 7 ? 0.99 : 0.4)]);
    expect(resources[0]).toMatchObject({ state: 'ok', max: 0.99 });
    expect(
      diagnosed((second) => [signal('cpu', second > 6 && second < 10 ? 0.99 : 0.4)]).resources[0]?.state,
    ).toBe('saturated');
  });
});

describe('faults', () => {
  test('cpu-bound', () => {
    const { diagnoses } = diagnosed(() => [signal('cpu', 0.98), signal('run-queue', 14)]);
    expect(diagnoses).toEqual([
      { code: 'cpu-bound', text: 'at 100/s cpu 98%, run-queue p99 14ms: it is short of processors' },
    ]);
    const pressure = signal('cpu', 0.5, { tier: 'pressure', state: 'saturated', utilization: null });
    expect(codesOf(diagnosed(() => [pressure]))).toEqual([]);
  });

  test('crowded-host', () => {
    const { diagnoses } = diagnosed(() => [signal('cpu', 0.99, { signs: ['pressure', 'neighbours'] })]);
    expect(diagnoses).toEqual([
      { code: 'crowded-host', text: 'at 100/s cpu 99% of its machine, most of it used by others' },
    ]);
  });

  test('crowded-host, where tasks wait for processors that the server does not get', () => {
    const { diagnoses } = diagnosed(() => [signal('cpu', 0.42), signal('run-queue', 1250)]);
    expect(diagnoses).toEqual([
      {
        code: 'crowded-host',
        text: 'at 100/s run-queue p99 1.25s, cpu 42%: its tasks wait for processors that others use',
      },
    ]);
  });

  test('gc-storm, before the want of processors that it brings about', () => {
    expect(codesOf(diagnosed(() => [signal('cpu', 0.98), signal('gc', 0.3)]))).toEqual([
      'gc-storm',
      'cpu-bound',
    ]);
    expect(codesOf(diagnosed(() => [signal('gc', 0.08)]))).toEqual([]);
  });

  test('goroutine-leak', () => {
    const { diagnoses } = diagnosed((second) => [signal('goroutines', 40 + 25 * second)]);
    expect(diagnoses).toEqual([
      { code: 'goroutine-leak', text: 'goroutines grew from 215 to 515 under constant load, by 25 a second' },
    ]);
  });

  test('fd-leak, with the time that is left', () => {
    const { diagnoses } = diagnosed((second) => [signal('fds', 0.05 + 0.02 * second)]);
    expect(diagnoses).toEqual([
      {
        code: 'fd-leak',
        text: 'descriptors in use grew under constant load from 19% to 43% of the limit: full in 28.5s',
      },
    ]);
  });

  test('fd-limit, also when the last answer is all there is', () => {
    expect(
      codesOf(diagnosed((second) => [signal('fds', [0.1, 0.3, 0.85][second] ?? 1)], { seconds: 3 })),
    ).toEqual(['fd-limit']);
    expect(codesOf(diagnosed(() => [signal('fds', 0.97)]))).toEqual(['fd-limit']);
  });

  test('lock-contention, and no leak of the goroutines that queue for the lock', () => {
    const conduct = (second: number): ReturnType<typeof signal>[] => [
      signal('locks', 20),
      signal('goroutines', 40 + 25 * second),
      signal('fds', 0.01 + 0.02 * second),
    ];
    expect(codesOf(diagnosed(conduct))).toEqual(['lock-contention']);
  });

  test('memory-bound and memory-leak', () => {
    expect(codesOf(diagnosed(() => [signal('memory', 0.97)]))).toEqual(['memory-bound']);
    const pressed = signal('memory', 0.5, { signs: ['pressure'] });
    expect(codesOf(diagnosed(() => [pressed]))).toEqual(['memory-bound']);
    expect(codesOf(diagnosed((second) => [signal('memory', 0.3 + 0.01 * second)]))).toEqual(['memory-leak']);
  });

  test('thread-growth', () => {
    expect(codesOf(diagnosed((second) => [signal('threads', 12 + 4 * second)]))).toEqual(['thread-growth']);
  });

  test('accept-queue: one second of it is enough', () => {
    const { diagnoses, resources } = diagnosed((second) => [signal('accept-queue', second === 9 ? 12 : 0)]);
    expect(diagnoses).toEqual([
      {
        code: 'accept-queue',
        text: 'up to 12/s connections dropped at the door: it accepts them too slowly',
      },
    ]);
    expect(resources[0]?.state).toBe('saturated');
  });

  test('throttled', () => {
    const throttled = signal('cpu', 0.6, { state: 'saturated', signs: ['throttled'] });
    expect(codesOf(diagnosed(() => [throttled]))).toEqual(['throttled', 'cpu-bound']);
  });

  test('conntrack-limit', () => {
    expect(codesOf(diagnosed(() => [signal('conntrack', 0.96)]))).toEqual(['conntrack-limit']);
  });
});

describe('what is no leak', () => {
  test('goroutines that grow with the rate', () => {
    expect(
      codesOf(diagnosed((second) => [signal('goroutines', 10 + ramp(second) / 10)], { rate: ramp })),
    ).toEqual([]);
  });

  test('what fills up in the beginning and then rests', () => {
    const filling = (second: number): number => 1 - Math.exp(-second / 3);
    const conduct = (second: number): ReturnType<typeof signal>[] => [
      signal('goroutines', 10 + 400 * filling(second)),
      signal('fds', 0.4 * filling(second)),
      signal('memory', 0.2 + 0.3 * filling(second)),
      signal('threads', 8 + 20 * filling(second)),
    ];
    expect(codesOf(diagnosed(conduct, { seconds: 30 }))).toEqual([]);
  });

  test('what requests hold that pile up, for a reason that nobody tells', () => {
    const conduct = (second: number): ReturnType<typeof signal>[] => [
      signal('goroutines', 10 + 20 * second),
      signal('fds', 0.01 + 0.02 * second),
      signal('memory', 0.2 + 0.01 * second),
      signal('threads', 10 + 5 * second),
    ];
    expect(codesOf(diagnosed(conduct, { inFlight: (second) => 5 + 10 * second }))).toEqual([]);
    expect(codesOf(diagnosed(conduct, { inFlight: () => 7 }))).toEqual([
      'fd-leak',
      'goroutine-leak',
      'memory-leak',
      'thread-growth',
    ]);
  });

  test('connections that chance brings together by and by', () => {
    const conduct = (second: number): ReturnType<typeof signal>[] => [
      signal('goroutines', 33 + 0.9 * second),
    ];
    expect(codesOf(diagnosed(conduct, { inFlight: () => 10 }))).toEqual([]);
    expect(codesOf(diagnosed(conduct, { inFlight: () => 0.1 }))).toEqual(['goroutine-leak']);
  });

  test('but goroutines beyond what the open requests can hold are one', () => {
    const conduct = (second: number): ReturnType<typeof signal>[] => [
      signal('goroutines', 10 + 100 * second),
    ];
    expect(codesOf(diagnosed(conduct, { inFlight: (second) => 5 + second }))).toEqual(['goroutine-leak']);
  });

  test('steps of the rate: only the last one is looked at', () => {
    const rate = (second: number): number => (second < 10 ? 100 : 200);
    expect(codesOf(diagnosed((second) => [signal('goroutines', second < 10 ? 20 : 60)], { rate }))).toEqual(
      [],
    );
  });

  test('a growth of a few, or over too few looks', () => {
    expect(codesOf(diagnosed((second) => [signal('goroutines', 1000 + second)]))).toEqual([]);
    expect(codesOf(diagnosed((second) => [signal('goroutines', 10 + 50 * second)], { seconds: 6 }))).toEqual(
      [],
    );
  });
});
