import { describe, expect, test } from 'vitest';
import { mannWhitney } from '../../../src/stats/compare/mann-whitney.ts';
import { uAtMost } from '../../../src/stats/compare/u-distribution.ts';
import { reference, relativeError } from '../reference.ts';

interface Samples {
  readonly control: readonly number[];
  readonly pass: readonly number[];
  readonly high: readonly number[];
  readonly superiority: readonly {
    readonly name: string;
    readonly first: readonly number[];
    readonly second: readonly number[];
    readonly value: number;
  }[];
}

const samples = reference<Samples>('samples.json');

function upTo(length: number, at: (index: number) => number): number[] {
  return Array.from({ length }, (_, index) => at(index));
}

describe('mannWhitney', () => {
  // Figures of go-moremath's tests.
  test.each([
    ['entirely below', [12, 11, 13, 15], 0, 0.0142857142857, 0.0285714285714],
    ['hardly different', [0, 4, 6, 7], 5, 0.2428571428571, 0.4857142857142],
  ])('counts out two samples of four, %s', (_name, second, u, less, probability) => {
    const found = mannWhitney([2, 1, 3, 5], second);
    expect(found).toMatchObject({ u, isExact: true });
    expect(found.less).toBeCloseTo(less, 12);
    expect(found.probability).toBeCloseTo(probability, 12);
  });

  test('agrees with go-moremath on large samples, by the normal approximation', () => {
    const found = mannWhitney(
      upTo(500, (i) => 2 * i),
      upTo(600, (i) => 2 * i - 41),
    );
    expect(found).toMatchObject({ u: 135_250, isExact: false });
    expect(found.probability).toBeCloseTo(0.00493353608, 10);
    expect(found.less).toBeCloseTo(0.00246676804, 10);
  });

  test('sees no difference between a sample and itself', () => {
    expect(mannWhitney([2, 1, 3, 5], [2, 1, 3, 5])).toMatchObject({ u: 8, probability: 1, delta: 0 });
    expect(mannWhitney([7, 7, 7], [7, 7, 7])).toMatchObject({ u: 4.5, probability: 1 });
  });

  // scipy.stats.mannwhitneyu 1.17.
  test('corrects for ties', () => {
    const found = mannWhitney([1, 2, 2, 3, 3, 3, 4, 7], [2, 3, 4, 4, 5, 5, 6]);
    expect(found.u).toBe(15.5);
    expect(found.less).toBeCloseTo(0.07884169392287704, 12);
    expect(found.greater).toBeCloseTo(0.9370718041351203, 12);
    expect(found.probability).toBeCloseTo(0.15768338784575409, 12);
  });

  test.each([
    ['pass', 454, 0.959042955814144, 0.958731],
    ['high', 900, 1.691123389214474e-17, 3.02e-11],
  ] as const)('agrees with scipy on the %s sample of thirty', (name, u, exact, normal) => {
    const found = mannWhitney(samples[name], samples.control);
    expect(found.u).toBe(u);
    expect(relativeError(found.probability, exact)).toBeLessThan(1e-12);
    const approximated = mannWhitney(samples[name], samples.control, { exact: false });
    expect(approximated.isExact).toBe(false);
    expect(relativeError(approximated.probability, normal)).toBeLessThan(1e-3);
  });

  test.each([
    [3, 0.1],
    [4, 0.02857],
    [5, 0.0079365],
    [6, 0.00216],
  ])('cannot get below its smallest probability for two samples of %s: %s', (size, probability) => {
    const found = mannWhitney(
      upTo(size, (i) => i),
      upTo(size, (i) => i + 100),
    );
    expect(relativeError(found.probability, probability)).toBeLessThan(3e-3);
  });

  test.each(samples.superiority)('finds the chance of being above for samples that are $name', (figure) => {
    const { superiority, delta } = mannWhitney(figure.first, figure.second);
    expect(Math.abs(superiority - figure.value)).toBeLessThan(0.001);
    expect(delta).toBeCloseTo(2 * superiority - 1, 14);
  });

  test('needs two samples', () => {
    expect(() => mannWhitney([], [1])).toThrow(RangeError);
    expect(() => mannWhitney([1], [])).toThrow(RangeError);
  });
});

describe('uAtMost', () => {
  // scipy.stats.mannwhitneyu 1.17, method exact.
  test.each([
    [3, 5, 10, 0.8035714285714286],
    [7, 7, 10, 0.036421911421911424],
    [20, 49, 269, 0.0015083169838641533],
    [20, 49, 502, 0.5651111806600881],
    [49, 49, 1035, 0.1211204878093603],
    [49, 49, 1258, 0.6592092150653175],
  ])('of %s and %s values at %s', (first, second, u, probability) => {
    expect(relativeError(uAtMost(u, { first, second }), probability)).toBeLessThan(1e-11);
  });

  test('runs from 0 to 1', () => {
    expect(uAtMost(-1, { first: 4, second: 6 })).toBe(0);
    expect(uAtMost(24, { first: 4, second: 6 })).toBe(1);
  });
});
