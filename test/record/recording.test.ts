import { describe, expect, test } from 'vitest';
import { type Attempt, blankAttempt, PHASES } from '../../src/core/attempt.ts';
import { Recording } from '../../src/record/recording.ts';
import { SAMPLE_LAYOUT, sampleAttempt } from '../support/sample-result.ts';

function recordingOf(...attempts: readonly Attempt[]): Recording {
  const recording = new Recording(SAMPLE_LAYOUT);
  for (const attempt of attempts) recording.add(attempt);
  return recording;
}

describe('the clocks of a fresh connection', () => {
  const attempt = sampleAttempt({
    intendedMs: 100,
    readyMs: 101,
    sendMs: 117,
    sentMs: 118,
    firstByteMs: 148,
    endMs: 150,
    dnsMs: 2,
    connectMs: 4,
    tlsMs: 8,
  });
  const recording = recordingOf(attempt);

  test('response counts from the intended start, service from the send, lag is our own', () => {
    const target = recording.targets[0];
    expect(target?.response.maxMs).toBe(50);
    expect(target?.service.maxMs).toBe(33);
    expect(target?.connection.maxMs).toBe(16);
    expect(recording.lag.maxMs).toBe(1);
  });

  test('the phases add up to connection time and service time', () => {
    const [blocked, dns, connect, tls, send, wait, receive] = recording.phases.map((phase) => phase.maxMs);
    expect([blocked, dns, connect, tls, send, wait, receive]).toEqual([2, 2, 4, 8, 1, 30, 2]);
  });
});

describe('phases that do not apply', () => {
  test('are absent, not 0', () => {
    const recording = recordingOf(sampleAttempt());
    const counts = Object.fromEntries(PHASES.map((phase, index) => [phase, recording.phases[index]?.count]));
    expect(counts).toEqual({ blocked: 1, dns: 0, connect: 0, tls: 0, send: 1, wait: 1, receive: 1 });
  });
});

describe('which histogram an attempt enters', () => {
  const timeout = sampleAttempt({ outcome: 'broken', status: 0, cause: 'headers-timeout', endMs: 2000 });
  test.each([
    ['a success', sampleAttempt(), { response: 1, responseFailed: 0, service: 1, connection: 1 }],
    [
      'a 503',
      sampleAttempt({ cause: 'http-5xx' }),
      { response: 0, responseFailed: 1, service: 1, connection: 1 },
    ],
    ['a timeout, at its full age', timeout, { response: 0, responseFailed: 1, service: 1, connection: 1 }],
    [
      'a reset',
      sampleAttempt({ outcome: 'broken', cause: 'reset' }),
      { response: 0, responseFailed: 0, service: 0, connection: 1 },
    ],
    [
      'a refused connection',
      sampleAttempt({ outcome: 'broken', cause: 'connect-refused', sendMs: NaN }),
      { response: 0, responseFailed: 0, service: 0, connection: 0 },
    ],
    [
      'a drop',
      sampleAttempt({ outcome: 'dropped', sendMs: NaN }),
      { response: 0, responseFailed: 0, service: 0, connection: 0 },
    ],
  ])('%s', (_, attempt, expected) => {
    const target = recordingOf(attempt).targets[0];
    if (target === undefined) throw new Error('no target');
    const { response, responseFailed, service, connection } = target;
    expect({
      response: response.count,
      responseFailed: responseFailed.count,
      service: service.count,
      connection: connection.count,
    }).toEqual(expected);
  });
});

describe('the warm-up', () => {
  test('is counted apart, and against the objectives of the warm-up only', () => {
    const recording = recordingOf(
      sampleAttempt({ warmup: true }),
      sampleAttempt({ warmup: true, cause: 'http-5xx', status: 500 }),
    );
    const { warmup, warmupFailed, completed, failed, bytesReceived } = recording.counts;
    expect([warmup, warmupFailed, completed, failed, bytesReceived]).toEqual([2, 1, 0, 0, 0]);
    expect(recording.warmupExceedances.map((found) => [found.count, found.exceeded])).toEqual([
      [2, 1],
      [2, 1],
    ]);
    expect(recording.exceedances.map((found) => found.count)).toEqual([0, 0]);
    expect([recording.windows(), recording.lag.count, recording.addresses.size]).toEqual([[], 0, 0]);
  });
});

