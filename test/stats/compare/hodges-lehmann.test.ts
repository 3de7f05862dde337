import { describe, expect, test } from 'vitest';
import { exponentialAt, STREAM } from '../../../src/core/random.ts';
import { medianRatio, medianShift } from '../../../src/stats/compare/hodges-lehmann.ts';
import { reference } from '../reference.ts';

interface Samples {
  readonly control: readonly number[];
  readonly pass: readonly number[];
  readonly high: readonly number[];
}

const { control, ...candidates } = reference<Samples>('samples.json');

/** Both bounds within `tolerance` of the expected ones. */
function expectInterval(
  { low, high }: { readonly low: number | null; readonly high: number | null },
  expected: readonly [low: number, high: number],
  tolerance: number,
): void {
  expect(Math.abs((low ?? Number.NaN) - expected[0])).toBeLessThan(tolerance);
  expect(Math.abs((high ?? Number.NaN) - expected[1])).toBeLessThan(tolerance);
}

describe('medianShift', () => {
  // Computed with numpy, ranks by the normal approximation: at most one pairwise difference from the exact ones.
  test.each([
    ['pass', 0.95, 0.070702, [-1.0592, 1.0926]],
    ['high', 0.95, 10.6228, [9.3371, 11.6192]],
    ['high', 0.98, 10.6228, [9.1486, 11.8192]],
  ] as const)('of the %s sample at %s is %s', (name, confidence, value, interval) => {
    const shift = medianShift({ baseline: control, candidate: candidates[name] }, confidence);
    expect(Math.abs(shift.value - value)).toBeLessThan(0.002);
    expectInterval(shift, interval, 0.012);
  });

  test('has the middle of the pairwise differences, odd or even', () => {
    expect(medianShift({ baseline: [1, 2, 3], candidate: [11, 12, 14] }, 0.95).value).toBe(10);
    expect(medianShift({ baseline: [0, 1], candidate: [10] }, 0.95).value).toBe(9.5);
  });

  test('has no bounds where samples are too small: four and four for 95 %, five and five for 99 %', () => {
    const of = (size: number) => Array.from({ length: size }, (_, index) => index);
    const shift = (size: number, confidence: number) =>
      medianShift({ baseline: of(size), candidate: of(size) }, confidence);
    expect(shift(3, 0.95)).toEqual({ value: 0, low: null, high: null });
    expect(shift(4, 0.95)).toEqual({ value: 0, low: -3, high: 3 });
    expect(shift(4, 0.99)).toEqual({ value: 0, low: null, high: null });
    expect(shift(5, 0.99)).toEqual({ value: 0, low: -4, high: 4 });
  });

  test.each([8, 60])('covers the true shift as often as it says, for samples of %s', (size) => {
    const runs = size < 50 ? 1000 : 300;
    const draw = (seed: number, offset: number) =>
      Array.from(
        { length: size },
        (_, index) => offset + exponentialAt(seed, STREAM.gap, index + 1000 * offset),
      );
    let covered = 0;
    for (let seed = 0; seed < runs; seed += 1) {
      const { low, high } = medianShift({ baseline: draw(seed, 0), candidate: draw(seed, 5) }, 0.95);
      if ((low ?? Infinity) <= 5 && (high ?? -Infinity) >= 5) covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.92);
    expect(covered / runs).toBeLessThan(0.99);
  });

  test('needs two samples', () => {
    expect(() => medianShift({ baseline: [], candidate: [1] }, 0.95)).toThrow(RangeError);
    expect(() => medianShift({ baseline: [1], candidate: [] }, 0.95)).toThrow(RangeError);
  });
});

describe('medianRatio', () => {
  test('is 1.1 for a tenth more', () => {
    const ratio = medianRatio(
      { baseline: [100, 102, 98, 101, 99], candidate: [110, 112, 108, 111, 109] },
      0.95,
    );
    expect(ratio.value).toBeCloseTo(1.1, 12);
    expect(ratio.low).toBeLessThan(1.1);
    expect(ratio.high).toBeGreaterThan(1.1);
  });

  test('does not depend on the unit', () => {
    const baseline = control.map((value) => 1000 * value);
    const candidate = candidates.high.map((value) => 1000 * value);
    const plain = medianRatio({ baseline: control, candidate: candidates.high }, 0.95);
    const scaled = medianRatio({ baseline, candidate }, 0.95);
    expect(scaled.value).toBeCloseTo(plain.value, 12);
    expectInterval(scaled, [plain.low ?? 0, plain.high ?? 0], 1e-12);
  });

  test('needs a positive baseline', () => {
    expect(() => medianRatio({ baseline: [0, 1], candidate: [1] }, 0.95)).toThrow(RangeError);
  });
});
