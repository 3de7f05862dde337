import { describe, expect, test } from 'vitest';
import { createPacer } from '../../../src/plan/pacer.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { trialPlan } from '../../../src/plan/trial-plan.ts';
import type { Recording } from '../../../src/record/recording.ts';
import type { Search } from '../../../src/verdict/search.ts';
import type { Trial, TrialOrder } from '../../../src/verdict/trial.ts';
import { judgeRun } from '../../../src/verdict/verdict.ts';
import { open, planOf, target } from '../../verdict/measured.ts';
import { flatDelay, leaky, metastable, mm1, mmc, rateLimited } from './servers.ts';
import { createSimulation, runSearch, type SimulationOptions } from './simulation.ts';

const PLAN = planOf(['p99 < 250ms', 'errors < 1%']);

function order(ratePerSecond: number, seconds: number, approach: TrialOrder['approach'] = []): TrialOrder {
  return { purpose: 'climb', ratePerSecond, durationMs: seconds * 1000, approach };
}

function simulate(options: Partial<SimulationOptions>, ...orders: readonly TrialOrder[]): Trial[] {
  const simulation = createSimulation({ plan: PLAN, server: mm1(10), ...options });
  return orders.map((next, index) => simulation.runTrial(next, index + 1));
}

function one(options: Partial<SimulationOptions>, only: TrialOrder): Trial {
  const [trial] = simulate(options, only);
  if (trial === undefined) throw new Error('no trial');
  return trial;
}

function recordingOf(trial: Trial | undefined): Recording {
  if (trial === undefined) throw new Error('no trial');
  return trial.measured.recording;
}

function withTimeout(timeoutMs: number, overrides: Pick<Partial<Plan>, 'load'> = {}): Plan {
  return planOf(['p99 < 250ms'], { targets: [{ ...target('home'), timeoutMs }], ...overrides });
}

function reasonsOf({ measured, generator, stopped }: Trial): readonly string[] {
  return judgeRun({ ...measured, generator, stopped }).verdict.reasons.map(({ code }) => code);
}

