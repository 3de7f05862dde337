import { describe, expect, test } from 'vitest';
import { normalQuantile, normalUpperTail } from '../../src/stats/normal.ts';
import { studentCdf, studentQuantile } from '../../src/stats/student.ts';
import { reference } from './reference.ts';

interface Figures {
  readonly normal: readonly { readonly p: number; readonly z: number }[];
  readonly tail: readonly { readonly z: number; readonly p: number }[];
  readonly cdf: readonly { readonly t: number; readonly df: number; readonly cdf: number }[];
  readonly quantile: readonly { readonly p: number; readonly df: number; readonly t: number }[];
}

const figures = reference<Figures>('student-normal.json');

describe('normalQuantile', () => {
  test.each(figures.normal)('of $p', ({ p, z }) => {
    expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(1e-14 * Math.max(1, Math.abs(z)));
  });

  // MLPerf's inference rules: n = z^2 q (1 - q) / margin^2 at 99 % confidence.
  test.each([
    [0.9, 0.005, 23_886],
    [0.95, 0.0025, 50_425],
    [0.97, 0.0015, 85_811],
    [0.99, 0.0005, 262_742],
  ])("gives MLPerf's starting size for q %s and margin %s", (q, margin, size) => {
    expect(Math.round((normalQuantile(0.995) ** 2 * q * (1 - q)) / margin ** 2)).toBe(size);
  });

  test.each([0, 1, -1, Number.NaN])('refuses %s', (p) => {
    expect(() => normalQuantile(p)).toThrow(RangeError);
  });
});

describe('normalUpperTail', () => {
  test.each(figures.tail)('beyond $z', ({ z, p }) => {
    expect(Math.abs(normalUpperTail(z) / p - 1)).toBeLessThan(2e-13);
  });

  test('reaches 0 and 1', () => {
    expect(normalUpperTail(Infinity)).toBe(0);
    expect(normalUpperTail(-Infinity)).toBe(1);
  });
});

describe('studentCdf', () => {
  test.each(figures.cdf)('of $t with $df degrees of freedom', ({ t, df, cdf }) => {
    expect(Math.abs(studentCdf(t, df) / cdf - 1)).toBeLessThan(1e-11);
  });

  test('is a half at 0 and reaches 0 and 1', () => {
    expect(studentCdf(0, 5)).toBe(0.5);
    expect(studentCdf(Infinity, 5)).toBe(1);
    expect(studentCdf(-Infinity, 5)).toBe(0);
  });
});

describe('studentQuantile', () => {
  test.each(figures.quantile)('of $p with $df degrees of freedom', ({ p, df, t }) => {
    expect(Math.abs(studentQuantile(p, df) / t - 1)).toBeLessThan(1e-9);
  });

  test('is 0 at a half and refuses 0 and 1', () => {
    expect(studentQuantile(0.5, 3)).toBe(0);
    expect(() => studentQuantile(1, 3)).toThrow(RangeError);
  });
});
