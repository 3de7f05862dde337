import { describe, expect, test } from 'vitest';
import { Recording } from '../../src/record/recording.ts';
import { buildSeries } from '../../src/result/series.ts';
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
    });
  });

  test('shows a p99 from a hundred successes on: below, it is the largest', () => {
    expect(buildSeries(recordingOf(99), 'open')[0]?.p99Ms).toBeNull();
    expect(buildSeries(recordingOf(100), 'open')[0]?.p99Ms).toBeGreaterThan(9);
  });
});
