import { describe, expect, test } from 'vitest';
import { uniformAt } from '../../src/core/random.ts';
import {
  countToHold,
  countToSettle,
  logEvidenceBreached,
  logEvidenceDoubled,
  logEvidenceHeld,
} from '../../src/stats/e-process.ts';
import { reference, relativeError } from './reference.ts';

interface Figures {
  readonly evidence: readonly {
    readonly exceeded: number;
    readonly count: number;
    readonly q: number;
    readonly held: number;
    readonly breached: number;
  }[];
  readonly toHold: readonly { readonly exceeded: number; readonly count: number }[];
}

const { evidence, toHold } = reference<Figures>('e-process.json');
const CLAIM = { q: 0.99, alpha: 0.05 };
const ENOUGH = Math.log(20);

describe('the evidence of an e-process', () => {
  test.each(evidence)('of $exceeded in $count at q $q, both ways', ({ held, breached, ...seen }) => {
    expect(relativeError(logEvidenceHeld(seen), held)).toBeLessThan(1e-10);
    expect(relativeError(logEvidenceBreached(seen), breached)).toBeLessThan(1e-10);
  });

  test('is none without attempts', () => {
    expect(logEvidenceHeld({ exceeded: 0, count: 0, q: 0.99 })).toBeCloseTo(0, 12);
    expect(logEvidenceBreached({ exceeded: 0, count: 0, q: 0.99 })).toBeCloseTo(0, 12);
  });

  test('weighs inflated attempts as fewer, rounded against each claim', () => {
    const seen = { exceeded: 11, count: 3009, q: 0.99, inflation: 10 };
    expect(logEvidenceHeld(seen)).toBe(logEvidenceHeld({ exceeded: 2, count: 300, q: 0.99 }));
    expect(logEvidenceBreached(seen)).toBe(logEvidenceBreached({ exceeded: 1, count: 300, q: 0.99 }));
  });

  test('of a breach is none while exceedances are fewer than the inflation', () => {
    for (const count of [9, 10, 25, 1000]) {
      expect(logEvidenceBreached({ exceeded: 9, count, q: 0.99, inflation: 10 })).toBeLessThanOrEqual(1e-14);
    }
    expect(logEvidenceBreached({ exceeded: 20, count: 20, q: 0.99, inflation: 10 })).toBeGreaterThan(ENOUGH);
  });

  test('survives fewer whole attempts than rounded-up exceedances', () => {
    expect(logEvidenceHeld({ exceeded: 10, count: 10, q: 0.99, inflation: 3 })).toBeLessThan(0);
    expect(logEvidenceHeld({ exceeded: 1, count: 2, q: 0.99, inflation: 3 })).toBeCloseTo(0, 12);
  });

  test.each([
    { exceeded: 0, count: 10, q: 0 },
    { exceeded: 0, count: 10, q: 1 },
    { exceeded: 11, count: 10, q: 0.9 },
    { exceeded: -1, count: 10, q: 0.9 },
    { exceeded: 0, count: 10, q: 0.9, inflation: 0.5 },
    { exceeded: 0, count: Number.NaN, q: 0.9 },
  ])('is refused for %o', (counts) => {
    expect(() => logEvidenceHeld(counts)).toThrow(RangeError);
    expect(() => logEvidenceBreached(counts)).toThrow(RangeError);
  });
});

describe('planning for many looks', () => {
  test.each(toHold)('shows q 0.99 with $exceeded exceedances from $count on', ({ exceeded, count }) => {
    expect(countToHold(exceeded, CLAIM)).toBe(count);
    expect(logEvidenceHeld({ exceeded, count, q: 0.99 })).toBeGreaterThanOrEqual(ENOUGH);
    expect(logEvidenceHeld({ exceeded, count: count - 1, q: 0.99 })).toBeLessThan(ENOUGH);
  });

  test('says how many attempts would settle it at the ratio seen', () => {
    expect(countToSettle({ exceeded: 0, count: 100, ...CLAIM })).toBe(449);
    expect(countToSettle({ exceeded: 0, count: 100, ...CLAIM, inflation: 10 })).toBe(4490);
    const holding = countToSettle({ exceeded: 8, count: 1000, ...CLAIM }) ?? 0;
    expect(
      logEvidenceHeld({ exceeded: Math.round(holding * 0.008), count: holding, q: 0.99 }),
    ).toBeGreaterThanOrEqual(ENOUGH);
    const breaking = countToSettle({ exceeded: 12, count: 1000, ...CLAIM }) ?? 0;
    expect(
      logEvidenceBreached({ exceeded: Math.round(breaking * 0.012), count: breaking, q: 0.99 }),
    ).toBeGreaterThanOrEqual(ENOUGH);
  });

  test('says never at the limit itself, and when nothing was seen', () => {
    expect(countToSettle({ exceeded: 10, count: 1000, ...CLAIM })).toBeNull();
    expect(countToSettle({ exceeded: 0, count: 0, ...CLAIM })).toBeNull();
  });
});

describe('evidence that stakes a half on twice the limit', () => {
  test('is the mean of the likelihood ratio at twice the limit and of the mixture', () => {
    for (const [exceeded, count] of [
      [0, 0],
      [3, 100],
      [26, 1280],
      [60, 3000],
    ] as const) {
      const seen = { exceeded, count, q: 0.99 };
      const ratio = 2 ** exceeded * (0.98 / 0.99) ** (count - exceeded);
      const expected = Math.log((ratio + Math.exp(logEvidenceBreached(seen))) / 2);
      expect(logEvidenceDoubled(seen)).toBeCloseTo(expected, 9);
    }
  });

  test('shows twice a limit of 1 % in 1,280 requests, where the mixture takes 2,380', () => {
    const first = (evidence: typeof logEvidenceDoubled): number => {
      let count = 20;
      while (evidence({ q: 0.99, count, exceeded: Math.round(count * 0.02) }) < Math.log(100)) count += 20;
      return count;
    };
    expect([first(logEvidenceDoubled), first(logEvidenceBreached)]).toEqual([1280, 2380]);
  });

  test('is the mixture where twice the limit is no share, and never overflows', () => {
    const half = { exceeded: 40, count: 60, q: 0.5 };
    expect(logEvidenceDoubled(half)).toBe(logEvidenceBreached(half));
    expect(logEvidenceDoubled({ exceeded: 1e6, count: 1e6, q: 0.99 })).toBeGreaterThan(1e6);
    expect(logEvidenceDoubled({ exceeded: 0, count: 1e7, q: 0.99 })).toBeLessThan(-1);
  });

  test('reaches 20 at most once in 20 times while the claim is just false, looked at after each attempt', () => {
    let reached = 0;
    for (let series = 0; series < 400; series += 1) {
      let exceeded = 0;
      for (let count = 1; count <= 1000; count += 1) {
        if (uniformAt(series + 1, 1, count) >= 0.05) continue;
        exceeded += 1;
        // Only an exceedance can raise it.
        if (logEvidenceDoubled({ exceeded, count, q: 0.95 }) < ENOUGH) continue;
        reached += 1;
        break;
      }
    }
    expect(reached / 400).toBeLessThan(0.05);
    expect(reached).toBeGreaterThan(0);
  });
});
