/** What a watch decides from what was recorded so far, on recordings made by hand: no traffic and no clock. */

import { describe, expect, test } from 'vitest';
import { type RunWatch, watchRun } from '../../../src/app/safety/watch.ts';
import { blankAttempt } from '../../../src/core/attempt.ts';
import type { ServerLook, ServerLooks } from '../../../src/core/server/signal.ts';
import type { Pulse } from '../../../src/load/pulse.ts';
import { parseObjective } from '../../../src/plan/objective.ts';
import type { Plan, Stage } from '../../../src/plan/plan.ts';
import { Recording } from '../../../src/record/recording.ts';
import { COARSE_LENGTH } from '../../../src/record/window.ts';
import { layoutFor } from '../../../src/verdict/objective-scopes.ts';
import { atRate, openLoad, planWith } from '../sample-plan.ts';

const LIMITS = { maxConnections: 100, maxPending: 1000 };

/** Every 10 ms an attempt that takes `responseMs(index)`; the last `unanswered` are still under way. */
function recorded(
  plan: Plan,
  {
    untilMs,
    responseMs,
    unanswered = 0,
  }: { untilMs: number; responseMs: (index: number) => number; unanswered?: number },
): Recording {
  const recording = new Recording(layoutFor(plan));
  const count = untilMs / 10;
  recording.counts.planned += count;
  recording.counts.sent += count;
  for (let index = 0; index < count - unanswered; index += 1) {
    const intendedMs = plan.load.warmupMs + index * 10;
    const clocks = { intendedMs, readyMs: intendedMs, sendMs: intendedMs, sentMs: intendedMs };
    const endMs = intendedMs + responseMs(index);
    const end = { firstByteMs: endMs, endMs, outcome: 'completed' as const };
    recording.add({ ...blankAttempt(), ...clocks, ...end, index, status: 200 });
  }
  return recording;
}

function planFor(objectives: readonly string[], overrides: Parameters<typeof openLoad>[0] = {}): Plan {
  return planWith({
    load: openLoad({ ...atRate(100), ...overrides }),
    objectives: objectives.map((text) => parseObjective(text)),
    objectivesDefaulted: false,
  });
}

interface Watched {
  readonly watch: RunWatch;
  readonly said: readonly string[];
  readonly stops: () => number;
  /** Tells the time of the run, and then what was recorded. */
  readonly at: (ms: number, recording: Recording, servers?: readonly ServerLooks[]) => void;
}

function watched(plan: Plan, decidedFromMs?: number): Watched {
  const said: string[] = [];
  let stops = 0;
  const run = { stop: () => (stops += 1) };
  const say = (line: string): number => said.push(line);
  const watch = watchRun(plan, LIMITS, {
    breaker: false,
    say,
    ...(decidedFromMs === undefined ? {} : { decidedFromMs }),
  });
  const at = (ms: number, recording: Recording, servers: readonly ServerLooks[] = []): void => {
    watch.onPulse(run, pulse(ms), 0);
    watch.onPart(run, recording, servers);
  };
  return { watch, said, stops: () => stops, at };
}

function pulse(atMs: number): Pulse {
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
  return { atMs, ...none, coarse: new Uint32Array(COARSE_LENGTH) };
}

const slow = (): number => 200;
const fast = (): number => 50;

