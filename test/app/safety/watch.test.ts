import { describe, expect, test } from 'vitest';
import { watchRun } from '../../../src/app/safety/watch.ts';
import type { Pulse } from '../../../src/load/pulse.ts';
import { parseObjective } from '../../../src/plan/objective.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { COARSE_LENGTH } from '../../../src/record/window.ts';
import { atRate, planWith } from '../sample-plan.ts';

const LIMITS = { maxConnections: 100, maxPending: 1000 };

function pulse(atMs: number, counted: Partial<Pulse> = {}): Pulse {
  const none = {
    due: (counted.sent ?? 0) + (counted.dropped ?? 0),
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
    expect(watch.ending().stopped?.by).toBe('breaker');
    expect(said).toEqual([expect.stringMatching(/^stopping: \d+ of the last \d+ requests failed$/)]);
    expect(stops()).toBe(1);
  });

  test.each<readonly [why: string, plan: Plan, breaker: boolean]>([
    ['with the breaker off', planWith({ load: atRate(100) }), false],
    ['in a run of so many requests', planWith({ load: atRate(100, { requests: 500 }) }), true],
    [
      'whose one target may fail that often',
      planWith({ load: atRate(100), objectives: [parseObjective('home: errors < 100%')] }),
      true,
    ],
    [
      'whose plan allows as many errors',
      planWith({ load: atRate(100), objectives: [parseObjective('errors < 100%')] }),
      true,
    ],
  ])('goes on %s', (_, plan, breaker) => {
    const { watch, stops } = fail(plan, breaker);
    expect(watch.ending().stopped).toBeNull();
    expect(stops()).toBe(0);
  });
});

test('a breaker that trips before the measured part stops the run as well', () => {
  const { watch, run, stops } = watched(planWith({ load: atRate(100, { warmupMs: 10_000 }) }), true);
  for (let atMs = 250; atMs <= 2000; atMs += 250)
    watch.onPulse(run, pulse(atMs, { sent: 25, failed: 25 }), 0);
  expect(watch.ending().stopped?.by).toBe('breaker');
  expect(stops()).toBe(1);
});

test('a number of requests that takes too long is stopped, the warm-up not counted', () => {
  const load = atRate(100, { warmupMs: 1000, maxDurationMs: 2000, requests: 500 });
  const { watch, run } = watched(planWith({ load }), false);
  watch.onPulse(run, pulse(3000), 0);
  expect(watch.ending().stopped).toBeNull();
  watch.onPulse(run, pulse(3001), 0);
  expect(watch.ending().stopped).toEqual({ by: 'abort', text: 'the longest duration of 2s is over' });
});

test('a schedule as long as the run may take comes to its end', () => {
  const { watch, run } = watched(planWith({ load: atRate(100, { maxDurationMs: 10_000 }) }), false);
  watch.onPulse(run, pulse(10_250, { inFlight: 1 }), 0);
  expect(watch.ending().stopped).toBeNull();
});
