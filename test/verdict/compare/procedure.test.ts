/** What the whole procedure does, all its looks included, where the truth is known; and what simpler ones would do. */

import { describe, expect, test } from 'vitest';
import { mannWhitney } from '../../../src/stats/compare/mann-whitney.ts';
import { type Block, blocksOf } from '../../../src/verdict/compare/block.ts';
import { type ComparisonSetting, judgeBlocks, MINIMUM_EFFECTS } from '../../../src/verdict/compare/judge.ts';
import { lookOnce, looksUpTo, MOST_BLOCKS } from '../../../src/verdict/compare/looks.ts';
import { block, type SimulatedPair, simulate } from './simulated.ts';

const PAIRED: ComparisonSetting = {
  ...looksUpTo(MOST_BLOCKS),
  pairing: 'paired',
  minimumEffects: MINIMUM_EFFECTS,
};

interface Shares {
  readonly fail: number;
  readonly pass: number;
  readonly inconclusive: number;
}

function sharesOf(runs: number, pair: Omit<SimulatedPair, 'seed' | 'blocks'>, setting = PAIRED): Shares {
  const counts = { fail: 0, pass: 0, inconclusive: 0 };
  for (let seed = 0; seed < runs; seed += 1) {
    const { findings } = judgeBlocks(simulate({ seed, blocks: setting.looks.at(-1) ?? 0, ...pair }), setting);
    const statuses = findings.map(({ status }) => status);
    const isPass = statuses.every((status) => status === 'pass');
    counts[statuses.includes('fail') ? 'fail' : isPass ? 'pass' : 'inconclusive'] += 1;
  }
  return {
    fail: counts.fail / runs,
    pass: counts.pass / runs,
    inconclusive: counts.inconclusive / runs,
  };
}

describe('a candidate that is no other than the baseline', () => {
  // 200 pairs, of which 5 % are ten: a true rate of 5 % would be above 0.08 with a chance of 2 %.
  test.each<[string, Omit<SimulatedPair, 'seed' | 'blocks'>]>([
    ['noise with a memory and a common drift', {}],
    ['a longer memory', { memory: 0.7 }],
    ['a drift to three times as slow', { drift: 2 }],
    ['more noise', { noise: 0.3 }],
    ['many errors', { errors: 0.03 }],
  ])('%s: fails in no more than a twentieth of 200 comparisons', { timeout: 60_000 }, (_name, pair) => {
    expect(sharesOf(200, pair).fail).toBeLessThanOrEqual(0.05);
  });

  test('passes more often than not', { timeout: 60_000 }, () => {
    expect(sharesOf(100, {}).pass).toBeGreaterThan(0.8);
  });
});

describe('runs of different times, of a system with a memory longer than their blocks', () => {
  const apart = (blocks: number): ComparisonSetting => ({ ...PAIRED, ...lookOnce(blocks), pairing: 'apart' });
  const alike = { memory: 0.7, drift: 0, noise: 0.3, order: 'after' } as const;

  // Taken for independent, twelve blocks would fail in 17 % of them; how alike they are, so few tell only roughly.
  test('twelve blocks of each blame a candidate that is no other far less often than if they were independent', () => {
    expect(sharesOf(400, alike, apart(12)).fail).toBeLessThan(0.12);
    expect(sharesOf(400, { ...alike, memory: 0.4 }, apart(12)).fail).toBeLessThan(0.08);
  });

  test('what is far slower fails for all that, and without a memory a quarter is enough', () => {
    expect(sharesOf(100, { ...alike, p50: 2, p99: 2 }, apart(32)).fail).toBeGreaterThan(0.8);
    const forgetful = { ...alike, memory: 0, noise: 0.15 };
    expect(sharesOf(100, { ...forgetful, p99: 1.25 }, apart(32)).fail).toBeGreaterThan(0.7);
  });

  test('a disturbance of the baseline alone hides no candidate that is far slower', () => {
    const [before, after] = [
      [14.0, 26.4, 37.9, 12.1, 12.5, 11.3, 11.0, 11.6],
      [33.2, 32.7, 32.2, 31.9, 32.8, 31.2, 32.1, 33.1],
    ];
    const blocks = [
      ...(before ?? []).map((ms) => block('baseline', ms, 2 * ms)),
      ...(after ?? []).map((ms) => block('candidate', ms, 2 * ms)),
    ];
    expect(judgeBlocks(blocks, apart(8)).findings[0]?.status).toBe('fail');
  });
});

describe('a candidate that is slower', () => {
  test.each<[string, Omit<SimulatedPair, 'seed' | 'blocks'>]>([
    ['as it is', {}],
    ['a longer memory', { memory: 0.7 }],
    ['a drift to three times as slow', { drift: 2 }],
  ])(
    '%s: a fifth slower at p99 fails in four of five comparisons at least',
    { timeout: 60_000 },
    (_name, pair) => {
      expect(sharesOf(100, { ...pair, p99: 1.2 }).fail).toBeGreaterThanOrEqual(0.8);
    },
  );

  test('by 3 % throughout is not blamed in more than 5 %', { timeout: 60_000 }, () => {
    expect(sharesOf(200, { p50: 1.03, p99: 1.03 }).fail).toBeLessThanOrEqual(0.05);
  });

  test('by half is found at the first looks', () => {
    const looks = Array.from({ length: 50 }, (_, seed) => {
      return judgeBlocks(simulate({ seed, blocks: MOST_BLOCKS, p50: 1.5, p99: 1.5 }), PAIRED).looks;
    });
    expect(Math.max(...looks)).toBeLessThanOrEqual(2);
  });
});

describe('a simpler procedure', () => {
  /** Shares of comparisons in which a rank test with 5 % at every look finds the candidate larger. */
  function naive(
    runs: number,
    pair: Omit<SimulatedPair, 'seed' | 'blocks'>,
    looks: readonly number[],
  ): number {
    let alarms = 0;
    for (let seed = 0; seed < runs; seed += 1) {
      const blocks = simulate({ seed, blocks: MOST_BLOCKS, ...pair });
      const values = (side: Block['side']): number[] => blocksOf(blocks, side).map(({ p99Ms }) => p99Ms ?? 0);
      const [baseline, candidate] = [values('baseline'), values('candidate')];
      const isAlarm = looks.some((look) => {
        return mannWhitney(candidate.slice(0, look), baseline.slice(0, look)).greater < 0.05;
      });
      if (isAlarm) alarms += 1;
    }
    return alarms / runs;
  }

  test('that looks often without paying for it blames the innocent', () => {
    const every = Array.from({ length: 57 }, (_, index) => index + 8);
    expect(naive(200, { memory: 0, drift: 0 }, every)).toBeGreaterThan(0.12);
  });

  test('that measures one after the other blames the candidate for the time of day', () => {
    expect(naive(50, { order: 'after' }, [MOST_BLOCKS])).toBeGreaterThan(0.9);
    expect(naive(50, {}, [MOST_BLOCKS])).toBeLessThan(0.1);
  });

  test('that does not pair loses what drift hides', { timeout: 60_000 }, () => {
    const slower = { p99: 1.2, drift: 4 };
    const apart = sharesOf(60, slower, { ...PAIRED, pairing: 'apart' });
    const paired = sharesOf(60, slower);
    expect(paired.fail).toBeGreaterThan(0.8);
    expect(apart.fail).toBeLessThan(paired.fail - 0.2);
  });
});