describe('drops', () => {
  const dropped = { outcome: 'dropped', sendMs: NaN, status: 0 } as const;
  const recording = recordingOf(
    sampleAttempt({ ...dropped, phase: 'blocked', remote: null }),
    sampleAttempt({ ...dropped, phase: null, readyMs: 5 }),
    { ...blankAttempt(), outcome: 'dropped', intendedMs: 0 },
  );

  test('are told apart by who was late, and are no failures', () => {
    const { dropped: all, droppedLate, failed, displaced } = recording.counts;
    expect([all, droppedLate, failed, displaced]).toEqual([3, 2, 0, 0]);
  });

  test('leave the lag of the window a number when the arrival was never taken up', () => {
    const [window] = recording.windows();
    expect([window?.dropped, window?.lagMaxMs]).toEqual([3, 5]);
    expect(window?.lagMs).toBeCloseTo(5.002, 4);
    expect(recording.lag.count).toBe(2);
  });
});

describe('the series', () => {
  test('goes by intended start, however late the answer', () => {
    const recording = recordingOf(
      sampleAttempt({ intendedMs: 999, endMs: 5000 }),
      sampleAttempt({ intendedMs: 2000, endMs: 2001 }),
    );
    expect(recording.windows().map((window) => [window.index, window.good])).toEqual([
      [0, 1],
      [2, 1],
    ]);
  });

  test('completions go by when they ended', () => {
    const recording = recordingOf(
      sampleAttempt({ intendedMs: 999, endMs: 5000 }),
      sampleAttempt({ intendedMs: 2000, endMs: 2001, cause: 'http-5xx' }),
    );
    expect(recording.completions.within(3)).toEqual({ completed: 1, good: 0 });
    expect(recording.completions.within(6)).toEqual({ completed: 2, good: 1 });
  });

  test('begins after the warm-up', () => {
    const recording = new Recording({ ...SAMPLE_LAYOUT, measuredFromMs: 10_000 });
    recording.add(sampleAttempt({ intendedMs: 11_500, endMs: 11_501 }));
    expect(recording.windows().map((window) => window.index)).toEqual([1]);
  });
});

describe('examples', () => {
  test('keep the five earliest of each cause, in whatever order they come', () => {
    const at = (endMs: number): Attempt => {
      return sampleAttempt({ outcome: 'broken', cause: 'reset', status: 0, detail: `at ${endMs}`, endMs });
    };
    const recording = recordingOf(...[70, 20, 60, 10, 50, 30, 40].map(at));
    expect(recording.examples.get('reset')?.map((example) => example.atMs)).toEqual([10, 20, 30, 40, 50]);
    expect(recording.causes.get('reset')).toBe(7);
  });
});

describe('examples of the same moment', () => {
  test('are chosen alike in whatever order they come', () => {
    const named = (detail: string): Attempt => {
      return sampleAttempt({ outcome: 'broken', cause: 'reset', status: 0, detail });
    };
    const details = ['f', 'b', 'e', 'a', 'd', 'c'];
    for (const order of [details, details.toReversed(), details.toSorted()]) {
      const examples = recordingOf(...order.map(named)).examples.get('reset');
      expect(examples?.map((example) => example.detail)).toEqual(['a', 'b', 'c', 'd', 'e']);
    }
  });
});

describe('counters of attempts', () => {
  test('bytes, retries, redirects, reuse, caches and challenges', () => {
    const { counts } = recordingOf(
      sampleAttempt({ retries: 1, redirects: 2, cached: true, challenged: true }),
      sampleAttempt({ reused: false, readyMs: 1.5 }),
    );
    expect(counts).toMatchObject({
      completed: 2,
      bytesReceived: 1024,
      bytesSent: 220,
      retried: 1,
      redirects: 2,
      cached: 1,
      challenged: 1,
      reused: 1,
      displaced: 1,
    });
  });
});
