import { describe, expect, test } from 'vitest';
import { watchRun } from '../../../src/app/safety/watch.ts';
import { blankAttempt } from '../../../src/core/attempt.ts';
import type { Pulse } from '../../../src/load/pulse.ts';
import { parseObjective } from '../../../src/plan/objective.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { Recording } from '../../../src/record/recording.ts';
import { COARSE_LENGTH } from '../../../src/record/window.ts';
import { layoutFor } from '../../../src/verdict/objective-scopes.ts';
import { atRate, planWith } from '../sample-plan.ts';

const LIMITS = { maxConnections: 100, maxPending: 1000 };

function pulse(atMs: number, counted: Partial<Pulse> = {}): Pulse {
  const none = {
    due: 0,
    sent: 0,
    completed: 0,
    failed: 0,
    dropped: 0,
    slow: 0,
    broken: Math.max(0, (counted.failed ?? 0) - (counted.completed ?? 0)),
    inFlight: 0,
    pending: 0,
  };
  return { atMs, ...none, coarse: new Uint32Array(COARSE_LENGTH), ...counted };
}

function watched(plan: Plan, breaker: boolean) {
  const said: string[] = [];
  let stops = 0;
  const run = { stop: () => (stops += 1) };
  const watch = watchRun(plan, LIMITS, { breaker, say: (line) => said.push(line) });
  return { watch, run, said, stops: () => stops };
}

describe('a failing server', () => {
  const fail = (plan: Plan, breaker: boolean): ReturnType<typeof watched> => {
    const found = watched(plan, breaker);
    for (let atMs = 250; atMs < 9000; atMs += 250) {
      found.watch.onPulse(found.run, pulse(atMs, { sent: 25, failed: 25 }), 0);
    }
    return found;
  };

  test('stops the run once, by the breaker', () => {
    const { watch, said, stops } = fail(planWith({ load: atRate(100) }), true);
    expect(watch.stopped()?.by).toBe('breaker');
    expect(said).toEqual([expect.stringMatching(/^stopping: \d+ of the last \d+ requests failed$/)]);
    expect(stops()).toBe(1);
  });

  test.each<readonly [why: string, plan: Plan, breaker: boolean]>([
    ['with the breaker off', planWith({ load: atRate(100) }), false],
    ['in a run of so many requests', planWith({ load: atRate(100, { requests: 500 }) }), true],
    [
      'whose plan allows as many errors',
      planWith({ load: atRate(100), objectives: [parseObjective('errors < 100%')] }),
      true,
    ],
  ])('goes on %s', (_, plan, breaker) => {
    const { watch, stops } = fail(plan, breaker);
    expect(watch.stopped()).toBeNull();
    expect(stops()).toBe(0);
  });
});

test('a run that takes too long is stopped, the warm-up not counted', () => {
  const { watch, run } = watched(
    planWith({ load: atRate(100, { warmupMs: 1000, maxDurationMs: 2000 }) }),
    false,
  );
  watch.onPulse(run, pulse(3000), 0);
  expect(watch.stopped()).toBeNull();
  watch.onPulse(run, pulse(3001), 0);
  expect(watch.stopped()).toEqual({ by: 'abort', text: 'the longest duration of 2s is over' });
});

describe('an objective marked abort', () => {
  function recorded(plan: Plan, ms: number): Recording {
    const recording = new Recording(layoutFor(plan));
    for (let index = 0; index < 500; index += 1) {
      const intendedMs = index * 10;
      const clocks = { intendedMs, readyMs: intendedMs, sendMs: intendedMs, sentMs: intendedMs };
      const end = { firstByteMs: intendedMs + ms, endMs: intendedMs + ms, outcome: 'completed' as const };
      recording.counts.planned += 1;
      recording.counts.sent += 1;
      recording.add({ ...blankAttempt(), ...clocks, ...end, index, status: 200 });
    }
    return recording;
  }

  const planFor = (objective: string): Plan =>
    planWith({ load: atRate(100), objectives: [parseObjective(objective)], objectivesDefaulted: false });

  test.each<readonly [objective: string, ms: number, broken: string | null]>([
    ['p95 < 100ms abort', 200, 'p95 < 100ms abort is breached'],
    ['p95 < 100ms abort', 50, null],
    ['p95 < 100ms', 200, null],
  ])('%s at %i ms', (objective, ms, broken) => {
    const plan = planFor(objective);
    const { watch, run } = watched(plan, false);
    watch.onPulse(run, pulse(5000), 0);
    watch.onPart(run, recorded(plan, ms));
    expect(watch.stopped()?.text ?? null).toBe(broken);
  });

  test('is not looked at before five seconds', () => {
    const plan = planFor('p95 < 100ms abort');
    const { watch, run } = watched(plan, false);
    watch.onPulse(run, pulse(4999), 0);
    watch.onPart(run, recorded(plan, 200));
    expect(watch.stopped()).toBeNull();
  });
});
