import { describe, expect, test } from 'vitest';
import { changesOf } from '../../../src/app/history/changes.ts';
import { STREAM, uniformAt } from '../../../src/core/random.ts';
import { runOf, type StoredRun } from '../../../src/history/row.ts';
import { normalQuantile } from '../../../src/stats/normal.ts';

const RUNS = 100;
const SERIES = 60;

/** Relative noise around 1 of run after run; each seed another series. */
type Noise = (seed: number) => (index: number) => number;

const normal = (seed: number, index: number): number => normalQuantile(uniformAt(seed, STREAM.gap, index));

const independent =
  (spread: number): Noise =>
  (seed) =>
  (index) =>
    1 + spread * normal(seed, index);

/** A machine that is busier at some times: of first order, with this correlation of neighbours. */
function drifting(correlation: number): Noise {
  return (seed) => {
    let state = 0;
    return (index) => {
      state = correlation * state + Math.sqrt(1 - correlation ** 2) * normal(seed, index);
      return 1 + 0.05 * state;
    };
  };
}

/** One run in twenty takes three times as long. */
const withOutliers: Noise = (seed) => (index) =>
  (1 + 0.05 * normal(seed, index)) * (uniformAt(seed, STREAM.gap, 10_000 + index) < 0.05 ? 3 : 1);

const lognormal: Noise = (seed) => (index) => Math.exp(0.3 * normal(seed, index));

/** Runs of which p99 is 100 ms with this noise, a fifth more from `step` on. */
function runsOf(noise: (index: number) => number, step = RUNS): StoredRun[] {
  return Array.from({ length: RUNS }, (_, index) => ({
    ...runOf({ run_id: String(index), started_at: new Date(index * 3_600_000).toISOString() }),
    p99Ms: 100 * noise(index) * (index < step ? 1 : 1.2),
  }));
}

/** Shares of series of a noise: with any change where there is none; with the step found within three runs. */
function sharesOf(noise: Noise, step: number): { readonly alarms: number; readonly found: number } {
  const seeds = Array.from({ length: SERIES }, (_, index) => 1 + index);
  const alarms = seeds.filter((seed) => changesOf(runsOf(noise(seed))).length > 0).length;
  const found = seeds.filter((seed) =>
    changesOf(runsOf(noise(1000 + seed), step)).some(({ runId }) => Math.abs(Number(runId) - step) <= 3),
  ).length;
  return { alarms: alarms / SERIES, found: found / SERIES };
}

describe('the changes of a hundred runs', () => {
  test.each<readonly [string, Noise, number]>([
    ['normal, 5 %', independent(0.05), 0.95],
    ['normal, 15 %', independent(0.15), 0.5],
    ['with outliers', withOutliers, 0.75],
    ['of a correlation of 0.3', drifting(0.3), 0.95],
    ['of a correlation of 0.6', drifting(0.6), 0.85],
    ['of a correlation of 0.9', drifting(0.9), 0],
    ['lognormal', lognormal, 0],
  ])('of noise %s: alarms without a change are rare, and a step of a fifth is found', (_, noise, least) => {
    const { alarms, found } = sharesOf(noise, 60);
    expect(alarms).toBeLessThanOrEqual(0.06);
    expect(found).toBeGreaterThanOrEqual(least);
  });

  test('hold a step of the last ten runs too', () => {
    expect(sharesOf(independent(0.05), 90).found).toBeGreaterThanOrEqual(0.9);
  });

  test('are told of a slow rise too, by its steps', () => {
    const rise = (seed: number): StoredRun[] =>
      runsOf((index) => (1 + 0.03 * normal(seed, index)) * 1.007 ** index);
    expect([1, 2, 3, 4, 5].filter((seed) => changesOf(rise(seed)).length > 0)).toHaveLength(5);
  });

  test('are told of errors that come now and then where there were none', () => {
    const runs = runsOf(() => 1).map((run, index) => ({
      ...run,
      errorRatio: index >= 50 && index % 2 === 0 ? 0.02 : 0,
    }));
    expect(changesOf(runs).map(({ indicator }) => indicator)).toEqual(['errors']);
  });
});
