import { describe, expect, test } from 'vitest';
import { backlogOf } from '../../src/verdict/backlog.ts';
import { type Act, closed, constant, many, measured, open, planOf } from './measured.ts';

const LOAD = open([constant(30, 20)]);

function look(
  acts: readonly Act[],
  load: Parameters<typeof backlogOf>[1] = LOAD,
  offeredMs = 20_000,
): ReturnType<typeof backlogOf> {
  const { recording } = measured(planOf(['p99 < 1s'], { load }), acts);
  return backlogOf(recording, load, { windowMs: recording.layout.windowMs, offeredMs });
}

describe('backlogOf', () => {
  test('sees the queue of an overloaded server and how fast it grows', () => {
    // Asked for 30/s, served 20/s: each second of arrivals adds half a second of waiting.
    const found = look(many(600, (index) => ({ ms: 10 + (index / 30) * 500 })));
    expect(found?.isGrowing).toBe(true);
    expect(found?.growthPerSecond).toBeGreaterThan(8.5);
    expect(found?.growthPerSecond).toBeLessThan(11.5);
  });

  test.each<[string, (index: number) => number]>([
    ['steady times', (index) => 100 + (index % 10)],
    ['times that rise and fall again', (index) => (index < 300 ? 10 + index : 610 - index)],
    [
      'times that rise by as little as a server that keeps up with 99.8% makes them',
      (index) => 5 + index / 20,
    ],
    ['one slow spell at the end', (index) => (index > 550 ? 1000 : 10)],
  ])('sees none in %s', (_name, ms) => {
    expect(look(many(600, (index) => ({ ms: ms(index) })))?.isGrowing).toBe(false);
  });

  test('sees a slow growth on top of a long queue', () => {
    // Each second of arrivals adds 30 ms of waiting: 97 of 100 are served.
    const found = look(many(600, (index) => ({ ms: 1000 + index })));
    expect(found?.isGrowing).toBe(true);
    expect(found?.growthPerSecond).toBeCloseTo(0.9, 0);
    expect(found?.completedRatio).toBeCloseTo(0.97, 2);
  });

  test('looks at each trial by itself, and never across', () => {
    // Two steady trials, the second slower, and two in each of which the queue grows anew.
    const steady = many(1200, (index) => ({ ms: index < 600 ? 10 : 800 }), 40_000);
    const anew = many(1200, (index) => ({ ms: 10 + ((index % 600) / 30) * 200 }), 40_000);
    const load = open([constant(30, 40)]);
    const clock = { windowMs: 250, offeredMs: 40_000, trialStarts: [0, 80] };
    for (const [acts, isGrowing] of [
      [steady, false],
      [anew, true],
    ] as const) {
      const { recording } = measured(planOf(['p99 < 1s'], { load }), acts);
      expect(backlogOf(recording, load, clock)?.isGrowing).toBe(isGrowing);
    }
  });

  test('looks at each constant stage and not at the ramp between them', () => {
    const load = open([
      constant(30, 10),
      { kind: 'ramp', fromPerSecond: 30, toPerSecond: 60, durationMs: 10_000 },
    ]);
    const onRamp = many(600, (index) => ({ ms: index < 300 ? 10 : index * 5 }));
    expect(look(onRamp, load)?.isGrowing).toBe(false);
    const inStage = many(600, (index) => ({ ms: index < 300 ? 10 + index * 5 : 10 }));
    expect(look(inStage, load)?.isGrowing).toBe(true);
  });

  test('says nothing of too few answers, of too short a run, and of a closed loop', () => {
    expect(look(many(60))).toBeNull();
    expect(look(many(600, {}, 1000), LOAD, 1000)).toBeNull();
    expect(look(many(600), closed(10, 20))).toBeNull();
  });
});
