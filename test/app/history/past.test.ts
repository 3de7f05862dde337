import { describe, expect, test } from 'vitest';
import { indicatorValue } from '../../../src/app/history/indicator-value.ts';
import { pastOf, resolved } from '../../../src/app/history/past.ts';
import { planHash } from '../../../src/plan/canonical.ts';
import { parseObjective } from '../../../src/plan/objective.ts';
import type { ResultDocument } from '../../../src/result/document.ts';
import { samplePlan, sampleResult } from '../../support/sample-result.ts';
import { FAILED, storedRun } from '../../support/stored-runs.ts';
import { fakeWorld } from '../fake-world.ts';
import { placeIn, placeWith } from './place.ts';

const totals = sampleResult().totals;

describe('the value of an indicator in a stored run', () => {
  test.each([
    // As it was judged there.
    ['p95 < baseline + 10%', 93.439],
    ['errors < baseline + 1%', 0.0284],
    // Over the whole run.
    ['throughput > baseline - 10%', totals.ratePerSecond.completed],
    ['goodput > baseline - 10%', totals.ratePerSecond.good],
    ['mean < baseline + 10%', totals.response.meanMs],
    ['max < baseline + 10%', totals.response.maxMs],
    ['dropped < baseline + 1%', totals.dropped / totals.planned],
    ['status 404 < baseline + 1%', (totals.byStatus['404'] ?? 0) / (totals.completed + totals.broken)],
    ['p50 < baseline + 10%', totals.responseAll.quantiles['p50']?.valueMs],
    // Too few requests, or of a target that is not there.
    ['p99.99 < baseline + 10%', null],
    ['nobody: p95 < baseline + 10%', null],
  ])('%s: %s', (text, value) => {
    const found = indicatorValue(sampleResult(), parseObjective(text));
    const isRight =
      value == null || found === null ? found === (value ?? null) : Math.abs(found - value) < 0.005;
    expect([found, isRight]).toEqual([found, true]);
  });
});

describe('a limit relative to a baseline', () => {
  const of = (...values: readonly number[]): ReturnType<typeof resolved> => {
    const results = values.map((value, index) => {
      const [some] = sampleResult().objectives;
      if (some === undefined) throw new Error('the sample has no objective');
      return storedRun(index, { objectives: [{ ...some, text: 'p99 < baseline + 10%', value }] });
    });
    return resolved(parseObjective('p99 < baseline + 10%'), results);
  };

  test('comes from the median of the runs', () => {
    expect(of(210, 90, 200)).toMatchObject({ baseline: { from: { value: 200, runs: 3 } } });
    expect(of(210, 90, 200).limit).toBeCloseTo(220, 9);
    expect(of(100, 200).limit).toBeCloseTo(165, 9);
    expect(of().limit).toBeNaN();
  });

  test('is read from the history of this plan on this kind of machine', async () => {
    const plan = { ...samplePlan(), objectives: [parseObjective('mean < baseline + 50%')] };
    const world = fakeWorld();
    const host = { ...sampleResult().host, cpuCount: world.machine.cpuCount };
    const alike = { planHash: planHash(plan), host };
    const place = await placeWith([
      storedRun(1, alike),
      storedRun(2, alike),
      storedRun(3, { planHash: planHash(plan) }),
    ]);
    const past = await pastOf({ plan }, { ...world, ...place.world }, place);
    expect(past.baseline?.runs.map(({ runId }) => runId.slice(0, 8))).toEqual(['run-0002', 'run-0001']);
    expect(past.plan.objectives[0]?.limit).toBeCloseTo(1.5 * (totals.response.meanMs ?? 0), 6);
    expect(planHash(past.plan)).toBe(planHash(plan));
  });

  test('stays open with the reason: too few requests, another kind of machine, a plan that was changed', async () => {
    const plan = { ...samplePlan(), objectives: [parseObjective('p99.99 < baseline + 10%')] };
    const world = fakeWorld();
    const here = { ...sampleResult().host, cpuCount: world.machine.cpuCount };
    const reasonIn = async (over: Partial<ResultDocument>): Promise<string | undefined> => {
      const place = await placeWith([storedRun(1, { planHash: planHash(plan), host: here, ...over })]);
      const past = await pastOf({ plan, planFile: 'shop.yaml' }, { ...world, ...place.world }, place);
      expect(past.plan.objectives[0]?.limit).toBeNaN();
      expect(planHash(past.plan)).toBe(planHash(plan));
      return past.plan.objectives[0]?.baseline?.unknown;
    };
    expect(await reasonIn({})).toMatch(
      /this percentile needs 36\d{3} requests in a run, and \d+ were the most/,
    );
    expect(await reasonIn({ host: { ...here, cpuCount: 64, cpuModel: 'Odd\u001b[2J' } })).toMatch(
      /on this kind of machine; earlier runs of this plan were on another \(linux x64, 64 x Odd\\x1b\[2J,/,
    );
    const changed = { planHash: 'b'.repeat(64), planFile: 'shop.yaml' };
    expect(await reasonIn(changed)).toContain('earlier runs of shop.yaml had other targets');
    expect(await reasonIn({ ...changed, planFile: 'other.yaml' })).toBeUndefined();
    expect(await reasonIn({ planHash: planHash(plan), ...FAILED })).toBeUndefined();
  });

  test('stays open without a history', async () => {
    const place = placeIn();
    const plan = { ...samplePlan(), objectives: [parseObjective('p50 < baseline + 50%')] };
    const past = await pastOf({ plan }, { ...fakeWorld(), ...place.world }, place);
    expect(past).toEqual({ plan, baseline: null, results: [], creep: null });
  });
});
