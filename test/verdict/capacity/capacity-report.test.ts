import { describe, expect, test } from 'vitest';
import { capacityReport, capacityVerdict } from '../../../src/verdict/capacity/capacity-report.ts';
import { CapacitySearch } from '../../../src/verdict/capacity/capacity-search.ts';
import type { CapacityReport } from '../../../src/verdict/capacity/report.ts';
import type { Reason } from '../../../src/verdict/finding.ts';
import { mdc, mm1, mmc } from '../../support/simulator/servers.ts';
import { createSimulation, runSearch } from '../../support/simulator/simulation.ts';
import { planOf, target } from '../measured.ts';
import { searchOf } from './searches.ts';

const report = capacityReport(searchOf({ server: mmc(4, 10), startPerSecond: 50, budgetMs: 900_000 }));

describe('the report', () => {
  test('carries the bounds of the book, and how far they are apart', () => {
    const { heldPerSecond, brokePerSecond, widthRatio } = report;
    expect(heldPerSecond).toBeLessThan(400);
    expect(brokePerSecond).toBeGreaterThan(330);
    expect(widthRatio).toBeCloseTo(1 - (heldPerSecond ?? 0) / (brokePerSecond ?? 1), 12);
    expect(report.limitedBy).toBe('server');
  });

  test('has a row for each trial and for each rate', () => {
    expect(report.trials.map(({ number }) => number)).toEqual(report.trials.map((_, index) => index + 1));
    const rates = report.rates.map(({ ratePerSecond }) => ratePerSecond);
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
    const pooled = report.trials.filter(({ purpose }) => purpose !== 'recovery');
    expect(report.rates.reduce((sum, rate) => sum + rate.trials, 0)).toBe(pooled.length);
    for (const rate of report.rates) expect(rate.reason === null).toBe(rate.label !== 'undecided');
  });

  test('brackets the capacity at half and at twice the latency limit', () => {
    const [half, once, twice] = report.atLimits;
    expect(report.atLimits.map(({ factor }) => factor)).toEqual([0.5, 1, 2]);
    expect(once).toEqual({
      factor: 1,
      heldPerSecond: report.heldPerSecond,
      brokePerSecond: report.brokePerSecond,
    });
    expect(half?.heldPerSecond ?? 0).toBeLessThanOrEqual(once?.heldPerSecond ?? 0);
    expect(twice?.brokePerSecond ?? Infinity).toBeGreaterThanOrEqual(once?.brokePerSecond ?? Infinity);
  });

  test('counts every request, those of the way up included', () => {
    expect(report.requests).toBeGreaterThan(report.trials.reduce((sum, { sent }) => sum + sent, 0));
  });

  test('has no capacity at other limits without a latency objective', () => {
    const none = capacityReport(searchOf({ server: mm1(2), objectives: ['errors < 1%'], maxPerSecond: 20 }));
    expect(none.atLimits).toEqual([]);
  });

  test('names the objective that broke, and the target that was worst', () => {
    const targets = [target('quick', 1), target('slow', 1)];
    const plan = planOf(['errors < 1%', 'p95 < 200ms'], { targets, seed: 2 });
    const server = { ...mdc(Infinity, 20), delayPerRateMs: 0.5, targetFactors: [1, 8], seed: 2 };
    const extent = { startPerSecond: 5, maxPerSecond: 60, budgetMs: 600_000 };
    const found = runSearch(new CapacitySearch(plan, extent), createSimulation({ plan, server }));
    expect(capacityReport(found)).toMatchObject({ brokeBy: 'p95 < 200ms', brokeTarget: 'slow' });
  });
});

describe('the models', () => {
  test('are left out with a reason where too few rates were shown to hold', () => {
    const few = capacityReport(searchOf({ server: mm1(2), maxPerSecond: 20 }));
    expect(few.model.usl).toBeNull();
    expect(few.model.remarks.map(({ code }) => code)).toContain('NO_MODEL');
  });

  test('fit rates that held, and say how far they reach', () => {
    const plan = planOf(['errors < 1%'], { seed: 4 });
    const search = new CapacitySearch(plan, { startPerSecond: 25, maxPerSecond: 390, budgetMs: null });
    const simulation = createSimulation({ plan, server: mmc(4, 10) });
    [25, 50, 100, 150, 200, 250, 300, 350, 390].forEach((ratePerSecond, index) => {
      const order = { purpose: 'question', ratePerSecond, durationMs: 40_000, approach: [] } as const;
      search.add(simulation.runTrial(order, index + 1));
    });
    const { usl, kneePerSecond, remarks } = capacityReport(search).model;
    expect(usl?.points).toBe(9);
    expect(usl?.lambda.value).toBeGreaterThan(70);
    expect(usl?.lambda.value).toBeLessThan(140);
    expect(usl?.measuredInFlight).toBeGreaterThan(5);
    expect(kneePerSecond).toBeGreaterThan(100);
    expect(remarks.map(({ code }) => code)).toContain('KNEE');
  });
});

describe('the verdict', () => {
  function verdictOf(over: Partial<CapacityReport>, codes: readonly string[] = []): string {
    const findings: Reason[] = codes.map((code) => ({ code, text: `${code}.` }));
    return capacityVerdict({ ...report, ...over, findings }).status;
  }

  test.each<[string, Partial<CapacityReport>, string[], string]>([
    ['a bracket', { heldPerSecond: 90, brokePerSecond: 99 }, [], 'pass'],
    ['a wide bracket', { heldPerSecond: 50, brokePerSecond: 99 }, ['UNDECIDED_BUDGET'], 'pass'],
    ['a bracket after hysteresis', { heldPerSecond: 90, brokePerSecond: 99 }, ['HYSTERESIS'], 'pass'],
    ['a limiter', { heldPerSecond: 90, brokePerSecond: 99 }, ['RATE_LIMITED'], 'pass'],
    [
      'the highest rate allowed',
      { heldPerSecond: 90, brokePerSecond: null, limitedBy: 'rate-cap' },
      [],
      'pass',
    ],
    [
      'a generator at its end',
      { heldPerSecond: 90, brokePerSecond: null, limitedBy: 'generator' },
      [],
      'inconclusive',
    ],
    ['an upper end alone', { heldPerSecond: null, brokePerSecond: 99 }, ['UNDECIDED_BUDGET'], 'inconclusive'],
    ['nothing', { heldPerSecond: null, brokePerSecond: null, limitedBy: null }, [], 'inconclusive'],
    ['decay', { heldPerSecond: 90, brokePerSecond: 99 }, ['UNSTABLE'], 'inconclusive'],
    ['collapse', { heldPerSecond: 90, brokePerSecond: 99 }, ['METASTABLE'], 'fail'],
    ['a breach at every rate', { heldPerSecond: null, brokePerSecond: 1 }, ['NO_RATE_HOLDS'], 'fail'],
  ])('on %s is told', (_, over, codes, status) => {
    expect(verdictOf(over, codes)).toBe(status);
  });

  test('gives reasons for all but a pass', () => {
    const open = capacityVerdict({
      ...report,
      heldPerSecond: 90,
      brokePerSecond: null,
      limitedBy: null,
      findings: [],
    });
    expect(open.reasons).toEqual([
      { code: 'UNDECIDED', text: '90/s holds; where it breaks is not known: a longer search may show it.' },
    ]);
    expect(capacityVerdict({ ...report, findings: [] }).reasons).toEqual([]);
  });
});
