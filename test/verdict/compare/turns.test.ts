import { describe, expect, test } from 'vitest';
import { judgeBlocks, MINIMUM_EFFECTS } from '../../../src/verdict/compare/judge.ts';
import { looksUpTo, MOST_BLOCKS } from '../../../src/verdict/compare/looks.ts';
import { turnsOf } from '../../../src/verdict/compare/turns.ts';
import { simulate } from './simulated.ts';

const PAIRS = Array.from({ length: MOST_BLOCKS }, (_, index) => index + 1);

function orderOf(seed: number): string {
  return PAIRS.flatMap((pair) => turnsOf(pair, seed))
    .map((side) => (side === 'baseline' ? 'B' : 'C'))
    .join('');
}

describe('the turns of the two', () => {
  test('mirror one another in every four, whoever begins', () => {
    expect(orderOf(7)).toMatch(/^(?:BCCB|CBBC){32}$/);
    expect(orderOf(7)).toContain('BCCB');
    expect(orderOf(7)).toContain('CBBC');
  });

  test('begin with the baseline, without which a dead candidate is no worse than anything', () => {
    for (let seed = 0; seed < 20; seed += 1) expect(orderOf(seed)).toMatch(/^BCCB/);
  });

  test('are those of the seed', () => {
    expect(orderOf(7)).toBe(orderOf(7));
    expect(orderOf(7)).not.toBe(orderOf(8));
  });

  test('blame nobody for what comes back every four blocks, as an order that repeats itself does', () => {
    const setting = {
      ...looksUpTo(MOST_BLOCKS),
      pairing: 'paired' as const,
      minimumEffects: MINIMUM_EFFECTS,
    };
    const fails = (order: 'turn' | 'fixed'): number => {
      const seeds = Array.from({ length: 20 }, (_, seed) => seed);
      const pair = { blocks: MOST_BLOCKS, order, drift: 0, everyFour: 0.3 };
      return seeds.filter((seed) => {
        return judgeBlocks(simulate({ ...pair, seed }), setting).findings.some(
          ({ status }) => status === 'fail',
        );
      }).length;
    };
    expect(fails('fixed')).toBeGreaterThan(15);
    expect(fails('turn')).toBeLessThanOrEqual(2);
  });
});
