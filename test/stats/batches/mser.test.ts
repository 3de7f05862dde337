import { describe, expect, test } from 'vitest';
import { mserTruncation } from '../../../src/stats/batches/mser.ts';

function series(length: number, at: (index: number) => number): number[] {
  return Array.from({ length }, (_, index) => at(index));
}

describe('mserTruncation', () => {
  // Computed with numpy from the definition; accepted and rejected as kim-convergence (OpenKIM) does.
  test.each([
    ['a rise to a level', [...series(10, (i) => i), ...series(1000, () => 10)], 10],
    ['a fall to a level', [...series(50, (i) => 100 - 2 * i), ...series(450, () => 0)], 50],
    ['a decay under noise', series(500, (i) => 100 * Math.exp(-i / 20) + (i % 2 === 0 ? -1 : 1)), 120],
    ['a constant', series(100, () => 3.3), 0],
    ['one whole batch', [5, 4, 3, 2, 1], 0],
  ])('finds where %s is steady', (_name, values, truncation) => {
    expect(mserTruncation(values)).toBe(truncation);
  });

  test('finds no steady part in a pure trend, nor in less than a batch', () => {
    expect(mserTruncation(series(100, (i) => i))).toBeNull();
    expect(mserTruncation([1, 2, 3, 4])).toBeNull();
    expect(mserTruncation([])).toBeNull();
  });

  test('counts in batches of the size asked for', () => {
    const values = [...series(10, (i) => i), ...series(1000, () => 10)];
    expect(mserTruncation(values, { batchSize: 1 })).toBe(10);
    expect(mserTruncation(values, { batchSize: 4 })).toBe(12);
  });

  test('does not read an outlier among the last batches as the end of the start-up', () => {
    const values = series(100, (i) => (i < 98 ? i % 2 : 50));
    expect(mserTruncation(values)).toBe(0);
  });
});
