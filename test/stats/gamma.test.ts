import { describe, expect, test } from 'vitest';
import { logBinomialTerm, logGamma } from '../../src/stats/gamma.ts';
import { reference } from './reference.ts';

const { logGamma: figures } = reference<{ logGamma: { x: number; logGamma: number }[] }>('beta.json');

describe('logGamma', () => {
  test.each(figures)('of $x has 13 digits', ({ x, logGamma: expected }) => {
    expect(Math.abs(logGamma(x) - expected)).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(expected)));
  });

  test('of n + 1 is the logarithm of n factorial', () => {
    expect(Math.exp(logGamma(6))).toBeCloseTo(120, 11);
  });
});

describe('logBinomialTerm', () => {
  test('is a plain binomial probability for small integers', () => {
    expect(Math.exp(logBinomialTerm({ a: 2, b: 3, p: 0.5, complement: 0.5 }))).toBeCloseTo(10 / 32, 14);
  });

  test('is symmetric in its two halves', () => {
    const split = { a: 7, b: 1_000_003, p: 1e-5, complement: 1 - 1e-5 };
    const turned = { a: split.b, b: split.a, p: split.complement, complement: split.p };
    expect(logBinomialTerm(turned)).toBeCloseTo(logBinomialTerm(split), 12);
  });
});
