import { describe, expect, test } from 'vitest';
import { baselineFacts } from '../../src/history/baseline.ts';
import { decodeTally, encodeTally } from '../../src/record/histogram.ts';
import { Tally } from '../../src/record/tally.ts';
import { resultSchema } from '../../src/result/schema.ts';
import { storedRun } from '../support/stored-runs.ts';

function tallyOf(values: readonly number[]): Tally {
  const tally = new Tally();
  for (const value of values) tally.add(value);
  return tally;
}

const fast = Array.from({ length: 600 }, (_, index) => 10 + index / 100);
const slow = Array.from({ length: 600 }, (_, index) => 50 + index / 100);
const withTimes = (number: number, values: readonly number[]): ReturnType<typeof storedRun> =>
  storedRun(number, { histograms: { response: encodeTally(tallyOf(values)) } });

describe('the facts of a baseline', () => {
  test('are of all requests of all its runs together', () => {
    const facts = baselineFacts([withTimes(2, slow), withTimes(1, fast)], 'history');
    expect(facts?.label).toBe('the last 2 passing runs');
    expect(facts?.runs.map(({ runId }) => runId.slice(0, 8))).toEqual(['run-0002', 'run-0001']);
    expect(facts?.response.count).toBe(1200);
    expect(facts?.response.quantiles['p50']?.valueMs).toBeCloseTo(16, 1);
    expect(facts?.response.quantiles['p99']?.valueMs).toBeCloseTo(55.88, 1);
    expect(decodeTally(facts?.histogram ?? '').count).toBe(1200);
    expect(resultSchema.safeParse({ ...storedRun(3), baseline: facts }).success).toBe(true);
  });

  test.each([
    [1, 'history', 'the last passing run'],
    [1, 'pinned', 'the pinned run'],
    [3, 'pinned', 'the 3 pinned runs'],
    [2, 'file', 'the 2 runs'],
  ] as const)('say of %d runs from %s: %s', (count, source, label) => {
    const results = Array.from({ length: count }, (_, index) => withTimes(index, fast));
    expect(baselineFacts(results, source)?.label).toBe(label);
  });

  test('are none without a run, and without a success', () => {
    expect(baselineFacts([], 'history')).toBeNull();
    expect(baselineFacts([withTimes(1, [])], 'pinned')).toBeNull();
  });
});
