import { describe, expect, test } from 'vitest';
import { quantileMs, ratesOf, stretchesOf, successesOf } from '../../../src/report/figure/timeline.ts';
import { sampleResult } from '../../support/sample-result.ts';

const RUN = sampleResult();

describe('the course of a run in fewer stretches', () => {
  test.each([1, 7, 20, 150])('loses no attempt: %i', (most) => {
    const stretches = stretchesOf(RUN, most);
    const sum = (of: (stretch: (typeof stretches)[number]) => number): number =>
      stretches.reduce((total, each) => total + of(each), 0);
    expect(stretches.length).toBeLessThanOrEqual(most);
    expect(sum(({ sent }) => sent)).toBe(RUN.totals.sent);
    expect(sum(({ due }) => due)).toBe(RUN.totals.planned);
    expect(sum(({ failed }) => failed)).toBe(RUN.series.reduce((total, { failed }) => total + failed, 0));
    expect(sum(successesOf)).toBe(RUN.totals.response.count);
    expect(sum(({ byStatus }) => byStatus.get('503') ?? 0)).toBe(RUN.totals.byStatus['503']);
    expect(stretches[0]?.fromMs).toBe(0);
    for (const [index, stretch] of stretches.entries())
      expect(stretch.fromMs).toBe(index === 0 ? 0 : stretches[index - 1]?.toMs);
  });

  test('keeps a pause in which nothing was due', () => {
    const [first, second, ...others] = RUN.series;
    if (first === undefined || second === undefined) throw new Error('the sample has windows');
    const stretches = stretchesOf({ ...RUN, series: [first, ...others] }, 150);
    expect(stretches).toHaveLength(20);
    expect(stretches[1]).toMatchObject({ due: 0, inFlight: null, lagMaxMs: null });
  });

  test('is bounded, however far a window lies', () => {
    const series = RUN.series.map((window, index) => (index === 5 ? { ...window, fromMs: 1e15 } : window));
    expect(stretchesOf({ ...RUN, series }, 150).length).toBeLessThanOrEqual(150);
  });

  test.each([
    [15, 12],
    [600, 15],
    [1e6, 20],
  ])('has rates of about 40 requests, in 12 stretches at least: of %i in %i', (requests, expected) => {
    const windows = RUN.series.length;
    const sent = requests / windows;
    const series = RUN.series.map((window) => ({ ...window, sent, dropped: 0 }));
    const count = ratesOf({ ...RUN, series }).length;
    expect(count).toBe(Math.ceil(windows / Math.ceil(windows / Math.min(windows, expected))));
  });

  test('is empty without windows', () => {
    expect(stretchesOf({ ...RUN, series: [] }, 150)).toEqual([]);
  });

  test('tells quantiles within the width of a bucket', () => {
    const [whole] = stretchesOf(RUN, 1);
    if (whole === undefined) throw new Error('there is one stretch');
    const median = RUN.totals.response.quantiles['p50']?.valueMs ?? 0;
    expect(Math.abs((quantileMs(whole, 0.5) ?? 0) / median - 1)).toBeLessThan(0.1);
    expect(quantileMs({ latency: new Map() }, 0.5)).toBeNull();
  });
});
