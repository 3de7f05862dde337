import { describe, expect, test } from 'vitest';
import type { SoakReport } from '../../../src/verdict/launch/report.ts';
import { isDrifting, judgeSoak, soakOrder } from '../../../src/verdict/launch/soak.ts';
import { type Act, generator, many, measured, planOf } from '../measured.ts';

const SOAK_MS = 1_800_000;

/** Half an hour at 5/s. */
function soak(act: (index: number) => Act, overrides: { readonly objective?: string } = {}): SoakReport {
  const plan = planOf([overrides.objective ?? 'p99 < 250ms']);
  return judgeSoak({
    order: soakOrder(5, SOAK_MS, []),
    measured: measured(plan, many(9000, act, SOAK_MS), { offeredMs: SOAK_MS }),
    generator: generator(),
    stopped: null,
    startedMs: 0,
    endedMs: SOAK_MS,
  });
}

/** Response times around `ms`, the same whatever the moment. */
function around(ms: number, index: number): number {
  return ms * (0.8 + 0.4 * (((index * 7919) % 100) / 100));
}

describe('a soak', () => {
  test('at the same pace from beginning to end passes', () => {
    const report = soak((index) => ({ ms: around(50, index) }));
    expect(report).toMatchObject({ status: 'pass', durationMs: SOAK_MS });
    expect(Math.abs(report.driftRatio ?? 1)).toBeLessThan(0.05);
    expect(report.text).toBe('5/s for 30m held, and grew no slower.');
  });

  test.each([
    ['a rise by half', 0.5, true],
    ['a rise by a fifth', 0.2, true],
    ['a rise by a twentieth', 0.05, false],
  ])('sees %s', (_, rise, isSeen) => {
    const report = soak((index) => ({ ms: around(50, index) * (1 + (rise * index) / 9000) }));
    expect(isDrifting(report)).toBe(isSeen);
    expect(report.status).toBe(isSeen ? 'inconclusive' : 'pass');
    expect(report.driftRatio).toBeGreaterThan(rise - 0.1);
    expect(report.driftRatio).toBeLessThan(rise + 0.1);
  });

  test('that gets faster does not drift', () => {
    const report = soak((index) => ({ ms: around(50, index) * (1 - (0.5 * index) / 9000) }));
    expect(report.driftRatio).toBeLessThan(-0.4);
    expect(isDrifting(report)).toBe(false);
    expect(report.status).not.toBe('fail');
  });

  test('that drifts says when it is twice as slow', () => {
    const report = soak((index) => ({ ms: around(50, index) * (1 + (0.5 * index) / 9000) }));
    expect(report.text).toMatch(
      /rose by [\d.]+%, as a leak would show: at this pace it would double in \S+\. A longer soak/,
    );
  });

  test('that breaks fails, whether or not it drifts', () => {
    const report = soak((index) => ({ ms: index > 6000 ? 400 : 50 }));
    expect(report.status).toBe('fail');
    expect(report.text).toContain('5/s for 30m did not hold: p99 < 250ms is breached');
  });

  test('with too few answers for a trend is judged by its objectives alone', () => {
    const plan = planOf(['errors < 50%']);
    const report = judgeSoak({
      order: soakOrder(1, 60_000, []),
      measured: measured(plan, many(60, {}, 60_000), { offeredMs: 60_000 }),
      generator: generator(),
      stopped: null,
      startedMs: 0,
      endedMs: 60_000,
    });
    expect(report).toMatchObject({ status: 'pass', driftRatio: null, driftProbability: null });
    expect(report.text).toContain('too few answers');
  });
});
