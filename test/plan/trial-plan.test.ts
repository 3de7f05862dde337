import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import type { Overrides } from '../../src/plan/flags.ts';
import { expectedArrivals, peakRatePerSecond, scheduleMs } from '../../src/plan/pacer.ts';
import { parsePlan } from '../../src/plan/parse.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { scaledObjectives, trialPlan } from '../../src/plan/trial-plan.ts';
import { memoryReads } from './memory-reads.ts';

function plan(flags: Overrides = {}): Plan {
  const objectives = ['p99 < 250ms abort', 'errors < 1%', 'mean < 100ms', 'p50 > 1ms'];
  return parsePlan(null, { url: 'http://127.0.0.1/', objectives, ...flags }, memoryReads({})).plan;
}

const TRIAL = {
  ratePerSecond: 80,
  durationMs: 10_000,
  approach: [
    { ratePerSecond: 20, durationMs: 3000 },
    { ratePerSecond: 40, durationMs: 3000 },
  ],
};

function openLoad({ load }: Plan): Extract<Plan['load'], { kind: 'open' }> {
  if (load.kind !== 'open') throw new Error('it is closed');
  return load;
}

describe('the plan of a trial', () => {
  test('sends its rate for its length, after an approach that is warm-up', () => {
    const load = openLoad(trialPlan(plan({ arrivals: 'uniform' }), TRIAL, 1));
    expect(scheduleMs(load)).toBe(16_000);
    expect(expectedArrivals(load)).toEqual({ warmup: 180, measured: 800 });
    expect(peakRatePerSecond(load)).toBe(80);
  });

  test('without an approach has no warm-up, whatever the plan says', () => {
    const load = openLoad(trialPlan(plan({ warmup: '5s' }), { ...TRIAL, approach: [] }, 1));
    expect(expectedArrivals(load)).toEqual({ warmup: 0, measured: 800 });
  });

  test.each<Overrides>([{ requests: '100' }, { maxDuration: '1m' }, { untilDecided: true }])(
    'is not ended by %j',
    (flags) => {
      const load = openLoad(trialPlan(plan(flags), TRIAL, 1));
      expect(load).toMatchObject({ requests: null, maxDurationMs: null });
      expect(load.untilDecided).not.toBe(true);
    },
  );

  test('keeps what the user chose for each request and connection', () => {
    const own = plan({ connections: '7', timeout: '3s', workers: '2', arrivals: 'uniform' });
    const trial = trialPlan(own, TRIAL, 1);
    const { connections, workers, arrivals } = openLoad(own);
    expect(trial.load).toMatchObject({ connections, workers, arrivals });
    expect([trial.targets, trial.objectives]).toEqual([own.targets, own.objectives]);
  });

  test('draws anew in each trial, and the same for the same seed', () => {
    const seeds = [1, 2, 3].map((number) => trialPlan(plan({ seed: '5' }), TRIAL, number).seed);
    expect(new Set([...seeds, 5]).size).toBe(4);
    expect(seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0)).toBe(true);
    expect(trialPlan(plan({ seed: '5' }), TRIAL, 2).seed).toBe(seeds[1]);
    expect(trialPlan(plan({ seed: '6' }), TRIAL, 2).seed).not.toBe(seeds[1]);
  });

  test('counts upper bounds of latencies at half and at twice their limits as well', () => {
    const limits = (objectives: Plan['objectives']): unknown =>
      objectives.map(({ indicator, limit, abort }) => [indicator.kind, limit, abort]);
    const expected = [
      ['quantile', 125, false],
      ['mean', 50, false],
      ['quantile', 500, false],
      ['mean', 200, false],
    ];
    expect(limits(scaledObjectives(plan()))).toEqual(expected);
    expect(limits(trialPlan(plan(), TRIAL, 1).agreement)).toEqual(expected);
  });

  test('does not exist for a closed loop', () => {
    expect(() => trialPlan(plan({ closed: true }), TRIAL, 1)).toThrow(UsageError);
  });
});
