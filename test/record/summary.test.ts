import { describe, expect, test } from 'vitest';
import { Recording } from '../../src/record/recording.ts';
import {
  summarize,
  summarizeQuantile,
  summarizeRatio,
  summarizeTally,
  sumOf,
} from '../../src/record/summary.ts';
import { Tally } from '../../src/record/tally.ts';
import { SAMPLE_LAYOUT, sampleAttempt, sampleRecording } from '../support/sample-result.ts';

/** 1 ms, 2 ms, ... n ms. */
function ramp(n: number): Tally {
  const tally = new Tally();
  for (let ms = 1; ms <= n; ms += 1) tally.add(ms);
  return tally;
}

const SPAN = { offeredMs: 20_000, durationMs: 20_400 };

describe('a quantile', () => {
  test.each([
    [0.5, 5, 6],
    [0.9, 35, 36],
    [0.95, 71, 72],
    [0.99, 367, 368],
    [0.999, 3687, 3688],
  ])('%d is not shown for %i values and says that it needs %i', (q, tooFew, enough) => {
    expect(summarizeQuantile(ramp(tooFew), tooFew, q)).toEqual({
      valueMs: null,
      lowMs: null,
      highMs: null,
      needs: enough,
    });
    const shown = summarizeQuantile(ramp(enough), enough, q);
    expect([shown.needs, shown.highMs]).toEqual([null, enough]);
    expect(shown.valueMs).toBeGreaterThan(0);
  });

  // Ranks of the exact 95 % interval by the binomial distribution; one bucket is a thousandth wide.
  test.each([
    [100, 0.5, 50, 40, 61],
    [100, 0.9, 90, 84, 96],
    [1000, 0.95, 950, 936, 964],
    [1000, 0.99, 990, 983, 997],
    [10_000, 0.999, 9990, 9983, 9997],
  ])('of %i values at %d has the interval of its order statistics', (n, q, value, low, high) => {
    const { valueMs, lowMs, highMs } = summarizeQuantile(ramp(n), n, q);
    for (const [actual, exact] of [
      [valueMs, value],
      [lowMs, low],
      [highMs, high],
    ] as const) {
      expect(Math.abs((actual ?? NaN) / exact - 1)).toBeLessThanOrEqual(0.001);
    }
    expect(lowMs).toBeLessThanOrEqual(low);
    expect(highMs).toBeGreaterThanOrEqual(high);
  });

  test('that falls among infinite values is infinite, shown as null without a need for more', () => {
    const found = summarizeTally(ramp(950), 50);
    expect(found.quantiles['p95']).toMatchObject({ needs: null, highMs: null });
    expect(found.quantiles['p95']?.valueMs).toBeCloseTo(950, 0);
    expect(found.quantiles['p99']).toEqual({ valueMs: null, lowMs: null, highMs: null, needs: null });
    expect([found.count, found.minMs, found.meanMs, found.maxMs]).toEqual([1000, 1, null, null]);
  });

  test('that falls beyond one hour is infinite', () => {
    const tally = ramp(90);
    for (let i = 0; i < 10; i += 1) tally.add(4_000_000);
    const found = summarizeTally(tally);
    expect(found.quantiles['p95']).toEqual({ valueMs: null, lowMs: 89.984, highMs: null, needs: null });
    expect([found.overflow, found.maxMs]).toEqual([10, 4_000_000]);
  });
});

describe('too little to say anything', () => {
  test('nothing recorded is null throughout', () => {
    const { quantiles, ...rest } = summarizeTally(new Tally());
    expect(rest).toEqual({ count: 0, minMs: null, meanMs: null, maxMs: null, overflow: 0 });
    expect(Object.values(quantiles).map((found) => [found.valueMs, found.needs])).toEqual([
      [null, 6],
      [null, 36],
      [null, 72],
      [null, 368],
      [null, 3688],
    ]);
  });

  test('one value has a mean and no quantile', () => {
    const found = summarizeTally(ramp(1));
    expect([found.minMs, found.meanMs, found.maxMs]).toEqual([1, 1, 1]);
    expect(found.quantiles['p50']?.valueMs).toBeNull();
  });

  test('a ratio of nothing is not known', () => {
    expect(summarizeRatio(0, 0)).toEqual({ value: null, low: null, high: null });
  });

  test('an empty run has no rate, no ratio and no NaN', () => {
    const summary = summarize(new Recording(SAMPLE_LAYOUT), { offeredMs: 0, durationMs: 0 });
    expect(summary.rates).toEqual({ sent: 0, completed: 0, good: 0 });
    expect([summary.meanInFlight, summary.errorRatio.value]).toEqual([null, null]);
    // JSON turns a NaN or Infinity into null.
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
    expect(Object.values(summary.phases)).toEqual(Array.from({ length: 7 }, () => null));
  });
});

