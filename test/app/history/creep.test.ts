import { describe, expect, test } from 'vitest';
import { creepOf } from '../../../src/app/history/creep.ts';
import { runOf, type StoredRun } from '../../../src/history/row.ts';

/** Forty runs, newest first; p99 of each from its number, 0 the oldest. */
function runs(
  p99Of: (number: number) => number | null,
  errorsOf: (number: number) => number = () => 0,
): StoredRun[] {
  return Array.from({ length: 40 }, (_, number) => ({
    ...runOf({ started_at: new Date(Date.UTC(2026, 10, 1 + number)).toISOString() }),
    p50Ms: 20,
    p99Ms: p99Of(number),
    errorRatio: errorsOf(number),
  })).toReversed();
}

describe('a baseline that moves with its runs', () => {
  test('is told of where each run was a little worse than the few before it', () => {
    const creep = creepOf(runs((number) => 100 * 1.01 ** number));
    expect(creep?.code).toBe('BASELINE_CREPT');
    expect(creep?.text).toMatch(/in 40 passing runs since 2026-11-01: p99 from 102ms to 145ms; each/);
    expect(
      creepOf(
        runs(
          () => 100,
          (number) => number / 1000,
        ),
      )?.text,
    ).toContain('errors from 0.2% to 3.7%');
  });

  test.each<readonly [string, StoredRun[]]>([
    ['that stays', runs((number) => 100 + (number % 3))],
    ['that gets better', runs((number) => 200 - number)],
    ['of which one run was as slow at first', runs((number) => (number === 2 ? 160 : 100 * 1.01 ** number))],
    ['that got worse by little', runs((number) => 100 + number / 3)],
    ['of few runs', runs((number) => 100 * 1.05 ** number).slice(0, 19)],
    ['that tells nothing', runs(() => null)],
  ])('%s is not', (_, some) => {
    expect(creepOf(some)).toBeNull();
  });
});
