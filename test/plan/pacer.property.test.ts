import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPacer, expectedArrivals, rateAt, type Segment, scheduleMs } from '../../src/plan/pacer.ts';
import type { OpenLoad, Stage } from '../../src/plan/plan.ts';

const rates = fc.oneof(
  fc.constant(0),
  fc.double({ min: 0.01, max: 300, noNaN: true }),
  fc.integer({ min: 1, max: 300 }),
);
const durations = fc.oneof(
  fc.integer({ min: 0, max: 3000 }),
  fc.double({ min: 0.001, max: 3000, noNaN: true }),
);

const stages: fc.Arbitrary<Stage> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), ratePerSecond: rates, durationMs: durations }),
  fc.record({
    kind: fc.constant('ramp' as const),
    fromPerSecond: rates,
    toPerSecond: rates,
    durationMs: durations,
  }),
);

const loads: fc.Arbitrary<OpenLoad> = fc.record({
  kind: fc.constant('open' as const),
  arrivals: fc.constantFrom('uniform' as const, 'poisson' as const),
  stages: fc.array(stages, { minLength: 1, maxLength: 4 }),
  warmupMs: fc.constantFrom(0, 0, 400, 1000.5),
  requests: fc.option(fc.integer({ min: 1, max: 500 })),
  drainMs: fc.constant(null),
  connections: fc.constant({ max: null, lifetimeMs: null, freshRatio: 0 }),
  workers: fc.constant(null),
  maxDurationMs: fc.constant(null),
});

const seeds = fc.maxSafeNat();

interface Arrival {
  readonly index: number;
  readonly atMs: number;
}

function arrivals(load: OpenLoad, seed: number, segment?: Segment): Arrival[] {
  const pacer = createPacer(load, seed, segment);
  const found: Arrival[] = [];
  while (pacer.next()) {
    found.push({ index: pacer.index, atMs: pacer.atMs });
  }
  return found;
}

describe('any schedule', () => {
  test('is the union of its segments, to the bit', () => {
    fc.assert(
      fc.property(loads, seeds, fc.integer({ min: 1, max: 7 }), (load, seed, count) => {
        const parts = Array.from({ length: count }, (_, index) => arrivals(load, seed, { index, count }));
        const union = parts.flat().toSorted((a, b) => a.index - b.index);
        expect(union).toEqual(arrivals(load, seed));
      }),
      { numRuns: 300 },
    );
  });

  test('never decreases, numbers its arrivals 0, 1, 2 and stays within its length', () => {
    fc.assert(
      fc.property(loads, seeds, (load, seed) => {
        const found = arrivals(load, seed);
        const disordered = found.filter(({ atMs }, index) => atMs < (found[index - 1]?.atMs ?? 0));
        const misnumbered = found.filter(({ index }, position) => index !== position);
        expect([disordered, misnumbered]).toEqual([[], []]);
        expect(found.at(-1)?.atMs ?? 0).toBeLessThanOrEqual(scheduleMs(load));
      }),
      { numRuns: 300 },
    );
  });

  test('has no more measured arrivals than asked for, and none where the rate is 0', () => {
    fc.assert(
      fc.property(loads, seeds, (load, seed) => {
        const found = arrivals(load, seed);
        const measured = found.filter(({ atMs }) => atMs >= load.warmupMs).length;
        expect(measured).toBeLessThanOrEqual(load.requests ?? Infinity);
        // A ramp may start or end at rate 0 with an arrival, so the rate around it counts.
        const around = (atMs: number): number[] => [atMs - 1e-6, atMs, atMs + 1e-6];
        const idle = found.filter(({ atMs }) => around(atMs).every((ms) => rateAt(load, ms) === 0));
        expect(idle).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('when uniform has exactly the arrivals that were expected', () => {
    fc.assert(
      fc.property(loads, seeds, (load, seed) => {
        const uniform: OpenLoad = { ...load, arrivals: 'uniform' };
        const found = arrivals(uniform, seed);
        const warmup = found.filter(({ atMs }) => atMs < load.warmupMs).length;
        expect({ warmup, measured: found.length - warmup }).toEqual(expectedArrivals(uniform));
      }),
      { numRuns: 300 },
    );
  });
});
