import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../support/canary-runs.ts';
import { live } from '../../support/canary-weeks.ts';
import { worldOf } from '../../support/canary-worlds.ts';

// Runs that are late, left out or doubled, a machine that sleeps, clocks that step, plans that are edited.
test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  'in no world has whoever is on call something to complain of: %i',
  (seed) => {
    expect(live(worldOf(seed, 350)).complaints).toEqual([]);
  },
);

test.each([
  ['5 % of requests, once in five minutes', { failing: 0.05, everyMs: 5 * MINUTE_MS, runs: 400 }],
  ['10 % of requests, once in five minutes', { failing: 0.1, everyMs: 5 * MINUTE_MS, runs: 400 }],
  ['2 % of requests, once in 25 minutes', { failing: 0.02, everyMs: 25 * MINUTE_MS, runs: 400 }],
])('a fault of %s, that lasts, is told again in time and flaps a few times at most', (_fault, world) => {
  const { failing, everyMs, runs } = world;
  const stretches = [
    { runs: 60, failing: 0 },
    { runs, failing },
  ];
  const { canary, complaints } = live({ seed: 1, settings: { everyMs }, stretches });
  expect(complaints).toEqual([]);
  const of = (subject: string) => canary.events.filter((event) => event.subject === subject);
  expect(of('service').filter(({ action }) => action === 'resolve').length).toBeLessThan(2);
  const days = (everyMs * runs) / (24 * HOUR_MS);
  expect(of('flapping').filter(({ action }) => action === 'trigger').length).toBeLessThanOrEqual(1 + days);
  const told = of('service').map(({ atMs }) => atMs);
  const longestMs = Math.max(...told.slice(1).map((atMs, index) => atMs - (told[index] ?? atMs)));
  expect(longestMs).toBeLessThan(6 * HOUR_MS);
});