describe('an objective marked abort', () => {
  const long: Stage[] = [{ kind: 'constant', ratePerSecond: 100, durationMs: 60_000 }];

  test.each<readonly [objective: string, responseMs: () => number, broken: string | null]>([
    ['p95 < 100ms abort', slow, 'p95 < 100ms abort is breached'],
    ['p95 < 100ms abort', fast, null],
    ['p95 < 100ms', slow, null],
  ])('%s', (objective, responseMs, broken) => {
    const plan = planFor([objective], { stages: long });
    const { watch, at } = watched(plan);
    at(10_000, recorded(plan, { untilMs: 10_000, responseMs }));
    expect(watch.ending().stopped?.text ?? null).toBe(broken);
  });

  test('is looked at for the first time after ten seconds of the measured part', () => {
    const plan = planFor(['p95 < 100ms abort'], { stages: long, warmupMs: 5000 });
    const { watch, at } = watched(plan);
    at(14_999, recorded(plan, { untilMs: 9000, responseMs: slow }));
    expect(watch.ending().stopped).toBeNull();
    at(15_000, recorded(plan, { untilMs: 9000, responseMs: slow }));
    expect(watch.ending()).toMatchObject({ stopped: { by: 'abort' }, rule: { kind: 'looks', look: 1 } });
  });

  test('is looked at again ten seconds later, and not before', () => {
    const plan = planFor(['p95 < 100ms abort'], { stages: long });
    const { watch, at } = watched(plan);
    at(10_000, recorded(plan, { untilMs: 10_000, responseMs: fast }));
    at(19_999, recorded(plan, { untilMs: 19_000, responseMs: slow }));
    expect(watch.ending().stopped).toBeNull();
    at(20_000, recorded(plan, { untilMs: 19_000, responseMs: slow }));
    expect(watch.ending().stopped?.by).toBe('abort');
  });

  test('is judged over a ramp as a whole, where there are only ramps', () => {
    const ramp: Stage[] = [{ kind: 'ramp', fromPerSecond: 10, toPerSecond: 300, durationMs: 60_000 }];
    const plan = planFor(['p95 < 100ms abort'], { stages: ramp });
    const { watch, at } = watched(plan);
    at(10_000, recorded(plan, { untilMs: 10_000, responseMs: slow }));
    expect(watch.ending().stopped?.text).toBe('p95 < 100ms abort is breached');
  });

  test('is judged over a ramp before a stage too', () => {
    const ramp: Stage = { kind: 'ramp', fromPerSecond: 50, toPerSecond: 150, durationMs: 12_000 };
    const plan = planFor(['p95 < 100ms abort'], { stages: [ramp, ...long] });
    const { watch, at } = watched(plan);
    at(10_000, recorded(plan, { untilMs: 10_000, responseMs: slow }));
    expect(watch.ending().stopped?.text).toBe('p95 < 100ms abort is breached');
  });

  test('keeps the rule of looks for the end of a run that no look ended', () => {
    const plan = planFor(['p95 < 100ms abort'], { stages: long });
    const { watch, at } = watched(plan);
    at(10_000, recorded(plan, { untilMs: 10_000, responseMs: fast }));
    expect(watch.ending()).toEqual({
      stopped: null,
      decidedMs: null,
      rule: { kind: 'once' },
      abortRule: { kind: 'looks', look: 2, isHeldOnce: true },
    });
  });

  test('does not stop a run that waits for its last answers', () => {
    const plan = planFor(['p95 < 100ms abort']);
    const { watch, at, stops } = watched(plan);
    at(10_250, recorded(plan, { untilMs: 10_000, responseMs: slow }));
    expect(stops()).toBe(0);
    expect(watch.ending()).toEqual({ stopped: null, decidedMs: null, rule: { kind: 'once' } });
  });
});

