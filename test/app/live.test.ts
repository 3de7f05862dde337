import { expect, test } from 'vitest';
import { LiveView } from '../../src/app/live.ts';
import type { Pulse } from '../../src/load/pulse.ts';
import { COARSE_LENGTH, coarseIndex } from '../../src/record/window.ts';
import { atRate, closedLoad, planWith } from './sample-plan.ts';

function pulse(atMs: number, counted: Partial<Pulse> = {}, latencies: readonly number[] = []): Pulse {
  const coarse = new Uint32Array(COARSE_LENGTH);
  for (const ms of latencies) coarse[coarseIndex(ms)] = (coarse[coarseIndex(ms)] ?? 0) + 1;
  const none = {
    due: 0,
    sent: 0,
    completed: 0,
    failed: 0,
    dropped: 0,
    slow: 0,
    broken: 0,
    inFlight: 0,
    pending: 0,
  };
  return { atMs, ...none, coarse, ...counted };
}

test('before anything happened nothing is claimed', () => {
  expect(new LiveView(planWith({ load: atRate(100) })).state()).toEqual({
    phase: 'warming up',
    elapsedMs: 0,
    totalMs: 10_000,
    askedPerSecond: 100,
    achievedPerSecond: 0,
    p50Ms: null,
    p99Ms: null,
    errors: 0,
    errorRatio: 0,
    inFlight: 0,
    dropped: 0,
  });
});

test('pulses add up over workers and time; in flight is the latest of each', () => {
  const view = new LiveView(planWith({ load: atRate(100) }));
  view.feed(pulse(1000, { completed: 50, failed: 5, inFlight: 7 }), 0);
  view.feed(pulse(1000, { completed: 50, dropped: 2, inFlight: 1, pending: 2 }), 1);
  const state = view.feed(pulse(2000, { completed: 100, inFlight: 4 }), 0);
  expect(state).toMatchObject({
    phase: 'running',
    elapsedMs: 2000,
    achievedPerSecond: 100,
    errors: 5,
    errorRatio: 0.025,
    inFlight: 7,
    dropped: 2,
  });
});

test('rates and latencies are of the last five seconds', () => {
  const view = new LiveView(planWith({ load: atRate(100, { warmupMs: 2000 }) }));
  expect(view.feed(pulse(1000, { completed: 4 }, [900, 900, 900, 900]), 0).phase).toBe('warming up');
  const state = view.feed(pulse(7000, { completed: 2 }, [10, 50]), 0);
  expect(state.achievedPerSecond).toBeCloseTo(0.4);
  expect(state.p50Ms).toBeGreaterThan(9);
  expect(state.p50Ms).toBeLessThan(11);
  expect(state.p99Ms).toBeGreaterThan(46);
  expect(state.p99Ms).toBeLessThan(54);
});

test('after the schedule it drains', () => {
  const view = new LiveView(planWith({ load: atRate(100) }));
  expect(view.feed(pulse(9999), 0).phase).toBe('running');
  expect(view.feed(pulse(10_000), 0).phase).toBe('draining');
});

test('a closed loop asks for no rate, and a number of requests for no length', () => {
  expect(
    new LiveView(planWith({ load: closedLoad({ requests: 5, durationMs: null }) })).state(),
  ).toMatchObject({
    totalMs: null,
    askedPerSecond: null,
  });
  expect(new LiveView(planWith({ load: closedLoad({ warmupMs: 500 }) })).state().totalMs).toBe(10_500);
});
