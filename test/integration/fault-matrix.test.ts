/** Every fault, by the real canary on a real service: it gets its right name, in time, and it ends. */

import { beforeAll, describe, expect, test } from 'vitest';
import { type Drilled, type DrillWish, drillAll, NAMES } from '../fixtures/drill/matrix.mjs';

const SEEDS = [1, 2];

/** One run each that is well, that is bad, and that is well again: the rule of three of five is tested elsewhere. */
const ONE_RUN = { fail: '1 of 1', recover: 1, for: '500ms' };
const QUICK = { everyMs: 2000, canary: ONE_RUN };

/** Faults of all requests do not mind each other. */
const WHOLE = ['kill', 'freeze', 'close', 'hang', 'wrong', 'expired'];

/** Faults of times and shares, by the requests that show them in one run. */
const OF_SOME: readonly Omit<DrillWish, 'seed'>[] = [
  { fault: 'slow', everyMs: 2500, canary: ONE_RUN },
  { fault: 'errors', everyMs: 4000, canary: { ...ONE_RUN, for: '2s' } },
  // Of 2 % slow answers against 1 % allowed, some 1,300 requests show a breach.
  { fault: 'slow-some', everyMs: 9000, canary: { ...ONE_RUN, rate: '250/s', for: '7s' } },
];

const HEALTHY = { fault: 'healthy', everyMs: 2000, withinMs: 5000, canary: { ...ONE_RUN, fail: '2 of 3' } };

const seeded = (wishes: readonly Omit<DrillWish, 'seed'>[]): DrillWish[] =>
  SEEDS.flatMap((seed) => wishes.map((wish) => ({ ...wish, seed })));

const drilled = new Map<string, Drilled[]>();

beforeAll(async () => {
  const whole = [HEALTHY, ...WHOLE.map((fault) => ({ fault, ...QUICK }))];
  const reports = [...(await drillAll(seeded(whole), 4)), ...(await drillAll(seeded(OF_SOME), 2))];
  for (const report of reports) drilled.set(report.fault, [...(drilled.get(report.fault) ?? []), report]);
}, 240_000);

describe.each(Object.entries(NAMES))('%s', (fault, name) => {
  test(`is called ${name}`, () => {
    expect(drilled.get(fault)?.map(({ called }) => called)).toEqual(SEEDS.map(() => name));
  });

  test.runIf(fault !== 'healthy')('is told within the time that was computed, and resolved', () => {
    for (const report of drilled.get(fault) ?? []) {
      const { acceptedMs, acknowledgedMs, withinMs, expected, resolvedMs, timeline, exitCode } = report;
      expect(expected.detectionMs).toBeGreaterThan(0);
      expect(acceptedMs).toBeLessThanOrEqual(withinMs);
      expect(acknowledgedMs).toBeLessThanOrEqual(acceptedMs ?? 0);
      expect(resolvedMs).toBeGreaterThan(0);
      expect(timeline.map(({ moment }) => moment)).toEqual(
        expect.arrayContaining(['broken', 'mended', 'resolved']),
      );
      expect(exitCode).toBe(0);
    }
  });
});
