import { describe, expect, test } from 'vitest';
import { betaQuantile, incompleteBeta } from '../../src/stats/beta.ts';
import { reference, relativeError } from './reference.ts';

interface Figures {
  readonly incompleteBeta: readonly {
    readonly a: number;
    readonly b: number;
    readonly x: number;
    readonly lower: number;
    readonly upper: number;
    readonly logLower: number;
    readonly logUpper: number;
  }[];
  readonly quantiles: readonly {
    readonly a: number;
    readonly b: number;
    readonly p: number;
    readonly x: number;
  }[];
}

const figures = reference<Figures>('beta.json');

describe('incompleteBeta', () => {
  test.each(figures.incompleteBeta)('has 12 digits in both tails at a=$a b=$b x=$x', (figure) => {
    const { a, b, x } = figure;
    const tails = incompleteBeta({ a, b }, { x, complement: 1 - x });
    expect(relativeError(tails.lower, figure.lower)).toBeLessThan(2e-12);
    expect(relativeError(tails.upper, figure.upper)).toBeLessThan(2e-12);
    expect(relativeError(tails.logLower, figure.logLower)).toBeLessThan(2e-12);
    expect(relativeError(tails.logUpper, figure.logUpper)).toBeLessThan(2e-12);
  });

  test('is exact at both ends', () => {
    expect(incompleteBeta({ a: 2, b: 3 }, { x: 0, complement: 1 })).toMatchObject({ lower: 0, upper: 1 });
    expect(incompleteBeta({ a: 2, b: 3 }, { x: 1, complement: 0 })).toMatchObject({ lower: 1, upper: 0 });
  });

  test.each([
    [0, 1, 0.5],
    [1, -1, 0.5],
    [1, 1, Number.NaN],
    [1, 1, -0.1],
  ])('refuses a=%s b=%s x=%s', (a, b, x) => {
    expect(() => incompleteBeta({ a, b }, { x, complement: 1 - x })).toThrow(RangeError);
  });
});

describe('betaQuantile', () => {
  test.each(figures.quantiles)('has 12 digits at a=$a b=$b p=$p', ({ a, b, p, x }) => {
    expect(relativeError(betaQuantile({ a, b }, p).x, x)).toBeLessThan(1e-12);
  });

  test('gives the complement its own digits near 1', () => {
    const { complement } = betaQuantile({ a: 1_000_000, b: 1 }, 0.05);
    expect(relativeError(complement, 2.9957277863525433e-6)).toBeLessThan(1e-12);
  });

  test('is exact at both ends and refuses what is no probability', () => {
    expect(betaQuantile({ a: 2, b: 3 }, 0).x).toBe(0);
    expect(betaQuantile({ a: 2, b: 3 }, 1).x).toBe(1);
    expect(() => betaQuantile({ a: 2, b: 3 }, 1.1)).toThrow(RangeError);
  });
});
