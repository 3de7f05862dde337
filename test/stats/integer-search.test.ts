import { describe, expect, test } from 'vitest';
import { firstFrom, firstWhere } from '../../src/stats/integer-search.ts';

describe('firstWhere', () => {
  test.each([
    [0, 10, 7, 7],
    [0, 10, -5, 0],
    [0, 10, 99, 10],
    [5, 5, 0, 5],
  ])('in [%s, %s] finds %s at %s', (low, high, from, found) => {
    expect(firstWhere(low, high, (value) => value >= from)).toBe(found);
  });
});

describe('firstFrom', () => {
  test.each([
    [0, 1, 1],
    [1, 1, 1],
    [3, 1000, 1000],
    [900, 1000, 1000],
    [5, 2, 5],
    [0, 1e6, 1e6],
  ])('from %s finds %s at %s', (low, from, found) => {
    expect(firstFrom(low, 1e6, (value) => value >= from)).toBe(found);
  });

  test('gives up at the limit', () => {
    expect(firstFrom(1, 1000, (value) => value > 1000)).toBeNull();
  });
});
