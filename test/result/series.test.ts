import { describe, expect, test } from 'vitest';
import { Recording } from '../../src/record/recording.ts';
import { buildSeries, decodeLatency } from '../../src/result/series.ts';
import { SAMPLE_LAYOUT, sampleAttempt } from '../support/sample-result.ts';

function recordingOf(successes: number): Recording {
  const recording = new Recording(SAMPLE_LAYOUT);
  for (let i = 0; i < successes; i += 1) {
    const intendedMs = 3000 + i;
    recording.add(sampleAttempt({ intendedMs, readyMs: intendedMs + 0.25, endMs: intendedMs + 10 }));
  }
  return recording;
}

describe('the series', () => {
  test('has an entry per window in which something was due', () => {
    const recording = recordingOf(2);
    recording.add(sampleAttempt({ intendedMs: 5000, readyMs: 5000, endMs: 5001, cause: 'http-5xx' }));
    recording.add(sampleAttempt({ intendedMs: 5001, readyMs: 5001, outcome: 'dropped' }));
    const [first, second] = buildSeries(recording, 'open');
    expect(first).toMatchObject({
      fromMs: 3000,
      sent: 2,
      completed: 2,
      good: 2,
      lagMaxMs: 0.25,
      p99Ms: null,
    });
    expect(Math.abs((first?.p50Ms ?? NaN) / 10 - 1)).toBeLessThan(0.05);
    expect(second).toEqual({
      fromMs: 5000,
      sent: 1,
      completed: 1,
      good: 0,
      failed: 1,
      dropped: 1,
      p50Ms: null,
      p99Ms: null,
      lagMaxMs: 0,
      answered: 1,
      answeredGood: 0,
      inFlight: 0,
      byCause: { 'http-5xx': 1 },
      byStatus: { 200: 1 },
      latency: '',
    });
  });

  test('shows a p99 from a hundred successes on: below, it is the largest', () => {
    expect(buildSeries(recordingOf(99), 'open')[0]?.p99Ms).toBeNull();
    expect(buildSeries(recordingOf(100), 'open')[0]?.p99Ms).toBeGreaterThan(9);
  });

  test('tells what came back in a window, and what was under way at its end', () => {
    const recording = new Recording(SAMPLE_LAYOUT);
    const slow = { readyMs: 3000, endMs: 5500 };
    recording.add(sampleAttempt({ intendedMs: 3000, ...slow }));
    recording.add(sampleAttempt({ intendedMs: 3001, ...slow, outcome: 'broken', cause: 'reset' }));
    recording.add(sampleAttempt({ intendedMs: 3002, readyMs: 3002, endMs: 3010 }));
    recording.add(sampleAttempt({ intendedMs: 5001, readyMs: 5001, endMs: 5002, cause: 'http-4xx' }));
    const series = buildSeries(recording, 'open');
    expect(series.map(({ answered, answeredGood, inFlight }) => [answered, answeredGood, inFlight])).toEqual([
      [1, 1, 2],
      [2, 1, 0],
    ]);
  });

  test('holds the latencies of each window, and gives them back', () => {
    const [window] = buildSeries(recordingOf(7), 'open');
    const buckets = decodeLatency(window?.latency ?? '');
    expect(buckets.map(({ count }) => count)).toEqual([7]);
    const [{ fromMs, toMs }] = buckets as [(typeof buckets)[0]];
    expect([fromMs <= 10, toMs > 10, toMs / fromMs]).toEqual([true, true, expect.closeTo(2 ** 0.125, 9)]);
    expect(decodeLatency('')).toEqual([]);
    expect(decodeLatency('x 3:2 4:-1 5:')).toMatchObject([{ count: 2 }]);
  });
});
