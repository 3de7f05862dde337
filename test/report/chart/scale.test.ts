import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linearScale, logScale, logScaleOf, type Scale, timeScale } from '../../../src/report/chart/scale.ts';

describe('ticks', () => {
  test.each([
    ['a rate', linearScale(0, 147), [0, 50, 100, 150]],
    ['a count', linearScale(0, 4), [0, 1, 2, 3, 4]],
    ['a share', linearScale(0, 0.0123), [0, 0.005, 0.01, 0.015]],
    ['a change', linearScale(-0.08, 0.34), [-0.2, 0, 0.2, 0.4]],
    ['nothing', linearScale(0, 0), [0, 0.5, 1]],
    ['milliseconds of one decade', logScale(12, 90), [10, 20, 50, 100]],
    ['milliseconds of two decades', logScale(10, 1000), [10, 30, 100, 300, 1000]],
    ['milliseconds of many decades', logScale(0.01, 900), [0.01, 0.1, 1, 10, 100, 1000]],
    ['nothing on a logarithmic axis', logScale(0, 0), [1, 2]],
    ['twenty seconds', timeScale(20_000), [0, 5000, 10_000, 15_000, 20_000]],
    ['ten minutes', timeScale(600_000), [0, 120_000, 240_000, 360_000, 480_000, 600_000]],
    ['no time', timeScale(0), [0]],
    ['those given that lie within', logScaleOf(2, 50, [1, 2, 10, 100]), [2, 10]],
  ])('of %s are round', (_, { ticks }, expected) => {
    expect(ticks).toEqual(expected);
  });
});

const scales: fc.Arbitrary<Scale> = fc.oneof(
  fc
    .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }))
    .map(([from, span]) => linearScale(from, from + span)),
  fc
    .tuple(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), fc.double({ min: 1, max: 1e6, noNaN: true }))
    .map(([from, factor]) => logScale(from, from * factor)),
  fc.double({ min: 0, max: 1e9, noNaN: true }).map(timeScale),
);

describe('a scale', () => {
  test('keeps the order of values and stays within its ends, whatever it is given', () => {
    fc.assert(
      fc.property(scales, fc.double(), fc.double(), ({ at, from, to, ticks }, a, b) => {
        expect(at(from)).toBeCloseTo(0);
        expect(at(to)).toBeCloseTo(1);
        for (const value of [a, b, ...ticks]) {
          expect(at(value)).toBeGreaterThanOrEqual(0);
          expect(at(value)).toBeLessThanOrEqual(1);
        }
        expect(a <= b ? at(b) - at(a) : 0).toBeGreaterThanOrEqual(0);
        expect(ticks.length).toBeLessThan(15);
      }),
    );
  });

  test('covers what it was made for', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        fc.double({ min: 1.01, max: 1e6, noNaN: true }),
        (from, factor) => {
          for (const { from: low, to: high } of [
            logScale(from, from * factor),
            linearScale(from, from * factor),
          ]) {
            expect(low).toBeLessThanOrEqual(from * 1.0001);
            expect(high).toBeGreaterThanOrEqual(from * factor * 0.9999);
          }
        },
      ),
    );
  });

  test('puts equal ratios at equal distances when it is logarithmic', () => {
    const { at } = logScale(1, 1000);
    expect(at(10) - at(1)).toBeCloseTo(at(1000) - at(100));
  });
});