describe('a run with failures', () => {
  const summary = summarize(sampleRecording(), SPAN);

  test('has statuses, causes and the error ratio of what was sent', () => {
    expect(summary.byStatus).toEqual({ '200': 581, '404': 4, '503': 7 });
    expect(summary.byCause).toEqual({ 'headers-timeout': 3, 'http-4xx': 4, 'http-5xx': 7, reset: 3 });
    expect(summary.errorRatio.value).toBeCloseTo(17 / 598, 12);
    expect(summary.errorRatio.low).toBeCloseTo(0.0178, 4);
    expect(summary.errorRatio.high).toBeCloseTo(0.0451, 4);
  });

  test('shows successes alone, and all arrivals with the others as infinitely slow', () => {
    expect([summary.response.count, summary.responseAll.count]).toEqual([581, 600]);
    expect(summary.responseAll.quantiles['p99']?.valueMs).toBeNull();
    expect(summary.responseAll.quantiles['p90']?.valueMs).toBeGreaterThan(
      summary.response.quantiles['p90']?.valueMs ?? Infinity,
    );
  });

  test('adds up over its targets', () => {
    const { targets } = summary;
    expect(targets.reduce((sum, target) => sum + target.response.count, 0)).toBe(581);
    expect(targets.reduce((sum, target) => sum + (target.byStatus['404'] ?? 0), 0)).toBe(4);
  });
});

describe('what was still in flight at the end', () => {
  test('counts as infinitely slow among all arrivals', () => {
    const recording = new Recording(SAMPLE_LAYOUT);
    recording.add(sampleAttempt());
    recording.counts.inFlight = 1;
    expect(summarize(recording, SPAN).responseAll.count).toBe(2);
  });
});

describe('throughput', () => {
  /** 100 arrivals a second for ten seconds on a server that answers 50 a second from a queue. */
  function overloaded(): Recording {
    const recording = new Recording(SAMPLE_LAYOUT);
    for (let i = 0; i < 1000; i += 1) {
      recording.add(
        sampleAttempt({ intendedMs: i * 10, readyMs: i * 10, sendMs: i * 10, endMs: i * 20 + 10 }),
      );
    }
    recording.counts.sent = 1000;
    return recording;
  }

  test('is how fast answers came, not how fast they were asked for', () => {
    const { rates } = summarize(overloaded(), { offeredMs: 10_000, durationMs: 20_000 });
    expect(rates).toEqual({ sent: 100, completed: 50, good: 50 });
  });

  test('is not lowered by one straggler in the drain', () => {
    const recording = new Recording(SAMPLE_LAYOUT);
    for (let i = 0; i < 300; i += 1) recording.add(sampleAttempt({ intendedMs: i * 10, endMs: i * 10 + 5 }));
    recording.add(sampleAttempt({ intendedMs: 2995, endMs: 12_995 }));
    const { rates } = summarize(recording, { offeredMs: 3000, durationMs: 12_995 });
    expect(rates.completed).toBe(100);
  });

  test('of a run shorter than a window is over its whole length', () => {
    const recording = new Recording(SAMPLE_LAYOUT);
    for (let i = 0; i < 10; i += 1)
      recording.add(sampleAttempt({ endMs: 5 * i, cause: i < 2 ? 'http-5xx' : null }));
    recording.counts.sent = 10;
    const { rates } = summarize(recording, { offeredMs: 0, durationMs: 50 });
    expect(rates).toEqual({ sent: 200, completed: 200, good: 160 });
  });
});

describe('mean in flight', () => {
  test('is the integral over run and drain by its length', () => {
    const recording = new Recording(SAMPLE_LAYOUT);
    recording.counts.inFlightMs = 40_800;
    expect(summarize(recording, SPAN).meanInFlight).toBe(2);
  });
});

describe('a sum of tallies', () => {
  test('leaves its parts as they were', () => {
    const [a, b] = [ramp(3), ramp(5)];
    expect([sumOf([a, b]).count, a.count, b.count, sumOf([]).count]).toEqual([8, 3, 5, 0]);
  });
});
