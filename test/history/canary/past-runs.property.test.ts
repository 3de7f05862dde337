import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CanaryStore } from '../../../src/history/canary/canary-store.ts';
import type { CanaryRun, PastRuns } from '../../../src/verdict/canary/run.ts';
import { canaryRun } from '../../support/kept-runs.ts';

const TALLY = fc
  .record({ text: fc.string(), count: fc.nat(1000) })
  .chain(({ text, count }) =>
    fc.record({ text: fc.constant(text), count: fc.constant(count), bad: fc.nat(count) }),
  );

/** Runs in the order in which they are kept; times may be the same, go back, or be fractions. */
const RUNS = fc.array(
  fc.record({
    atMs: fc.nat(200).map((quarters) => quarters / 4),
    outcome: fc.constantFrom('ok', 'bad', 'blind'),
    kind: fc.constantFrom(null, 'offline', 'certificate', 'erroring', 'wrong', 'slow'),
    indicator: fc.option(fc.string()),
    text: fc.oneof(fc.string(), fc.constantFrom('', 'é', '日本 👩‍🚒', '"\\\n')),
    tallies: fc.array(TALLY, { maxLength: 2 }),
    isMaintenance: fc.boolean(),
    check: fc.constantFrom('a', 'b'),
  }),
  { maxLength: 25 },
);

const BOUND = fc.oneof(fc.integer({ min: -5, max: 60 }), fc.constantFrom(-Infinity, Infinity));

/** What the contract says, without a database. */
function reference(runs: readonly CanaryRun[]): PastRuns {
  const between: PastRuns['between'] = (fromMs, toMs) =>
    runs
      .filter(({ outcome, isMaintenance }) => outcome !== 'blind' && !isMaintenance)
      .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
      .toSorted((a, b) => a.atMs - b.atMs);
  return {
    latest: (count) => runs.toReversed().slice(0, count),
    between,
    count: (fromMs, toMs) => {
      const found = between(fromMs, toMs);
      return { runs: found.length, bad: found.filter(({ outcome }) => outcome === 'bad').length };
    },
  };
}

test('what is asked of runs in the file is what it would be of them in memory', () => {
  fc.assert(
    fc.property(RUNS, fc.nat(30), BOUND, BOUND, (given, latest, fromMs, toMs) => {
      const store = new CanaryStore(':memory:');
      const kept: CanaryRun[] = [];
      for (const [number, { check, ...over }] of given.entries()) {
        const run = canaryRun(number, over);
        store.commit(check, run, () => ({ state: null, events: [], value: null }));
        if (check === 'a') kept.push(run);
      }
      const past = store.past('a');
      const expected = reference(kept);
      expect(past.latest(latest)).toEqual(expected.latest(latest));
      expect(past.count(fromMs, toMs)).toEqual(expected.count(fromMs, toMs));
      expect(past.between(fromMs, toMs)).toEqual(expected.between(fromMs, toMs));
      store.close();
    }),
    { numRuns: 100 },
  );
});
