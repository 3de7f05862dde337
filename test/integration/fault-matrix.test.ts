/** Every fault, by the real canary on a real service: it gets its right name, in time, and it ends. */

import { beforeAll, describe, expect, test } from 'vitest';
import { type Drilled, type DrillWish, drillAll, NAMES } from '../fixtures/drill/matrix.mjs';

const SEEDS = [1, 2];

/** One run each that is well, that is bad, and that is well again: the rule of three of five is tested elsewhere. */
const ONE_RUN = { fail: '1 of 1', recover: 1, for: '500ms' };

/** The long ones first. */
const WISHES: readonly Omit<DrillWish, 'seed'>[] = [
  // Of 2 % slow answers against 1 % allowed, some 1,300 requests show a breach; runs are taken together from ten on.
  { fault: 'slow-some', everyMs: 3000, canary: { ...ONE_RUN, rate: '200/s', for: '1200ms' } },
  { fault: 'errors', everyMs: 4000, canary: { ...ONE_RUN, rate: '100/s', for: '2s' } },
  { fault: 'slow', everyMs: 2500, canary: ONE_RUN },
  { fault: 'healthy', everyMs: 2000, withinMs: 5000, canary: { ...ONE_RUN, fail: '2 of 3' } },
  ...['kill', 'freeze', 'close', 'hang', 'wrong', 'expired'].map((fault) => ({
    fault,
    everyMs: 2000,
    canary: ONE_RUN,
  })),
];

/** Those about shares need the processors for themselves; most of the others is waiting. */
const OF_SHARES = ['slow-some', 'errors', 'slow'];
const isOfShares = ({ fault }: DrillWish): boolean => OF_SHARES.includes(fault);

const WISHED: readonly DrillWish[] = WISHES.flatMap((wish) => SEEDS.map((seed) => ({ ...wish, seed })));

const drilled = new Map<string, Drilled[]>();

beforeAll(async () => {
  const reports = [
    ...(await drillAll(WISHED.filter(isOfShares), 2)),
    ...(await drillAll(
      WISHED.filter((wish) => !isOfShares(wish)),
      5,
    )),
  ];
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
