import { describe, expect, test } from 'vitest';
import { sparkline } from '../../src/core/sparkline.ts';

const WIDE = { width: 40, unicode: true, fold: 'max' } as const;

describe('a sparkline', () => {
  test('has one mark per value, from 0 to the largest', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], WIDE)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], { ...WIDE, unicode: false })).toBe('_.:-=+*#');
  });

  test('gives the lowest mark to 0 alone', () => {
    expect(sparkline([0, 0.001, 1000], WIDE)).toBe('▁▂█');
    expect(sparkline([0, 0], WIDE)).toBe('▁▁');
  });

  test('leaves unknown values blank, and is empty when nothing is known', () => {
    expect(sparkline([1, null, 1], WIDE)).toBe('█ █');
    expect(sparkline([null, null], WIDE)).toBe('');
    expect(sparkline([], WIDE)).toBe('');
  });

  test.each([
    ['max', '██'],
    ['mean', '▅█'],
  ] as const)('folds neighbours by their %s when there is no room for each', (fold, expected) => {
    expect(sparkline([0, 8, 8, 8], { ...WIDE, width: 2, fold })).toBe(expected);
  });

  test('covers every value when the width does not divide their number', () => {
    expect(sparkline([0, 0, 0, 0, 0, 0, 9], { ...WIDE, width: 3 })).toBe('▁▁█');
    expect(sparkline([9, 0, 0, 0, 0, 0, 0], { ...WIDE, width: 3 })).toBe('█▁▁');
  });
});
