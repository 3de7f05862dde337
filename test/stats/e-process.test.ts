import { describe, expect, test } from 'vitest';
import {
  countToHold,
  countToSettle,
  logEvidenceBreached,
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
