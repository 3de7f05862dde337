import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uniformAt } from '../../../src/core/random.ts';
import { RESOURCES } from '../../../src/core/server/signal.ts';
import { codesOf, diagnosed, signal } from './virtual-server.ts';

/** Uniform draws, the same for the same seed. */
const noise = fc
  .integer({ min: 0, max: 1e9 })
  .map((seed) => Array.from({ length: 60 }, (_, index) => uniformAt(seed, 0, index)));

describe('a healthy server under constant load', () => {
  test('is told to be one, whatever its counts wobble', () => {
    let alarms = 0;
    const runs = 400;
    fc.assert(
      fc.property(
        noise,
        fc.integer({ min: 10, max: 60 }),
        fc.double({ min: 0, max: 0.7, noNaN: true }),
        (wobble, seconds, level) => {
          const at = (second: number): number => wobble[second] ?? 0;
          const result = diagnosed(
            (second) => [
              signal('cpu', Math.min(0.79, level + 0.1 * at(second))),
              signal('goroutines', 20 + 60 * at(second)),
              signal('fds', 0.05 + 0.1 * at(second)),
              signal('threads', 8 + 10 * at(second)),
              signal('memory', 0.3 + 0.1 * at(second)),
              signal('locks', 0.1 * at(second)),
              signal('gc', 0.05 * at(second)),
            ],
            { seconds, rate: (second) => 100 + 10 * at((second * 7) % 60) },
          );
          alarms += codesOf(result).length > 0 ? 1 : 0;
          expect(result.binding?.resource).toBe('cpu');
        },
      ),
      { numRuns: runs, endOnFailure: true, seed: 20_261_129 },
    );
    expect(alarms).toBeLessThan(0.03 * runs);
  });
});

describe('a leak', () => {
  test('is found whatever the wobble around it, and its slope is right', () => {
    fc.assert(
      fc.property(noise, fc.double({ min: 5, max: 500, noNaN: true }), (wobble, slope) => {
        const { diagnoses } = diagnosed(
          (second) => [signal('goroutines', 30 + slope * (second + 0.8 * (wobble[second] ?? 0)))],
          { seconds: 30 },
        );
        expect(diagnoses.map(({ code }) => code)).toEqual(['goroutine-leak']);
        const told = Number(/by ([\d,.]+) a second/.exec(diagnoses[0]?.text ?? '')?.[1]?.replaceAll(',', ''));
        expect(Math.abs(told - slope)).toBeLessThan(0.15 * slope);
      }),
    );
  });
});

describe('any looks', () => {
  const look = fc.array(
    fc.record({ resource: fc.constantFrom(...RESOURCES), value: fc.double({ min: 0, max: 2, noNaN: true }) }),
    { maxLength: 6 },
  );

  test('give each resource once, with a mean below its maximum, and texts for people', () => {
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 20 }), fc.boolean(), (seconds, hasRates) => {
        const unique = seconds.map((signals) => [
          ...new Map(signals.map((one) => [one.resource, one])).values(),
        ]);
        const { resources, binding, diagnoses } = diagnosed(
          (second) => (unique[second] ?? []).map(({ resource, value }) => signal(resource, value)),
          { seconds: seconds.length, ...(!hasRates && { rate: () => 0 }) },
        );
        const told = RESOURCES.filter((name) =>
          unique.some((signals) => signals.some(({ resource }) => resource === name)),
        );
        expect(resources.map(({ resource }) => resource)).toEqual(told);
        for (const { mean, max } of resources) expect(mean).toBeLessThanOrEqual(max * (1 + 1e-9));
        if (binding !== null) expect(told).toContain(binding.resource);
        for (const { text } of [...diagnoses, ...(binding === null ? [] : [binding])]) {
          expect(text).not.toMatch(/NaN|undefined|Infinity|inf\b|n\/a/);
        }
      }),
    );
  });
});

describe('arrivals at random, few a second', () => {
  test('hide no leak, and make none', () => {
    let [missed, alarms] = [0, 0];
    const runs = 200;
    fc.assert(
      fc.property(noise, fc.integer({ min: 5, max: 30 }), (wobble, rate) => {
        // A sum of uniform draws has the spread of such counts.
        const scatter = (second: number): number =>
          Math.sqrt(rate) *
          [0, 1, 2].reduce((sum, step) => sum + 2 * (wobble[(second + 20 * step) % 60] ?? 0) - 1, 0);
        const course = { seconds: 30, rate: (second: number) => Math.max(0, rate + scatter(second)) };
        const leaking = diagnosed((second) => [signal('goroutines', 20 + rate * second)], course);
        const sound = diagnosed((second) => [signal('goroutines', 20 + scatter(second))], course);
        missed += codesOf(leaking).includes('goroutine-leak') ? 0 : 1;
        alarms += codesOf(sound).length;
        expect(leaking.diagnoses.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: runs, seed: 20_261_129 },
    );
    // A rate beyond three standard deviations, once in some hundred runs, may cut the stretch short.
    expect(missed).toBeLessThan(0.05 * runs);
    expect(alarms).toBeLessThan(0.02 * runs);
  });
});
