import { describe, expect, test } from 'vitest';
import { STREAM, uniformAt } from '../../../src/core/random.ts';
import { batchInflation } from '../../../src/stats/batches/inflation.ts';

/** 30 batches of 1,000 attempts, 1 % beyond the limit, in bursts of `burst` at a time. */
function bursts(burst: number, seed: number): { count: number; exceeded: number }[] {
  return Array.from({ length: 30 }, (_, batch) => {
    const chances = Array.from({ length: 1000 / burst }, (_unused, index) =>
      uniformAt(seed, STREAM.gap, batch * 1000 + index),
    );
    return { count: 1000, exceeded: burst * chances.filter((chance) => chance < 0.01).length };
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

describe('batchInflation', () => {
  test('is the variance of batch means over the binomial one', () => {
    // p = 0.05, squares = 4 x 25: 100 x 4 / (3 x 400 x 0.05 x 0.95).
    const batches = [10, 0, 10, 0].map((exceeded) => ({ count: 100, exceeded }));
    expect(batchInflation(batches)).toBeCloseTo(400 / (3 * 400 * 0.0475), 12);
  });

  test('weighs batches of unequal size by what they hold', () => {
    // p = 0.1 in 400: expected 10 and 30, seen 20 and 20.
    const batches = [
      { count: 100, exceeded: 20 },
      { count: 300, exceeded: 20 },
    ];
    expect(batchInflation(batches)).toBeCloseTo((200 * 2) / (400 * 0.09), 12);
  });

  test('is about 1 for independent attempts, and about the burst for bursts', () => {
    const seeds = Array.from({ length: 41 }, (_, seed) => seed);
    expect(median(seeds.map((seed) => batchInflation(bursts(1, seed))))).toBeLessThan(1.2);
    const inflated = median(seeds.map((seed) => batchInflation(bursts(20, seed))));
    expect(inflated).toBeGreaterThan(15);
    expect(inflated).toBeLessThan(25);
  });

  test('is never below 1, however even the batches are', () => {
    expect(batchInflation([5, 5, 5, 5].map((exceeded) => ({ count: 100, exceeded })))).toBe(1);
  });

  test.each([
    ['no batches', []],
    ['one batch', [{ count: 100, exceeded: 7 }]],
    [
      'one batch that holds anything',
      [
        { count: 100, exceeded: 7 },
        { count: 0, exceeded: 0 },
      ],
    ],
    [
      'nothing beyond the limit',
      [
        { count: 100, exceeded: 0 },
        { count: 90, exceeded: 0 },
      ],
    ],
    [
      'everything beyond the limit',
      [
        { count: 100, exceeded: 100 },
        { count: 90, exceeded: 90 },
      ],
    ],
  ])('is 1 with %s', (_name, batches) => {
    expect(batchInflation(batches)).toBe(1);
  });
});
