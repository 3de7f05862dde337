import { describe, expect, test } from 'vitest';
import {
  erlangC,
  holdsPerSecond,
  meanResponse,
  responseExceeds,
  type System,
  saturationPerSecond,
} from '../../src/demo/capacity.ts';

const single: System = { replicas: 1, workers: 1, meanServiceMs: 10, distribution: 'exponential' };

describe('erlangC', () => {
  test.each([
    [1, 0.8, 0.8],
    [2, 1.6, 0.71111111],
    [4, 3.2, 0.59643247],
    [8, 6.4, 0.45764493],
    [10, 8, 0.40918015],
    [16, 12.8, 0.30488391],
    [32, 25.6, 0.16062321],
    [100, 90, 0.21694048],
  ])('%d workers offered %f make an arrival wait with probability %f', (workers, offered, expected) => {
    expect(erlangC({ workers, offered })).toBeCloseTo(expected, 7);
  });

  test('everybody waits where the load exceeds the workers', () => {
    expect(erlangC({ workers: 2, offered: 2 })).toBe(1);
  });
});

describe('meanResponse', () => {
  test.each([
    [1, 0.5, 2],
    [1, 0.9, 10],
    [4, 0.8, 1.746],
    [8, 0.9, 1.877],
    [16, 0.95, 1.975],
  ])('%d workers at utilisation %f take %f service times', (workers, utilisation, expected) => {
    expect(meanResponse({ workers, offered: utilisation * workers })).toBeCloseTo(expected, 3);
  });

  test('is infinite without a steady state', () => {
    expect(meanResponse({ workers: 1, offered: 1 })).toBe(Infinity);
  });
});

describe('responseExceeds', () => {
  test.each([
    [1, 23.0259],
    [2, 11.9374],
    [4, 6.8932],
    [8, 5.1522],
    [16, 4.735],
    [32, 4.6345],
  ])('at utilisation 0.8 of %d workers 1 %% take longer than %f service times', (workers, p99) => {
    expect(responseExceeds({ workers, offered: 0.8 * workers }, p99)).toBeCloseTo(0.01, 6);
  });

  test('is continuous where the spare capacity is exactly one worker', () => {
    const at = responseExceeds({ workers: 4, offered: 3 }, 2);
    expect(responseExceeds({ workers: 4, offered: 3 + 1e-9 }, 2)).toBeCloseTo(at, 8);
  });
});

describe('holdsPerSecond', () => {
  test('M/M/1 of 10 ms holds p99 < 250ms up to 100 - ln(100) / 0.25 = 81.579/s', () => {
    expect(holdsPerSecond(single, 0.99, 250)).toBeCloseTo(100 - Math.log(100) / 0.25, 3);
    expect(holdsPerSecond(single, 0.99, 250)).toBeCloseTo(81.579, 3);
  });

  test('M/M/8 of 20 ms holds p99 < 250ms up to 380.237/s', () => {
    expect(holdsPerSecond({ ...single, workers: 8, meanServiceMs: 20 }, 0.99, 250)).toBeCloseTo(380.237, 2);
  });

  test('three replicas hold three times what one holds', () => {
    expect(holdsPerSecond({ ...single, replicas: 3 }, 0.99, 250)).toBeCloseTo(3 * 81.5793, 2);
  });

  test('no rate holds what the service alone exceeds', () => {
    expect(holdsPerSecond(single, 0.99, 40)).toBe(0);
    expect(holdsPerSecond({ ...single, distribution: 'deterministic' }, 0.5, 9)).toBe(0);
  });

  test('the simulated M/D/1 agrees with Erlang: within 1.5 %', () => {
    const holds = holdsPerSecond({ ...single, distribution: 'deterministic' }, 0.99, 50);
    const exact = exactDeterministic(0.99, 4) * 100;
    expect(exact).toBeGreaterThan(50);
    expect(Math.abs(holds / exact - 1)).toBeLessThan(0.015);
  });

  test('a wider service distribution holds less, and all stay below saturation', () => {
    const rates = (['deterministic', 'uniform', 'exponential', 'lognormal'] as const).map((distribution) =>
      holdsPerSecond({ replicas: 3, workers: 4, meanServiceMs: 30, distribution }, 0.99, 250),
    );
    expect(rates).toEqual([...rates].sort((a, b) => b - a));
    for (const rate of rates) expect(rate).toBeLessThan(400);
    expect(rates[2]).toBeCloseTo(337.98, 1);
  });

  test.each([
    [0, 250],
    [1, 250],
    [99, 250],
    [0.99, 0],
    [0.99, Number.NaN],
  ])('refuses quantile %f with limit %f', (quantile, limitMs) => {
    expect(() => holdsPerSecond(single, quantile, limitMs)).toThrow(RangeError);
  });
});

test('saturation is replicas x workers over the mean service time', () => {
  expect(saturationPerSecond({ replicas: 3, workers: 4, meanServiceMs: 30 })).toBe(400);
});

/**
 * Largest utilisation of M/D/1 at which P(wait <= t) >= quantile, t in service times, by Erlang's 1909
 * formula for the waiting time.
 */
function exactDeterministic(quantile: number, t: number): number {
  const waitsAtMost = (load: number): number => {
    let sum = 0;
    for (let j = 0; j <= Math.floor(t); j += 1) {
      let term = Math.exp(load * (t - j));
      for (let k = 1; k <= j; k += 1) term *= (-load * (t - j)) / k;
      sum += term;
    }
    return (1 - load) * sum;
  };
  let [holds, breaks] = [0, 1];
  for (let step = 0; step < 50; step += 1) {
    const middle = (holds + breaks) / 2;
    if (waitsAtMost(middle) >= quantile) holds = middle;
    else breaks = middle;
  }
  return holds;
}
