import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flapRatio, isFlappingAt } from '../../../src/stats/burn/flap-ratio.ts';

/** 21 states with changes into the given ones of the last 20, counted from 1. */
function changingAt(places: readonly number[]): boolean[] {
  const states = [true];
  for (let place = 1; place <= 20; place += 1) {
    const last = states.at(-1) === true;
    states.push(places.includes(place) ? !last : last);
  }
  return states;
}

/** The weights of the formula, written out: 0.8 + 0.35 (x - 1) / 19. */
const weight = (place: number): number => 0.8 + (0.35 * (place - 1)) / 19;

describe('the flap ratio', () => {
  test('is nothing for a steady series, and for too few states', () => {
    expect(flapRatio(changingAt([]))).toBe(0);
    expect(flapRatio([])).toBe(0);
    expect(flapRatio([true])).toBe(0);
  });

  test('weighs the newest change most', () => {
    expect(flapRatio(changingAt([20]))).toBeCloseTo(1.15 / 20, 12);
    expect(flapRatio(changingAt([1]))).toBeCloseTo(0.8 / 20, 12);
    expect(flapRatio([true, false])).toBeCloseTo(1.15 / 20, 12);
  });

  test('is 97.5 % when every state differs from the one before', () => {
    expect(flapRatio(changingAt(Array.from({ length: 20 }, (_, index) => index + 1)))).toBeCloseTo(0.975, 12);
  });

  test('of changes at seven of twenty places', () => {
    const places = [3, 4, 5, 9, 12, 16, 19];
    const expected = places.reduce((sum, place) => sum + weight(place), 0) / 20;
    expect(flapRatio(changingAt(places))).toBeCloseTo(expected, 12);
    expect(expected).toBeCloseTo((7 * 0.8 + (0.35 * 61) / 19) / 20, 12);
  });

  test('stays within its bounds and looks at 21 states only', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (states) => {
        const ratio = flapRatio(states);
        expect(ratio).toBeGreaterThanOrEqual(0);
        expect(ratio).toBeLessThanOrEqual(0.975);
        expect(flapRatio(states.slice(-21))).toBe(ratio);
      }),
    );
  });
});

test('flapping starts above 30 % and stops below 25 %', () => {
  expect([0.3, 0.31].map((ratio) => isFlappingAt(ratio, false))).toEqual([false, true]);
  expect([0.25, 0.249].map((ratio) => isFlappingAt(ratio, true))).toEqual([true, false]);
});
