import { describe, expect, test } from 'vitest';
import { mm1, mmc } from './servers.ts';
import { mmcTail, truth } from './truth.ts';

const P99 = { limitMs: 250, q: 0.99 };

describe('true capacities', () => {
  test.each([
    [truth.mm1({ serviceMs: 10, ...P99 }), 81.579],
    [truth.mmc({ workers: 1, serviceMs: 10, ...P99 }), 81.579],
    [truth.mmc({ workers: 8, serviceMs: 20, ...P99 }), 380.237],
  ])('%d is as published or by the closed form', (found, expected) => {
    expect(found).toBeCloseTo(expected, 3);
  });

  test('are 0 when not even an idle server keeps the promise', () => {
    expect(truth.mm1({ serviceMs: 100, ...P99 })).toBe(0);
    expect(truth.mmc({ workers: 4, serviceMs: 100, ...P99 })).toBeCloseTo(0, 9);
  });

  test('are found by simulation too', () => {
    const found = truth.simulated(mm1(10), { ...P99, belowPerSecond: 100, requests: 200_000 });
    expect(found / 81.579).toBeCloseTo(1, 1);
    const eight = truth.simulated(mmc(8, 20), { ...P99, belowPerSecond: 400, requests: 200_000 });
    expect(eight / 380.237).toBeCloseTo(1, 1);
  });
});

test('the tail of M/M/c has no gap where the spare capacity is that of one worker', () => {
  const at = (rate: number): number => mmcTail(rate, { workers: 2, serviceMs: 10, limitMs: 40 });
  expect(at(100)).toBeCloseTo((at(99.99) + at(100.01)) / 2, 6);
  expect(at(200)).toBe(1);
  expect(at(0)).toBeCloseTo(Math.exp(-4), 12);
});
