import { describe, expect, test } from 'vitest';
import { widthOf } from '../../../src/report/chart/frame.ts';
import { blockFigures } from '../../../src/report/figure/blocks.ts';
import { capacityFigures } from '../../../src/report/figure/capacity.ts';
import { effectFigure } from '../../../src/report/figure/effects.ts';
import { errorFigures } from '../../../src/report/figure/errors.ts';
import type { Figure } from '../../../src/report/figure/figure.ts';
import { heatMapFigure } from '../../../src/report/figure/heat-map.ts';
import { percentileFigure } from '../../../src/report/figure/percentiles.ts';
import type { ResultDocument } from '../../../src/result/document.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { comparedResult } from '../html/compared.ts';
import { capacityResult, yesResult } from '../searches.ts';

const RUN = sampleResult();

/** Texts of a picture with where they stand. */
function textsOf(figure: Figure | null): { text: string; x: number }[] {
  return [...(figure?.svg ?? '').matchAll(/<text x="([^"]*)"[^>]*>([^<]*)</g)].map(
    ([, x = '', text = '']) => ({
      text,
      x: Number(x),
    }),
  );
}

function withFailures(failed: number): ResultDocument {
  const responseAll = { ...RUN.totals.responseAll, count: RUN.totals.response.count + failed, quantiles: {} };
  return { ...RUN, totals: { ...RUN.totals, failed, responseAll } };
}

function withLatency(latency: string): ResultDocument {
  const [first] = RUN.series;
  if (first === undefined) throw new Error('the sample has windows');
  const nothing = { ...first, fromMs: first.fromMs + RUN.windowMs, latency: '' };
  return { ...RUN, series: [{ ...first, latency }, nothing], objectives: [] };
}

describe('the percentiles of a run in which most failed', () => {
  const figure = percentileFigure(withFailures(RUN.totals.response.count));

  test('are told in whole sentences where no percentile of all attempts is known', () => {
    expect(figure?.finding).toMatch(/as infinitely slow, there are too few requests for a percentile\./);
  });

  test('keep the remark on failures to the right of the numbers of the axis', () => {
    const remark = textsOf(figure).find(({ text }) => text.startsWith('the rest failed'));
    const axis = textsOf(figure).filter(({ text }) => /^[\d.]+(us|ms|s)$/.test(text));
    expect(axis.length).toBeGreaterThan(1);
    expect((remark?.x ?? 0) - widthOf(remark?.text ?? '')).toBeGreaterThan(
      Math.max(...axis.map(({ x }) => x)),
    );
  });
});

describe('an objective in the curve of percentiles', () => {
  /** Left and right ends of the objective's line, and of the plot. */
  function endsOf(text: string): { from: number; to: number; stops: number } {
    const [first] = RUN.objectives;
    if (first === undefined) throw new Error('the sample has an objective');
    const objective = { ...first, text, target: null, unit: 'ms', limit: 60 } as const;
    const svg = percentileFigure({ ...RUN, objectives: [objective] })?.svg ?? '';
    const [, from, to] = /data-mark="limit" x1="([^"]*)" x2="([^"]*)"/.exec(svg) ?? [];
    return { from: Number(from), to: Number(to), stops: svg.split('data-mark="limit-end"').length - 1 };
  }

  test('reaches as far as its percentile, beyond which it asks for nothing', () => {
    const [half, tail] = [endsOf('p50 < 60ms'), endsOf('followers: p(95)<60')];
    expect([half.stops, tail.stops]).toEqual([1, 1]);
    expect(half.from).toBeLessThan(half.to);
    expect(half.to).toBeLessThan(tail.to);
  });

  test.each(['p99.99 < 60ms', 'mean < 60ms', 'p100 < 60ms', 'max < 60ms'])('%s reaches across', (text) => {
    const across = endsOf(text);
    expect(across.stops).toBe(0);
    expect(across.to).toBeGreaterThan(endsOf('p95 < 60ms').to);
  });
});

test('a curve that is nowhere finite has no entry in the legend', () => {
  const texts = textsOf(percentileFigure(withFailures(RUN.totals.response.count * 3))).map(
    ({ text }) => text,
  );
  expect(texts).toContain('most attempts failed: ∞');
  expect(texts).not.toContain('all attempts, failures infinitely slow');
});

