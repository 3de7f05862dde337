import { describe, expect, test } from 'vitest';
import { ObserveError } from '../../../src/observe/observe-error.ts';
import { mergeReadings } from '../../../src/observe/reading.ts';
import { signalsBetween } from '../../../src/observe/signals.ts';
import { fixture, numbersOf, readPart } from '../readings.ts';

const vars = (text: string, atMs = 0): ReturnType<typeof readPart> => readPart('expvar', 'vars', text, atMs);

describe('/debug/vars', () => {
  test('of a real service: memory, collections and what it publishes itself', () => {
    const reading = vars(fixture('go-gc/after/vars.json'));
    const facts = numbersOf(reading);
    expect(facts['goroutines']).toBeGreaterThan(0);
    expect(facts['gc-cycles']).toBeGreaterThan(10);
    expect(facts['gc-lifetime-share']).toBeGreaterThan(0);
    expect(facts['gc-last-end-ms']).toBeGreaterThan(facts['gc-first-end-ms'] ?? NaN);
    expect(facts['go-sys-bytes']).toBeGreaterThan(facts['go-released-bytes'] ?? NaN);
  });

  test('keeps the command line to itself: it may hold secrets', () => {
    const text = fixture('go-gc/after/vars.json');
    expect(text).toContain('hunter2');
    expect(JSON.stringify([...vars(text).facts])).not.toContain('hunter2');
  });

  test('times of collections keep their microseconds, beyond what a double holds of nanoseconds', () => {
    const facts = numbersOf(
      vars('{"memstats":{"LastGC":1795916179082123456,"NumGC":1,"PauseEnd":[1795916179082123456,0]}}'),
    );
    expect(facts['gc-last-end-ms']).toBe(1_795_916_179_082.123);
    expect(facts['gc-first-end-ms']).toBe(1_795_916_179_082.123);
  });

  test('before the first collection, and once the ring has turned, the first one is not known', () => {
    const of = (cycles: number): unknown =>
      numbersOf(vars(`{"memstats":{"LastGC":0,"NumGC":${cycles},"PauseEnd":[1795916179082123456,0]}}`))[
        'gc-first-end-ms'
      ];
    expect([of(0), of(256), of(257)]).toEqual([undefined, 1_795_916_179_082.123, undefined]);
    expect(numbersOf(vars('{"memstats":{"LastGC":0,"NumGC":0}}'))).toEqual({ 'gc-cycles': 0 });
  });

  test.each(['', 'null', '[]', '{"a":', '<html>', `${'['.repeat(100_000)}`])('%.20j is none', (text) => {
    expect(() => vars(text)).toThrow(ObserveError);
  });

  test('values that are no numbers are not told', () => {
    expect(numbersOf(vars('{"memstats":null,"goroutines":"7","threads":null,"workers":3}'))).toEqual({
      workers: 3,
    });
  });

  test('two looks at a service that collects all day show a storm', () => {
    const [before, after] = ['before', 'after'].map((when, index) =>
      vars(fixture(`go-gc/${when}/vars.json`), index * 2200),
    );
    const gc = signalsBetween(before ?? null, after ?? mergeReadings([])).find(
      ({ resource }) => resource === 'gc',
    );
    expect(gc).toMatchObject({ state: 'saturated' });
    expect(gc?.value).toBeGreaterThan(0.25);
    expect(gc?.evidence).toMatch(/GCCPUFraction over the window$/);
  });
});

describe('/debug/pprof/', () => {
  test('the index counts goroutines and threads', () => {
    const facts = numbersOf(readPart('pprof', 'index', fixture('go-lock/after/index.html')));
    expect(facts['goroutines']).toBeGreaterThan(100);
    expect(facts['threads']).toBeGreaterThan(2);
  });

  test('a goroutine profile in its place tells how many', () => {
    expect(numbersOf(readPart('pprof', 'index', 'goroutine profile: total 431\n400 @ 0x1\n'))).toEqual({
      goroutines: 431,
    });
  });

  test('the mutex profile of two looks shows a lock that is never free', () => {
    const [before, after] = ['before', 'after'].map((when, index) =>
      readPart('pprof', 'mutex', fixture(`go-lock/${when}/mutex.txt`), index * 2100),
    );
    const locks = signalsBetween(before ?? null, after ?? mergeReadings([])).find(
      ({ resource }) => resource === 'locks',
    );
    expect(locks).toMatchObject({ state: 'saturated' });
    expect(locks?.value).toBeCloseTo(1, 0);
  });

  test('sampled waits are multiplied, and a profile that is off says nothing', () => {
    const page = (period: number): string =>
      `--- mutex:\ncycles/second=1000\nsampling period=${period}\n500 3 @ 0x1 0x2\n#\t0x1\tmain.f+0x1\t/f.go:9\n1500 9 @ 0x3\n`;
    expect(numbersOf(readPart('pprof', 'mutex', page(5)))).toEqual({ 'mutex-wait-seconds': 10 });
    expect(numbersOf(readPart('pprof', 'mutex', page(0)))).toEqual({});
  });

  test.each([
    ['index', '<html>nothing</html>'],
    ['index', ''],
    ['mutex', 'Unknown profile'],
    ['mutex', '--- mutex:\nno clock'],
  ])('%s: %j is none', (part, text) => {
    expect(() => readPart('pprof', part, text)).toThrow(ObserveError);
  });
});
