import { describe, expect, test } from 'vitest';
import { uniformAt } from '../../../src/core/random.ts';
import { CANARY } from '../../../src/plan/canary/settings.ts';
import { parseObjective } from '../../../src/plan/objective.ts';
import { atLeast } from '../../../src/stats/binomial.ts';
import { type DetectionInput, detectionOf } from '../../../src/verdict/canary/detection.ts';
import { VirtualCanary } from '../../support/canary-runs.ts';

function detect(
  texts: readonly string[],
  effect: Partial<DetectionInput['effect']>,
  over: Partial<DetectionInput> = {},
): ReturnType<typeof detectionOf> {
  return detectionOf({
    settings: CANARY,
    objectives: texts.map((text) => parseObjective(text)),
    effect: { ratio: 1, kind: 'erroring', delayMs: 0, ...effect },
    ...over,
  });
}

describe('an effect on every request', () => {
  test('is noticed after as many runs as must be bad', () => {
    expect(detect(['errors < 1%'], { kind: 'silent', delayMs: 2000 })).toEqual({
      byRun: true,
      requests: 60,
      runs: 3,
      ms: 3 * 60_000 + 5000 + 2000,
      objective: null,
    });
    expect(detect(['p99 < 250ms'], { kind: 'slow', delayMs: 300 })).toMatchObject({
      byRun: true,
      runs: 3,
      objective: 'p99 < 250ms',
    });
    expect(detect(['errors < 1%'], { kind: 'wrong' })).toMatchObject({ byRun: true, runs: 3 });
  });

  test('is noticed without any objective where nothing answers', () => {
    expect(detect([], { kind: 'silent' })).toMatchObject({ byRun: true, runs: 3 });
    expect(detect([], { kind: 'erroring' })).toBeNull();
  });

  test('is not noticed by objectives that it does not touch', () => {
    expect(detect(['errors < 1%'], { kind: 'slow', delayMs: 300 })).toBeNull();
    expect(detect(['p99 < 250ms'], { kind: 'slow', delayMs: 100 })).toBeNull();
    expect(detect(['status 4xx < 1%'], { kind: 'erroring' })).toBeNull();
    expect(detect(['status 2xx > 99%'], { kind: 'erroring' })).toMatchObject({ runs: 3 });
    expect(detect(['mean < 5ms'], { kind: 'slow', delayMs: 300 })).toBeNull();
  });
});

describe('an effect on some requests', () => {
  test('of 2 % against a p99 takes some 1,300 requests', () => {
    const found = detect(['p99 < 250ms'], { ratio: 0.02, kind: 'slow', delayMs: 300 });
    expect(found?.byRun).toBe(false);
    expect(found?.requests).toBeGreaterThan(1200);
    expect(found?.requests).toBeLessThan(1400);
  });

  test('is not said to be noticed by an objective that all but never shows it', () => {
    // Sixteen failures of twenty where two in a hundred fail: its probability is lost beside 1.
    expect(detect(['p50 < 100ms'], { ratio: 0.02 })).toBeNull();
    const found = detect(['p50 < 100ms', 'errors < 1%'], { ratio: 0.02 });
    expect(found).toEqual(detect(['errors < 1%'], { ratio: 0.02 }));
    expect(found?.runs).toBeGreaterThan(50);
  });

  test('is noticed later where good runs thin it out', () => {
    const settings = { ...CANARY, everyMs: 10_000 };
    const plain = detect(['errors < 1%'], { ratio: 0.05 }, { settings });
    const thinned = detect(['errors < 1%'], { ratio: 0.05 }, { settings, priorRuns: 100 });
    expect(thinned?.runs).toBeGreaterThan(plain?.runs ?? Infinity);
  });

  test('within what is allowed is never noticed by the pool', () => {
    expect(detect(['p99 < 250ms'], { ratio: 0.002, kind: 'slow', delayMs: 300 })).toBeNull();
  });

  test('is not noticed where a day has too few requests', () => {
    const settings = { ...CANARY, everyMs: 3_600_000, ratePerSecond: 1 };
    expect(detect(['p99.9 < 250ms'], { ratio: 0.0012, kind: 'slow', delayMs: 300 }, { settings })).toBeNull();
  });

  test('of a target that gets few requests takes longer', () => {
    const targets = [
      { name: 'followers', weight: 9 },
      { name: 'record', weight: 1 },
    ];
    const all = detect(['followers: errors < 1%'], { ratio: 0.3 }, { targets });
    const few = detect(['record: errors < 1%'], { ratio: 0.3 }, { targets });
    expect(few?.runs).toBeGreaterThan(all?.runs ?? Infinity);
  });
});

describe('what is computed beforehand', () => {
  /** Runs until a simulated canary pages for so many per cent of errors; null: it did not within four times as many. */
  function simulated(ratio: number, { runs, seed }: { runs: number; seed: number }): number | null {
    const canary = new VirtualCanary();
    for (let run = 0; run < 4 * runs; run += 1) {
      let bad = 0;
      for (let index = 0; index < 20; index += 1) bad += uniformAt(seed, 1, run * 20 + index) < ratio ? 1 : 0;
      const isBad = atLeast(bad, { n: 20, p: 0.01 }) <= 0.05;
      canary.run(isBad ? 'b' : 'o', {
        kind: 'erroring',
        indicator: 'errors < 1%',
        failed: bad,
        tallies: [{ text: 'errors < 1%', count: 20, bad }],
      });
      if (canary.state?.incidents.service?.kind === 'erroring') return run + 1;
    }
    return null;
  }

  test.each([0.05, 0.2, 0.5])('is what a canary takes, at a share of %d', (ratio) => {
    const found = detect(['errors < 1%'], { ratio });
    const runs = found?.runs ?? 0;
    const taken = Array.from({ length: 20 }, (_, seed) => simulated(ratio, { runs, seed: seed + 1 }));
    // A pool tells at about the middle, k of n with near certainty.
    const inTime = taken.filter((one) => one !== null && one <= (found?.byRun === true ? runs : 2 * runs));
    expect(inTime.length).toBeGreaterThanOrEqual(18);
  });
});
