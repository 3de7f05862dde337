import { describe, expect, test } from 'vitest';
import { formatBounds, formatCount, formatEstimate, formatIn, plural } from '../../src/report/format.ts';

describe('an estimate', () => {
  test.each([
    ['ms', 212, 198, 231, '212ms [198, 231]', 'three digits need no point'],
    ['ms', 0.0125, 0.011, 0.0142, '12.5us [11, 14.2]', 'bounds take the unit of the value'],
    ['ms', 980, 940, 1260, '980ms [940, 1260]', 'also when a bound would get another one'],
    ['ms', 1480, 980, 2000, '1.48s [0.98, 2]', 'seconds'],
    ['ms', 125_000, 118_000, 140_000, '2m5s [1m58s, 2m20s]', 'compound units are written out'],
    ['ratio', 0.0042, 0.0031, 0.0055, '0.42% [0.31, 0.55]', 'ratios as per cent'],
    ['ratio', 0.9999, 0.9997, 1, '99.99% [99.97, 100]', 'never rounded up to all'],
    ['per-second', 1980.2, 1950, 2010, '1,980/s [1,950, 2,010]', 'rates'],
    ['score', 0.93, 0.9, 0.95, '0.93 [0.9, 0.95]', 'scores have no unit'],
  ] as const)('%s %d shows its interval in its own unit', (unit, value, low, high, expected, reason) => {
    expect(formatEstimate(unit, { value, low, high }), reason).toBe(expected);
  });

  test('says what is not known', () => {
    expect(formatEstimate('ms', { value: null, low: null, high: null })).toBe('–');
    expect(formatEstimate('ms', { value: 5, low: null, high: null })).toBe('5ms');
    expect(formatEstimate('ms', { value: 5, low: 4, high: null })).toBe('5ms [4, …]');
    expect(formatEstimate('ms', { value: null, low: 4, high: 6 })).toBe('– [4, 6]');
    expect(formatBounds('ms', { value: 5, low: null, high: null })).toBeNull();
    expect(formatIn('ratio', null)).toBe('–');
  });
});

test('counts have their thousands grouped', () => {
  expect([0, 999, 1000, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([plural(1, 'check'), plural(2000, 'check')]).toEqual(['1 check', '2,000 checks']);
});