describe('a simulated trial', () => {
  test('sends what the pacer of its own plan says', () => {
    const plan = trialPlan(PLAN, order(50, 10, [{ ratePerSecond: 25, durationMs: 4000 }]), 3);
    if (plan.load.kind === 'closed') throw new Error('closed');
    const pacer = createPacer(plan.load, plan.seed);
    const due = { warmup: 0, measured: 0 };
    while (pacer.next()) due[pacer.atMs < 4000 ? 'warmup' : 'measured'] += 1;
    const simulation = createSimulation({ plan: PLAN, server: mm1(10) });
    const trial = simulation.runTrial(order(50, 10, [{ ratePerSecond: 25, durationMs: 4000 }]), 3);
    const { counts } = recordingOf(trial);
    expect([counts.warmup, counts.planned, counts.sent]).toEqual([due.warmup, due.measured, due.measured]);
    expect(trial.measured.plan).toEqual(plan);
    expect(trial.measured.offeredMs).toBe(10_000);
    expect(simulation.requests).toBe(due.warmup + due.measured);
  });

  test("keeps Little's law: the number in flight is the rate times the mean response time", () => {
    const { counts, targets } = recordingOf(one({}, order(60, 1000)));
    const inFlight = counts.inFlightMs / 1_000_000;
    const meanMs = (targets[0]?.response.sumMs ?? NaN) / counts.completed;
    expect(inFlight).toBeCloseTo((counts.sent / 1_000_000) * meanMs, 6);
    expect(inFlight / 1.5).toBeCloseTo(1, 1);
  });

  test('counts exceedances as the queue has them', () => {
    const { exceedances } = recordingOf(one({}, order(70, 3000)));
    // M/M/1: P(R > t) = exp(-(mu - lambda) t); the objective, then half and twice its limit.
    const shares = exceedances.map(({ exceeded, count }) => exceeded / count);
    expect(shares[0]).toBeCloseTo(Math.exp(-7.5), 3);
    expect(shares[2]).toBeCloseTo(Math.exp(-3.75), 2);
    expect(shares[3]).toBeCloseTo(0, 4);
  });

  test('breaks what is not answered in time, at its full age, and the server still works it off', () => {
    const plan = withTimeout(400);
    const server = { service: { kind: 'deterministic', meanMs: 100 } } as const;
    const [overloaded, after] = simulate({ plan, server, breaker: false }, order(20, 20), order(1, 5));
    const { counts, causes, targets } = recordingOf(overloaded);
    expect(counts.broken).toBeGreaterThan(100);
    expect([...causes]).toEqual([['headers-timeout', counts.broken]]);
    expect(targets[0]?.responseFailed.minMs).toBeCloseTo(400, 9);
    expect(targets[0]?.responseFailed.maxMs).toBeCloseTo(400, 9);
    expect(recordingOf(after).counts.broken).toBeGreaterThan(0);
  });

  test('leaves in flight what a short drain does not wait for', () => {
    const { counts, targets } = recordingOf(
      one(
        { plan: withTimeout(10_000, { load: open([], { drainMs: 100 }) }), breaker: false },
        order(150, 10),
      ),
    );
    expect(counts.inFlight).toBeGreaterThan(300);
    expect(targets[0]?.inFlight).toBe(counts.inFlight);
    expect(counts.sent).toBe(counts.completed + counts.inFlight);
  });

  test('is stopped by the breaker, and says what was not sent', () => {
    const trial = one({}, order(200, 30, [{ ratePerSecond: 50, durationMs: 2000 }]));
    const { counts } = recordingOf(trial);
    expect(trial.stopped?.by).toBe('breaker');
    expect(trial.stopped?.text).toContain('four times the latency limit');
    expect(counts.unsent).toBeGreaterThan(3000);
    expect(counts.planned).toBe(counts.sent + counts.unsent);
    expect(trial.measured.offeredMs % 250).toBe(0);
    expect(trial.measured.offeredMs).toBeLessThan(12_000);
    expect(trial.endedMs).toBeLessThanOrEqual(2000 + trial.measured.offeredMs + 3000);
    expect(one({ breaker: false }, order(200, 30)).stopped).toBeNull();
  });

  test('divides arrivals among the targets, each with its own service and deadline', () => {
    const plan = planOf(['slow: p99 < 50ms'], {
      targets: [
        { ...target('fast', 3), timeoutMs: 1000 },
        { ...target('slow'), timeoutMs: 50 },
      ],
    });
    const server = {
      workers: Infinity,
      service: { kind: 'deterministic', meanMs: 10 },
      targetFactors: [1, 9],
    } as const;
    const { targets } = recordingOf(one({ plan, server, breaker: false }, order(100, 100)));
    const [fast, slow] = targets;
    expect((fast?.sent ?? 0) / (slow?.sent ?? 1)).toBeCloseTo(3, 0);
    expect([fast?.broken, slow?.broken]).toEqual([0, slow?.sent]);
  });

  test('refusals are failures, by the status that the plan accepts', () => {
    const strict = recordingOf(one({ server: rateLimited(100, 429), breaker: false }, order(200, 10)));
    expect(strict.causes.get('http-4xx')).toBe(strict.counts.failed);
    expect(strict.counts.failed).toBeGreaterThan(800);
    const statuses = [{ from: 200, to: 499 }];
    const tolerant = { ...target('home'), expect: { ...target('home').expect, statuses } };
    const plan = planOf(['errors < 1%'], { targets: [tolerant] });
    const { counts } = recordingOf(one({ plan, server: rateLimited(100, 429) }, order(200, 10)));
    expect(counts.failed).toBe(0);
  });
});

