import { describe, expect, test } from 'vitest';
import { uniformAt } from '../../../src/core/random.ts';
import { atLeast } from '../../../src/stats/binomial.ts';
import type { CanaryRun, ObjectiveTally } from '../../../src/verdict/canary/run.ts';
import { spendsBudget } from '../../../src/verdict/incident/spent.ts';
import { HOUR_MS, START_MS, VirtualCanary } from '../../support/canary-runs.ts';

const P99 = 'p99 < 250ms';

const run = (change: Partial<CanaryRun>): CanaryRun => ({
  runId: 'r',
  atMs: START_MS,
  outcome: 'bad',
  kind: 'slow',
  indicator: P99,
  text: 'is slow',
  sent: 20,
  failed: 0,
  tallies: [],
  isMaintenance: false,
  ...change,
});

const late = (bad: number, text: string = P99): ObjectiveTally => ({ text, count: 20, bad });

describe('the error budget', () => {
  test('is spent by what a service at its limit shows in one run of a thousand at most', () => {
    // P(X >= 3), P(X >= 4) of Binomial(20, 0.01): 0.001004, 0.0000426.
    expect(spendsBudget(run({ tallies: [late(2)] }))).toBe(false);
    expect(spendsBudget(run({ tallies: [late(3)] }))).toBe(false);
    expect(spendsBudget(run({ tallies: [late(4)] }))).toBe(true);
    expect(spendsBudget(run({ tallies: [late(2), late(6, 'errors < 5%')] }))).toBe(true);
  });

  test('is spent by runs that nothing answered, and by what no share tells', () => {
    expect(spendsBudget(run({ sent: 1, failed: 1, tallies: [{ text: P99, count: 1, bad: 1 }] }))).toBe(true);
    expect(spendsBudget(run({ indicator: 'mean < 50ms' }))).toBe(true);
    expect(spendsBudget(run({ indicator: 'mean < 50ms', tallies: [late(1)] }))).toBe(true);
    expect(spendsBudget(run({ indicator: 'max < 1s', tallies: [late(1, 'max < 1s')] }))).toBe(true);
  });

  test('is not spent by runs that are not bad', () => {
    expect(spendsBudget(run({ outcome: 'ok', kind: null, tallies: [late(4)] }))).toBe(false);
    expect(spendsBudget(run({ outcome: 'blind', kind: null }))).toBe(false);
  });

  test('of a service within its limits wakes nobody in a day', () => {
    const canary = new VirtualCanary();
    for (let index = 0; canary.nowMs < START_MS + 24 * HOUR_MS; index += 1) {
      let bad = 0;
      for (let request = 0; request < 20; request += 1) {
        if (uniformAt(11, 1, 20 * index + request) < 0.008) bad += 1;
      }
      const isBad = atLeast(bad, { n: 20, p: 0.01 }) <= 0.025;
      canary.run(isBad ? 'b' : 'o', { kind: 'slow', indicator: P99, failed: 0, tallies: [late(bad)] });
    }
    const bad = canary.runs.filter(({ outcome }) => outcome === 'bad').length;
    expect(bad).toBeGreaterThan(8);
    expect(canary.told().filter((told) => told.startsWith('budget'))).toEqual([]);
  });
});
