import { describe, expect, test } from 'vitest';
import { CANARY } from '../../../src/plan/canary/settings.ts';
import { parseObjective } from '../../../src/plan/objective.ts';
import { type DetectionInput, detectionOf } from '../../../src/verdict/canary/detection.ts';

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
