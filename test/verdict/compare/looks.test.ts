import { describe, expect, test } from 'vitest';
import { uniformAt } from '../../../src/core/random.ts';
import { walshRank } from '../../../src/stats/compare/signed-rank.ts';
import {
  endedAt,
  FALSE_FAIL,
  INDICATORS,
  lookOnce,
  looksUpTo,
  MOST_BLOCKS,
} from '../../../src/verdict/compare/looks.ts';

const RUNS = 10_000;

/** Number of positive Walsh averages: Wilcoxon's signed-rank statistic of the first `count` differences. */
function statistic(differences: readonly number[], count: number): number {
  const byMagnitude = differences.slice(0, count).toSorted((a, b) => Math.abs(a) - Math.abs(b));
  return byMagnitude.reduce((sum, value, index) => sum + (value > 0 ? index + 1 : 0), 0);
}

/** How often like systems are told apart as worse at any of the looks, were only the interval to decide. */
function falseAlarms(maxBlocks: number): number {
  const { looks, confidence } = looksUpTo(maxBlocks);
  const ranks = looks.map((look) => walshRank(look, confidence));
  let alarms = 0;
  for (let seed = 0; seed < RUNS; seed += 1) {
    const differences = Array.from({ length: maxBlocks }, (_, index) => uniformAt(seed, 1, index) - 0.5);
    const isAlarm = looks.some((look, index) => {
      // The k-th smallest average is positive when fewer than k of all are not.
      const negative = (look * (look + 1)) / 2 - statistic(differences, look);
      return negative < (ranks[index] ?? 0);
    });
    if (isAlarm) alarms += 1;
  }
  return alarms / RUNS;
}

describe('the levels of the looks', () => {
  test.each([8, 12, 20, 32, 48, 64, 10, 50])('hold over all looks up to %s blocks', (maxBlocks) => {
    const share = FALSE_FAIL / INDICATORS;
    const slack = 3 * Math.sqrt((share * (1 - share)) / RUNS);
    const alarms = falseAlarms(maxBlocks);
    expect(alarms).toBeLessThan(share + slack);
    // No stricter than ranks of eight pairs make them.
    expect(alarms).toBeGreaterThan(share / 2);
  });

  test('hold for a last look at whatever number of blocks there was time for', () => {
    const planned = looksUpTo(MOST_BLOCKS);
    expect(endedAt(planned, 18)).toEqual({ ...planned, looks: [8, 12, 18] });
    expect(endedAt(planned, 12)).toEqual({ ...planned, looks: [8, 12] });
    expect(endedAt(planned, 5)).toEqual(planned);
  });

  test('widen the interval with the number of looks', () => {
    const confidences = [8, 12, 20, 32, 48, 64].map((blocks) => looksUpTo(blocks).confidence);
    expect(confidences).toEqual(confidences.toSorted((a, b) => a - b));
    expect(confidences[0]).toBe(lookOnce(30).confidence);
  });

  test('let eight pairs that all say the same decide', () => {
    expect(walshRank(8, looksUpTo(MOST_BLOCKS).confidence)).toBe(1);
  });

  test('are asked last at the most blocks', () => {
    expect(looksUpTo(64).looks).toEqual([8, 12, 20, 32, 48, 64]);
    expect(looksUpTo(40).looks).toEqual([8, 12, 20, 32, 40]);
    expect(looksUpTo(8).looks).toEqual([8]);
  });
});