describe('the heat map', () => {
  test('tells of a slow spell in which too few were answered for a percentile of their own', () => {
    const [first] = RUN.series;
    if (first === undefined) throw new Error('the sample has windows');
    const quick = { ...first, latency: '20:200' };
    const series = [quick, { ...quick, fromMs: 1000, latency: '60:6' }, { ...quick, fromMs: 2000 }];
    const finding = heatMapFigure({ ...RUN, series, objectives: [] })?.finding;
    expect(finding).toMatch(
      /highest in the part from 1s to 2s\. Of the 6 slowest, .* 6 began from 1s to 2s\.$/,
    );
  });

  test.each([
    ['20:1 40:1', ['1 response in a cell']],
    ['20:1 40:5', ['1', '5 responses in a cell']],
    ['20:1 40:40', ['1', '10', '40 responses in a cell']],
  ])('of %s has each number once in its legend', (latency, expected) => {
    const texts = textsOf(heatMapFigure(withLatency(latency))).map(({ text }) => text);
    expect(texts.slice(texts.indexOf('time since the start') + 1)).toEqual(expected);
  });

  test('of a single bucket says at both ends of its axis how long that took', () => {
    const axis = textsOf(heatMapFigure(withLatency('40:1'))).filter(({ text }) =>
      /^[\d.]+(us|ms)$/.test(text),
    );
    expect(axis.length).toBeGreaterThanOrEqual(2);
  });
});

describe('the lines of p50 and p99 over the heat map', () => {
  /** A window a second with so many successes each, and the marks drawn over them. */
  function linesOver(counts: readonly number[]): Map<string, string> {
    const [first] = RUN.series;
    if (first === undefined) throw new Error('the sample has windows');
    const series = counts.map((count, index) => ({
      ...first,
      fromMs: index * 1000,
      latency: count === 0 ? '' : `20:${count}`,
    }));
    const svg = heatMapFigure({ ...RUN, windowMs: 1000, series, objectives: [] })?.svg ?? '';
    return new Map(
      [...svg.matchAll(/data-mark="(p\d+)" d="([^"]*)"/g)].map(([, name = '', path = '']) => [name, path]),
    );
  }

  test('are level over each stretch', () => {
    const path = linesOver([300, 300, 300]).get('p99') ?? '';
    const ys = new Set([...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => y));
    expect(ys.size).toBe(1);
  });

  test('leave out stretches with too few successes to tell', () => {
    const path = linesOver([400, 400, 5, 400]).get('p99') ?? '';
    expect(path.split('M').length - 1).toBe(2);
  });

  test('are said to be of the successes where others failed, whose limit has its line beside them', () => {
    const [first] = RUN.series;
    if (first === undefined) throw new Error('the sample has windows');
    const series = [0, 1000, 2000].map((fromMs) => ({ ...first, fromMs, latency: '20:400' }));
    const legendOf = (failed: number): string[] => {
      const figure = heatMapFigure({ ...RUN, windowMs: 1000, series, totals: { ...RUN.totals, failed } });
      return textsOf(figure).flatMap(({ text }) => (/^p\d+/.test(text) ? [text] : []));
    };
    expect(legendOf(3)).toEqual(expect.arrayContaining(['p50 of successes', 'p99 of successes']));
    expect(legendOf(0)).toEqual(expect.arrayContaining(['p50', 'p99']));
  });

  test('are left out where no two stretches can tell', () => {
    expect([...linesOver([35, 35, 35]).keys()]).toEqual(['p50']);
    expect([...linesOver([5, 5, 5]).keys()]).toEqual([]);
  });
});

test('what lies in a single window has no course to draw', () => {
  const [first] = RUN.series;
  expect(first === undefined ? '' : heatMapFigure({ ...RUN, series: [first] })).toBeNull();
});