describe('a run that goes on until it is decided', () => {
  const undecided = { untilDecided: true, maxDurationMs: 60_000 };
  const sent = {
    ...undecided,
    stages: [{ kind: 'constant' as const, ratePerSecond: 100, durationMs: 60_000 }],
  };

  test('ends, and is not stopped, when every objective is decided', () => {
    const plan = planFor(['p95 < 100ms', 'p50 < 20ms'], sent);
    const { watch, at, said, stops } = watched(plan, 10_000);
    at(10_000, recorded(plan, { untilMs: 9500, responseMs: fast }));
    expect(watch.ending()).toEqual({ stopped: null, decidedMs: 10_000, rule: { kind: 'looks', look: 1 } });
    expect(said).toEqual(['every objective is decided after 10s']);
    expect(stops()).toBe(1);
  });

  test('goes on while one objective is open', () => {
    const plan = planFor(['p95 < 100ms', 'p99.9 < 100ms'], sent);
    const { watch, at, stops } = watched(plan, 10_000);
    at(10_000, recorded(plan, { untilMs: 9500, responseMs: fast }));
    expect(stops()).toBe(0);
    expect(watch.ending()).toEqual({ stopped: null, decidedMs: null, rule: { kind: 'looks', look: 2 } });
  });

  test('takes answers that are still to come for bad ones', () => {
    const plan = planFor(['p95 < 100ms'], sent);
    const { stops, at } = watched(plan, 10_000);
    at(10_000, recorded(plan, { untilMs: 9500, responseMs: fast, unanswered: 100 }));
    expect(stops()).toBe(0);
  });

  test('is not cut short of its schedule', () => {
    const plan = planFor(['p95 < 100ms'], sent);
    const { stops, at } = watched(plan, 15_000);
    at(10_000, recorded(plan, { untilMs: 9500, responseMs: fast }));
    expect(stops()).toBe(0);
    at(20_000, recorded(plan, { untilMs: 19_500, responseMs: fast }));
    expect(stops()).toBe(1);
  });

  test('leaves the recording as it was', () => {
    const plan = planFor(['p95 < 100ms'], sent);
    const recording = recorded(plan, { untilMs: 9500, responseMs: fast });
    watched(plan, 10_000).at(10_000, recording);
    expect(recording.take()).toEqual(recorded(plan, { untilMs: 9500, responseMs: fast }).take());
  });

  test('decides windows that are over while the last ones are under way', () => {
    const objectives = ['p95 < 100ms for 5s', 'errors < 10% for 5s'];
    const plan = planFor(objectives, sent);
    const { at, stops } = watched(plan, 10_000);
    at(30_000, recorded(plan, { untilMs: 29_500, responseMs: fast, unanswered: 100 }));
    expect(stops()).toBe(0);
    at(40_000, recorded(plan, { untilMs: 39_500, responseMs: fast, unanswered: 100 }));
    expect(stops()).toBe(1);
  });

  test('ends when only stages are open that are over', () => {
    const stages = [
      { kind: 'constant' as const, ratePerSecond: 1, durationMs: 500 },
      { kind: 'constant' as const, ratePerSecond: 100, durationMs: 59_500 },
    ];
    const plan = planFor(['p95 < 100ms'], { ...sent, stages });
    const { watch, at, said } = watched(plan, 10_000);
    at(20_000, recorded(plan, { untilMs: 19_500, responseMs: fast }));
    expect(watch.ending().decidedMs).toBeNull();
    at(40_000, recorded(plan, { untilMs: 39_500, responseMs: fast }));
    expect(watch.ending()).toMatchObject({ stopped: null, decidedMs: 40_000, isOver: true });
    expect(said).toEqual(['after 40s only stages that are over are not decided']);
  });
});

describe('an objective about a server', () => {
  const long: Stage[] = [{ kind: 'constant', ratePerSecond: 100, durationMs: 60_000 }];
  const looks = Array.from({ length: 45 }, (_, index): ServerLook => {
    const cpu = {
      resource: 'cpu',
      tier: 'reported',
      utilization: null,
      state: 'ok',
      evidence: 'a test',
    } as const;
    return { atMs: (index + 1) * 1000, spanMs: 1000, signals: [{ ...cpu, value: 0.4 + (index % 3) / 100 }] };
  });

  test('is decided by what is known of servers so far, and the run ends then', () => {
    const plan = planFor(['server cpu < 85%'], { stages: long, untilDecided: true, maxDurationMs: 60_000 });
    const seen = recorded(plan, { untilMs: 45_000, responseMs: fast });
    const blind = watched(plan, 10_000);
    blind.at(45_000, seen);
    expect([blind.stops(), blind.watch.ending().decidedMs]).toEqual([0, null]);
    const told = watched(plan, 10_000);
    told.at(45_000, seen, [{ server: 'api-1', looks }]);
    expect([told.stops(), told.watch.ending().decidedMs]).toEqual([1, 45_000]);
  });
});
