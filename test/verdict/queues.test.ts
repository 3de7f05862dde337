import { describe, expect, test } from 'vitest';
import { backlogOf } from '../../src/verdict/backlog.ts';
import type { SpanClock } from '../../src/verdict/objective/judged-spans.ts';
import { driftOf } from '../../src/verdict/steadiness.ts';
import { measuredQueue, type Queue, runQueue, WINDOW_MS } from './lindley.ts';
import { constant, open, planOf } from './measured.ts';

/** Shares of runs of a minute that are called growing, and rising. */
function alarms(
  queue: Omit<Queue, 'seed'>,
  runs: number,
): { growing: number; rising: number; either: number } {
  const { load, serviceMs, seconds } = queue;
  const plan = planOf(['p99 < 1s'], { load: open([constant((load / serviceMs) * 1000, seconds)]) });
  const clock: SpanClock = { windowMs: WINDOW_MS, offeredMs: seconds * 1000 };
  const found = { growing: 0, rising: 0, either: 0 };
  for (let seed = 1; seed <= runs; seed += 1) {
    const { recording } = measuredQueue(plan, runQueue({ ...queue, seed }));
    const isGrowing = backlogOf(recording, plan.load, clock)?.isGrowing === true;
    const isRising = driftOf(recording, plan.load, clock)?.isRising === true;
    if (isGrowing) found.growing += 1 / runs;
    if (isRising) found.rising += 1 / runs;
    if (isGrowing || isRising) found.either += 1 / runs;
  }
  return found;
}

const MINUTE = { serviceMs: 4, seconds: 60 };

describe('a queue that keeps up', () => {
  test.each([
    [0.5, 'exponential'],
    [0.7, 'exponential'],
    [0.9, 'exponential'],
    [0.9, 'fixed'],
  ] as const)(
    'at %d of its capacity (%s service) is hardly ever called growing or unsteady',
    (load, service) => {
      const { growing, rising } = alarms({ ...MINUTE, load, service }, 200);
      expect(growing).toBeLessThanOrEqual(0.01);
      expect(rising).toBeLessThanOrEqual(0.01);
    },
  );
});

describe('a queue that does not', () => {
  test.each([
    [1.05, 'exponential', 0.85],
    [1.05, 'fixed', 0.95],
    [1.2, 'exponential', 1],
    [1.2, 'fixed', 1],
  ] as const)('is seen growing at %d of its capacity (%s service)', (load, service, least) => {
    const { growing, either } = alarms({ ...MINUTE, load, service }, 40);
    expect(growing).toBeGreaterThanOrEqual(least - 1e-9);
    expect(either).toBeGreaterThanOrEqual(0.97);
  });

  test('is seen within ten seconds when it is far beyond', () => {
    expect(alarms({ serviceMs: 4, seconds: 10, load: 1.2 }, 40).growing).toBeGreaterThan(0.95);
  });
});

test('a server that becomes slower by 1 % of its service time each second is seen to', () => {
  expect(alarms({ ...MINUTE, load: 0.5, leakPerSecond: 0.01 }, 40)).toMatchObject({
    growing: 0,
    rising: expect.closeTo(1, 1),
  });
});
