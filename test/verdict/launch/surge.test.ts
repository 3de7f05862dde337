import { describe, expect, test } from 'vitest';
import type { SurgeReport } from '../../../src/verdict/launch/report.ts';
import { judgeSurge, surgeOrder } from '../../../src/verdict/launch/surge.ts';
import type { Trial } from '../../../src/verdict/trial.ts';
import type { ServerModel } from '../../support/simulator/server-model.ts';
import { autoscaled, mdc, mm1, rateLimited } from '../../support/simulator/servers.ts';
import { createSimulation, type SimulationOptions } from '../../support/simulator/simulation.ts';
import { generator, many, measured, planOf } from '../measured.ts';
import { seededPlan } from './launches.ts';

/** A surge to a server that has not seen the peak yet. */
function surge(
  server: ServerModel,
  {
    peak,
    allowedMs,
    seed = 1,
    ...options
  }: { peak: number; allowedMs: number; seed?: number } & Partial<SimulationOptions>,
): SurgeReport {
  const plan = options.plan ?? seededPlan(seed);
  const simulation = createSimulation({ breaker: false, ...options, plan, server: { ...server, seed } });
  return judgeSurge(simulation.runTrial(surgeOrder(peak, allowedMs), 1), allowedMs);
}

test.each([
  [1000, 30_000],
  [10_000, 50_000],
  [60_000, 200_000],
])('a surge that allows %d ms is measured for %d ms after a tenth of the peak', (allowedMs, durationMs) => {
  expect(surgeOrder(300, allowedMs)).toMatchObject({
    purpose: 'surge',
    ratePerSecond: 300,
    durationMs,
    approach: [{ ratePerSecond: 30 }],
  });
});

describe('an autoscaler that adds a worker of 100/s every twenty seconds', () => {
  // At 260/s a second worker is too few, and 60/s queue up until a third comes, then 40/s of it are worked off.
  test('is judged by the time that it takes, and not called unsteady', () => {
    const report = surge(autoscaled(10, 6, 20_000), { peak: 260, allowedMs: 60_000 });
    expect(report.status).toBe('pass');
    expect(report.breachedMs).toBeGreaterThan(40_000);
    expect(report.breachedMs).toBeLessThan(60_000);
    expect(report.text).toMatch(
      /^From 26\/s to 260\/s at once: breached \d\ds, then held; 1m are allowed\.$/,
    );
  });

  test('fails where less time is allowed', () => {
    const report = surge(autoscaled(10, 6, 20_000), { peak: 260, allowedMs: 20_000 });
    expect(report.status).toBe('fail');
    expect(report.breachedMs).toBeGreaterThan(20_000);
  });
});

describe('a surge', () => {
  test('to what holds anyway is held from the first second on, for every seed', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      expect(surge(mm1(10), { peak: 60, allowedMs: 1000, seed })).toMatchObject({
        status: 'pass',
        breachedMs: 0,
      });
    }
  });

  test('to more than it can take is breached to the end', () => {
    const report = surge(mm1(10), { peak: 130, allowedMs: 5000 });
    expect(report).toMatchObject({ status: 'fail', breachedMs: null, measuredMs: 35_000 });
    expect(report.text).toContain('breached to the end');
  });

  test('that is stopped before the allowed time is inconclusive, and after it fails', () => {
    const early = surge(mm1(10), { peak: 200, allowedMs: 30_000, breaker: true });
    expect(early.status).toBe('inconclusive');
    expect(early.text).toMatch(/^The surge was stopped after /);
    expect(surge(mm1(10), { peak: 200, allowedMs: 500, breaker: true }).status).toBe('fail');
  });

  test('into a limiter counts refusals', () => {
    expect(surge(rateLimited(100, 429, 20), { peak: 200, allowedMs: 5000 }).status).toBe('fail');
  });

  test('by a generator that cannot send it is inconclusive', () => {
    const report = surge(mdc(50, 2), { peak: 200, allowedMs: 5000, generator: { ceilingPerSecond: 100 } });
    expect(report.status).toBe('inconclusive');
    expect(report.text).toMatch(/^The surge cannot be judged: /);
  });

  test('without an objective that single seconds can be judged by is inconclusive', () => {
    const report = surge(mdc(50, 2), { peak: 50, allowedMs: 5000, plan: planOf(['mean < 250ms']) });
    expect(report).toMatchObject({ status: 'inconclusive', breachedMs: null });
  });
});

describe('single slow requests', () => {
  /** 50/s for a minute, in which attempts were slow as told. */
  function trialOf(isSlow: (index: number) => boolean): Trial {
    const acts = many(3000, (index) => (isSlow(index) ? { ms: 400 } : {}), 60_000);
    return {
      order: surgeOrder(50, 10_000),
      measured: measured(planOf(['p99 < 250ms']), acts, { offeredMs: 60_000 }),
      generator: generator(),
      stopped: null,
      startedMs: 0,
      endedMs: 60_000,
    };
  }

  test('are no breach', () => {
    expect(
      judgeSurge(
        trialOf((index) => index % 500 === 7),
        10_000,
      ).breachedMs,
    ).toBe(0);
  });

  test('do not end one: it lasts to the last second that shows it', () => {
    expect(
      judgeSurge(
        trialOf((index) => index < 400),
        10_000,
      ).breachedMs,
    ).toBe(8000);
  });

  test('are told from a breach that comes back', () => {
    const twice = trialOf((index) => index < 100 || (index >= 1000 && index < 1200));
    expect(judgeSurge(twice, 10_000)).toMatchObject({ status: 'fail', breachedMs: 24_000 });
  });
});
