import { describe, expect, test } from 'vitest';
import {
  breachProbability,
  countToDecide,
  countToFail,
  countToPass,
  decide,
  heldProbability,
} from '../../src/stats/exceedance-test.ts';
import { reference } from './reference.ts';

interface Figure {
  readonly q: number;
  readonly alpha: number;
  readonly exceeded: number;
  readonly count: number;
}

const { toPass, toFail } = reference<{ toPass: Figure[]; toFail: Figure[] }>('exceedance-counts.json');

describe('the exact rule', () => {
  test.each(toPass)('passes q=$q alpha=$alpha with $exceeded exceedances from $count on', (figure) => {
    expect(countToPass(figure.exceeded, figure)).toBe(figure.count);
    expect(decide(figure)).toBe('pass');
    expect(decide({ ...figure, count: figure.count - 1 })).toBe('inconclusive');
  });

  test.each(toFail)('fails q=$q alpha=$alpha with $exceeded exceedances up to $count', (figure) => {
    expect(countToFail(figure.exceeded, figure)).toBe(figure.count);
    expect(decide(figure)).toBe('fail');
    expect(decide({ ...figure, count: figure.count + 1 })).toBe('inconclusive');
  });

  test.each([
    [20, 'pass'],
    [30, 'inconclusive'],
    [40, 'fail'],
  ])('finds %s failures in 30,000 against 0.1 %%: %s', (exceeded, status) => {
    expect(decide({ exceeded, count: 30_000, q: 0.999, alpha: 0.05 })).toBe(status);
  });

  test('fails one failure of one at q 0.99', () => {
    expect(decide({ exceeded: 1, count: 1, q: 0.99, alpha: 0.05 })).toBe('fail');
  });

  test('decides nothing without attempts', () => {
    expect(decide({ exceeded: 0, count: 0, q: 0.99, alpha: 0.05 })).toBe('inconclusive');
    expect(heldProbability({ exceeded: 0, count: 0, q: 0.99, alpha: 0.05 })).toBe(1);
    expect(breachProbability({ exceeded: 0, count: 0, q: 0.99, alpha: 0.05 })).toBe(1);
  });

  test('needs inflation times as many attempts when they are not independent', () => {
    const clean = { exceeded: 0, q: 0.99, alpha: 0.05, inflation: 10 };
    expect(decide({ ...clean, count: 2989 })).toBe('inconclusive');
    expect(decide({ ...clean, count: 2990 })).toBe('pass');
  });

  test('rounds deflated exceedances up for a pass and down for a fail', () => {
    const counts = { exceeded: 11, count: 3000, q: 0.99, alpha: 0.05, inflation: 10 };
    expect(decide(counts)).toBe('inconclusive');
    expect(decide({ ...counts, count: 6280 })).toBe('pass');
    expect(decide({ ...counts, exceeded: 29, count: 350 })).toBe('fail');
    expect(decide({ ...counts, exceeded: 29, count: 360 })).toBe('inconclusive');
    expect(decide({ ...counts, exceeded: 9, count: 10 })).toBe('inconclusive');
  });
});

describe('planning', () => {
  test('no number of attempts proves that nothing ever exceeds', () => {
    expect(countToPass(0, { q: 1, alpha: 0.05 })).toBeNull();
  });

  test('one exceedance disproves q 1, and no exceedance disproves anything', () => {
    expect(decide({ exceeded: 1, count: 1e6, q: 1, alpha: 0.05 })).toBe('fail');
    expect(countToFail(0, { q: 0.99, alpha: 0.05 })).toBe(0);
    expect(countToFail(1, { q: 0.9, alpha: 0.05 })).toBe(0);
    expect(countToFail(3, { q: 0, alpha: 0.05 })).toBe(0);
  });

  test('says how many attempts would decide at the ratio seen', () => {
    expect(countToDecide({ exceeded: 0, count: 100, q: 0.99, alpha: 0.05 })).toBe(299);
    const passing = countToDecide({ exceeded: 8, count: 1000, q: 0.99, alpha: 0.05 });
    expect(
      decide({ exceeded: Math.round((passing ?? 0) * 0.008), count: passing ?? 0, q: 0.99, alpha: 0.05 }),
    ).toBe('pass');
    const failing = countToDecide({ exceeded: 12, count: 1000, q: 0.99, alpha: 0.05 });
    expect(
      decide({ exceeded: Math.round((failing ?? 0) * 0.012), count: failing ?? 0, q: 0.99, alpha: 0.05 }),
    ).toBe('fail');
  });

  test('says never when the ratio seen is the limit itself', () => {
    expect(countToDecide({ exceeded: 10, count: 1000, q: 0.99, alpha: 0.05 })).toBeNull();
  });
});