describe('the rates of a search', () => {
  test('of which too many failed have an infinite p99, and not one that is not known', () => {
    const search = capacityResult();
    if (search.capacity === undefined) throw new Error('the sample has a search');
    const trials = search.capacity.trials.map((trial) => ({
      ...trial,
      p99Ms: { value: null, low: null, high: null },
      errorRatio: { value: 0.3, low: 0.2, high: 0.4 },
    }));
    const measured = search.capacity.trials.slice(0, 1).map((trial) => ({
      ...trial,
      p99Ms: { value: 20, low: 10, high: 30 },
    }));
    const capacity = { ...search.capacity, trials: [...measured, ...trials] };
    const [latency] = capacityFigures({ ...search, capacity });
    expect(latency?.table.rows.map((row) => row[3])).toEqual(['20ms [10, 30]', ...trials.map(() => '∞')]);
    expect(latency?.finding).not.toContain('too few requests');
    expect(latency?.svg.match(/data-mark="trial-/g)).toHaveLength(capacity.trials.length);
  });

  test('show the expected peak, and what is asked of it with its margin and its spare', () => {
    const [latency] = capacityFigures(yesResult());
    const texts = textsOf(latency ?? null);
    const [peak, asked] = ['peak', 'asked'].map((name) => texts.find(({ text }) => text === name)?.x ?? 0);
    expect(asked).toBeGreaterThan(peak ?? Number.POSITIVE_INFINITY);
  });
});

test('one failure is told of in the singular, from 0 on', () => {
  const [first] = RUN.series;
  if (first === undefined) throw new Error('the sample has windows');
  const series = [{ ...first, dropped: 0, byCause: { 'http-5xx': 1 }, byStatus: { '503': 1 } }];
  expect(errorFigures({ ...RUN, series })[0]?.finding).toMatch(/^1 failure between 0 and /);
});

test('a change of the error ratio is told in points and not in per cent', () => {
  const figure = effectFigure(comparedResult());
  expect(figure?.table.rows.at(-1)).toEqual(
    expect.arrayContaining(['errors', '+0.17 points', '[0 points, +0.4 points]', '+0.5 points']),
  );
  const texts = textsOf(figure).map(({ text }) => text);
  expect(texts).toContain('errors +0.17 points');
  expect(texts).toContain('0%');
});

describe('what lies beyond a picture', () => {
  /** A comparison whose p99 is so many times the baseline's, with or without an interval. */
  function changed(value: number, low: number | null, high: number | null): ResultDocument {
    const result = comparedResult();
    const { comparison } = result;
    if (comparison === undefined) throw new Error('the sample compares');
    const [finding] = comparison.findings;
    if (finding === undefined) throw new Error('the sample has findings');
    return {
      ...result,
      comparison: { ...comparison, findings: [{ ...finding, effect: { value, low, high } }] },
    };
  }

  test('a change beyond the axis leaves by an arrow, and is no dot at its end', () => {
    const svg = effectFigure(changed(388, 100, 900))?.svg ?? '';
    expect(svg).toContain('data-mark="effect-beyond"');
    expect(svg).not.toContain('data-mark="effect"');
    expect(effectFigure(changed(1.5, 1.2, 1.8))?.svg).toContain('data-mark="effect"');
  });

  test('a change without an interval has no line that looks like one', () => {
    expect(effectFigure(changed(1.5, null, null))?.svg).not.toContain('effect-interval');
    expect(effectFigure(changed(1.5, 1.2, null))?.svg).toContain('effect-interval');
  });

  test('blocks whose percentile is infinite are drawn at the top edge and counted', () => {
    const [, tail] = blockFigures(comparedResult());
    expect(tail?.svg).toContain('data-mark="block-candidate-infinite"');
    expect(tail?.finding).toContain('In 1 of the candidate so many failed that it is infinite.');
    expect(blockFigures(comparedResult())[0]?.finding).not.toContain('infinite');
  });
});

test('what is said of failures stands above a curve that lies flat at the top', () => {
  const failed = withFailures(RUN.totals.response.count);
  const svg = percentileFigure({ ...failed, objectives: [] })?.svg ?? '';
  const path = /data-mark="successes" d="([^"]*)"/.exec(svg)?.[1] ?? '';
  const highest = Math.min(...[...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y)));
  const remark = Number(/<text x="[^"]*" y="([^"]*)"[^>]*>the rest failed/.exec(svg)?.[1]);
  expect(remark).toBeLessThan(highest);
});
