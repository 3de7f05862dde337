import { describe, expect, test } from 'vitest';
import type { Stage } from '../../../src/plan/plan.ts';
import { judgedSpans } from '../../../src/verdict/objective/judged-spans.ts';
import { closed, constant, open } from '../measured.ts';

const RAMP: Stage = { kind: 'ramp', fromPerSecond: 10, toPerSecond: 20, durationMs: 1100 };

function spans(
  stages: readonly Stage[],
  offeredMs = 1e9,
): (readonly [number, number, number | null, boolean])[] {
  return judgedSpans(open(stages), { windowMs: 250, offeredMs }).map(
    ({ from, to, ratePerSecond, isWhole }) => {
      return [from, to, ratePerSecond, isWhole] as const;
    },
  );
}

describe('judgedSpans', () => {
  test.each<[string, Stage[], ReturnType<typeof spans>]>([
    ['one stage is the whole run', [constant(30, 20)], [[0, Infinity, 30, true]]],
    ['stages of one rate are one', [constant(30, 20), constant(30, 5)], [[0, Infinity, 30, true]]],
    [
      'windows across a boundary belong to neither side',
      [constant(10, 1), RAMP, constant(20, 1)],
      [
        [0, 4, 10, false],
        [9, Infinity, 20, false],
      ],
    ],
    [
      'steps are judged each',
      [constant(10, 1), constant(20, 1)],
      [
        [0, 4, 10, false],
        [4, Infinity, 20, false],
      ],
    ],
    ['a ramp at the end is left out', [constant(10, 1), RAMP], [[0, 4, 10, false]]],
    ['ramps alone are nothing', [RAMP, RAMP], []],
  ])('%s', (_name, stages, expected) => {
    expect(spans(stages)).toEqual(expected);
  });

  test('a stage that a stopped run never reached is not judged', () => {
    expect(spans([constant(10, 1), constant(20, 1)], 900)).toEqual([[0, 4, 10, false]]);
  });

  test('ramps are parts where they are asked for, and pauses are not', () => {
    const stages = [RAMP, constant(0, 1), constant(20, 1)];
    const found = judgedSpans(open(stages), { windowMs: 100, offeredMs: 1e9, withRamps: true });
    expect(found.map(({ from, to, ratePerSecond }) => [from, to, ratePerSecond])).toEqual([
      [0, 11, null],
      [21, Infinity, 20],
    ]);
  });

  test('stages that begin too early are left out where that is asked for', () => {
    const stages = [constant(10, 1), constant(20, 1)];
    const found = judgedSpans(open(stages), { windowMs: 250, offeredMs: 1e9, judgedFromMs: 1000 });
    expect(found.map(({ ratePerSecond }) => ratePerSecond)).toEqual([20]);
  });

  test('a closed loop is one span without a rate', () => {
    expect(judgedSpans(closed(3, 10), { windowMs: 250, offeredMs: 10_000 })).toEqual([
      { from: 0, to: Infinity, ratePerSecond: null, isWhole: true },
    ]);
  });
});
