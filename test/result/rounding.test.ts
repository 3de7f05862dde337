import { describe, expect, test } from 'vitest';
import { finite, roundMs, roundRate } from '../../src/result/rounding.ts';

describe('numbers of the document', () => {
  test.each([
    [roundMs, 1.23456, 1.235],
    [roundMs, 0.0004, 0],
    [roundMs, NaN, null],
    [roundMs, Infinity, null],
    [roundMs, null, null],
    [roundRate, 29.850000000000001, 29.85],
    [roundRate, 1 / 3600, 0.000278],
    [roundRate, -Infinity, null],
    [finite, 0, 0],
    [finite, NaN, null],
    [finite, null, null],
  ])('%o of %d is %d', (round, value, expected) => {
    expect(round(value)).toBe(expected);
  });
});
