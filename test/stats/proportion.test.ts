import { describe, expect, test } from 'vitest';
import { clopperPearson, wilson } from '../../src/stats/proportion.ts';
import { reference } from './reference.ts';

interface Figures {
  readonly cases: readonly {
    readonly hits: number;
    readonly count: number;
    readonly wilson95: readonly [number, number];
    readonly clopperPearson95: readonly [number, number];
    readonly oneSidedHigh95: number;
    readonly oneSidedLow95: number;
  }[];
  readonly published: readonly {
    readonly method: 'wilson' | 'clopper-pearson';
    readonly hits: number;
    readonly count: number;
    readonly confidence: number;
    readonly low: number;
    readonly high: number;
  }[];
}

const { cases, published } = reference<Figures>('proportions.json');

describe('intervals of a proportion', () => {
  test.each(cases)('of $hits in $count', (figure) => {
    const shown = wilson(figure, 0.95);
    expect(shown.low).toBeCloseTo(figure.wilson95[0], 13);
    expect(shown.high).toBeCloseTo(figure.wilson95[1], 13);
    const exact = clopperPearson(figure, 0.95);
    expect(exact.low).toBeCloseTo(figure.clopperPearson95[0], 13);
    expect(exact.high).toBeCloseTo(figure.clopperPearson95[1], 13);
    const oneSided = clopperPearson(figure, 0.9);
    expect(oneSided.low).toBeCloseTo(figure.oneSidedLow95, 13);
    expect(oneSided.high).toBeCloseTo(figure.oneSidedHigh95, 13);
  });

  test.each(published)(
    '$method of $hits in $count agrees with R',
    ({ method, confidence, low, high, ...share }) => {
      const found = (method === 'wilson' ? wilson : clopperPearson)(share, confidence);
      expect(found.low).toBeCloseTo(low, 7);
      expect(found.high).toBeCloseTo(high, 7);
    },
  );

  test.each([wilson, clopperPearson])('say nothing when nothing was counted', (method) => {
    expect(method({ hits: 0, count: 0 }, 0.95)).toEqual({ low: 0, high: 1 });
  });

  test.each([wilson, clopperPearson])('end exactly at 0 and 1', (method) => {
    expect(method({ hits: 0, count: 17 }, 0.95).low).toBe(0);
    expect(method({ hits: 17, count: 17 }, 0.95).high).toBe(1);
  });

  test.each([
    [1, 0.855],
    [2, 5.96],
    [3, 13.8],
    [4, 23.1],
    [5, 33.4],
  ])('bound the burn of a 99.9 %% objective from below: %s failures in 60 probes, %s', (hits, burn) => {
    expect(clopperPearson({ hits, count: 60 }, 0.9).low / 0.001 / burn).toBeCloseTo(1, 2);
  });

  test('follow the rule of three: no failure in n bounds the ratio by about 3 / n', () => {
    expect(clopperPearson({ hits: 0, count: 100_000 }, 0.9).high).toBeCloseTo(2.9957 / 100_000, 8);
  });
});