describe('a simulated generator', () => {
  test('that is healthy passes every check', () => {
    const trial = one({}, order(50, 60));
    const { validity, verdict } = judgeRun({ ...trial.measured, generator: trial.generator, stopped: null });
    expect(validity.checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(verdict.status).toBe('pass');
  });

  test('that is asked for more than it can do sends late, and is known to', () => {
    const trial = one({ generator: { ceilingPerSecond: 60 }, breaker: false }, order(91, 20));
    expect(recordingOf(trial).lag.maxMs).toBeGreaterThan(5000);
    expect(reasonsOf(trial)).toContain('GENERATOR_LIMIT');
    expect(reasonsOf(trial)).not.toContain('BREACH');
  });

  test('that is later than the timeout drops, by its own fault', () => {
    const settings = { plan: withTimeout(1000), generator: { ceilingPerSecond: 60 }, breaker: false };
    const { counts } = recordingOf(one(settings, order(200, 20)));
    expect(counts.dropped).toBeGreaterThan(500);
    expect(counts.droppedLate).toBe(counts.dropped);
  });
});

describe('a simulation', () => {
  test('yields the same recordings again, bit for bit, and others for another seed', () => {
    const server = {
      ...mmc(4, 20),
      pauses: { everyMs: 3000, forMs: 80 },
      errors: { share: 0.01, status: 500 },
    };
    const run = (more: Partial<SimulationOptions>): unknown =>
      simulate({ server, ...more }, order(150, 20), order(210, 10)).map((trial) => recordingOf(trial).take());
    expect(run({})).toEqual(run({}));
    expect(run({ plan: { ...PLAN, seed: 2 } })).not.toEqual(run({}));
    expect(run({ server: { ...server, seed: 2 } })).not.toEqual(run({}));
  });

  test('moves its clock by approach, trial, drain and gap', () => {
    const simulation = createSimulation({ plan: PLAN, server: flatDelay(0) });
    expect(simulation.clock.nowMs()).toBe(0);
    const first = simulation.runTrial(order(100, 10, [{ ratePerSecond: 50, durationMs: 5000 }]), 1);
    expect(first.endedMs / 15_000).toBeCloseTo(1, 1);
    expect(simulation.clock.nowMs()).toBe(first.endedMs + 500);
    const second = simulation.runTrial(order(100, 10), 2);
    expect(second.startedMs).toBe(first.endedMs + 500);
  });

  test('remembers from trial to trial what the server has become', () => {
    const orders = [order(40, 20), order(40, 20), order(40, 20)];
    const meansOf = (options: Partial<SimulationOptions>, ...asked: readonly TrialOrder[]): number[] =>
      simulate({ breaker: false, ...options }, ...asked).map((trial) => {
        const { targets, counts } = recordingOf(trial);
        return (targets[0]?.response.sumMs ?? NaN) / counts.completed;
      });
    const leaks = meansOf({ server: leaky(10) }, ...orders);
    expect(leaks).toEqual([...leaks].sort((a, b) => a - b));
    const sick = simulate(
      { server: metastable(10), breaker: false },
      order(40, 20),
      order(150, 20),
      order(40, 20),
    ).map((trial) => recordingOf(trial).counts.broken);
    expect(sick[0]).toBe(0);
    expect(sick[2]).toBeGreaterThan(500);
  });

  test('checks its books through a stop, deadlines and approach alike', () => {
    const server = { ...metastable(10), retryAfterMs: 300, concurrency: 400 };
    const approach = [{ ratePerSecond: 50, durationMs: 1000 }];
    const plan = withTimeout(700);
    const trials = [1, 2, 3, 4].map((n) => order(60 * n, 10, approach));
    for (const breaker of [true, false]) {
      expect(simulate({ plan, server, breaker }, ...trials)).toHaveLength(4);
    }
  });
});

describe('a search', () => {
  const state = (): ReturnType<Search['state']> => ({
    doing: 'asking',
    trials: 0,
    elapsedMs: 0,
    leftMs: null,
    heldPerSecond: null,
    brokePerSecond: null,
    recent: [],
  });

  test('is given each trial that it asked for, until it asks for none', () => {
    const seen: Trial[] = [];
    const search: Search = {
      next: (nowMs) => (nowMs < 30_000 ? order(20, 10) : null),
      add: (trial) => seen.push(trial),
      state,
    };
    expect(runSearch(search, createSimulation({ plan: PLAN, server: mm1(10) }))).toBe(search);
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map(({ measured }) => measured.plan.seed)).size).toBe(3);
  });

  test('that never ends is ended', () => {
    const search: Search = { next: () => order(1, 1), add: () => undefined, state };
    const simulation = createSimulation({ plan: PLAN, server: mm1(10) });
    expect(() => runSearch(search, simulation)).toThrow('more than 500 trials');
  });
});
