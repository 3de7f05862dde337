import { describe, expect, test } from 'vitest';
import { type Curve, fitCurve, type Point } from '../../../src/stats/models/least-squares.ts';
import { inverseDiagonal, solveSymmetric } from '../../../src/stats/models/linear-system.ts';
import { reference } from '../reference.ts';

interface UslSet {
  readonly name: string;
  readonly concurrency: readonly number[];
  readonly throughput: readonly number[];
}

/** A straight line, intercept and slope, within bounds. */
function line(...bounds: readonly (readonly [number, number])[]): Curve {
  return { at: (x, [a = 0, b = 0]) => a + b * x, slopes: (x) => [1, x], bounds };
}

const FREE = [-Infinity, Infinity] as const;
const POINTS: readonly Point[] = [
  { x: 1, y: 2.1 },
  { x: 2, y: 3.9 },
  { x: 3, y: 6.2 },
  { x: 4, y: 7.8 },
  { x: 5, y: 10.1 },
];

describe('fitCurve', () => {
  test('is ordinary least squares for a straight line, errors and all', () => {
    // scipy.stats.linregress: slope 1.99, intercept 0.05, errors 0.0597 and 0.198.
    const fit = fitCurve(line(FREE, FREE), POINTS, [[0, 0]]);
    expect(fit?.parameters[0]).toBeCloseTo(0.05, 10);
    expect(fit?.parameters[1]).toBeCloseTo(1.99, 10);
    expect(fit?.squares).toBeCloseTo(0.107, 10);
    expect(fit?.errors[0]).toBeCloseTo(Math.sqrt((0.107 / 3) * (1 / 5 + 9 / 10)), 10);
    expect(fit?.errors[1]).toBeCloseTo(Math.sqrt(0.107 / 3 / 10), 10);
  });

  test('stops at a bound, fits the others to it, and gives no error of the bound', () => {
    const fit = fitCurve(line([1, 4], FREE), POINTS, [[2, 0]]);
    expect(fit?.parameters[0]).toBe(1);
    // Through (0, 1): sum x (y - 1) / sum x^2.
    expect(fit?.parameters[1]).toBeCloseTo((1.1 + 2 * 2.9 + 3 * 5.2 + 4 * 6.8 + 5 * 9.1) / 55, 10);
    expect(fit?.errors[0]).toBeNull();
    expect(fit?.errors[1]).toBeGreaterThan(0);
  });

  test('has no errors without a point to spare, and no fit without a start', () => {
    const curve = line(FREE, FREE);
    expect(fitCurve(curve, POINTS.slice(0, 2), [[0, 0]])?.errors).toEqual([null, null]);
    expect(fitCurve(curve, POINTS, [])).toBeNull();
  });

  test('keeps the start, without errors, where points cannot tell the parameters apart', () => {
    const fit = fitCurve(line(FREE, FREE), Array<Point>(4).fill({ x: 2, y: 5 }), [[0, 0]]);
    expect(fit?.errors).toEqual([null, null]);
  });

  // Why the law is fitted within bounds: a negative crosstalk means nothing.
  test('without bounds finds a scalability law of kappa -0.000201 for the ray tracer', () => {
    const { sets } = reference<{ sets: UslSet[] }>('usl.json');
    const tracer = sets.find(({ name }) => name === 'ray tracer');
    const points = (tracer?.concurrency ?? []).map((x, index) => ({ x, y: tracer?.throughput[index] ?? 0 }));
    const at = (n: number, [s = 0, k = 0, l = 0]: readonly number[]): number =>
      (l * n) / (1 + s * (n - 1) + k * n * (n - 1));
    const slopes = (n: number, parameters: readonly number[]): number[] => {
      const [, , l = 0] = parameters;
      const x = at(n, parameters);
      return [(-x * x * (n - 1)) / (l * n), (-x * x * (n - 1)) / l, x / l];
    };
    const fit = fitCurve({ at, slopes, bounds: [FREE, FREE, FREE] }, points, [[0.1, 1e-4, 20]]);
    expect(fit?.parameters[1]).toBeCloseTo(-0.000201, 6);
  });
});

describe('solveSymmetric', () => {
  test('solves systems whose parameters are of very different size', () => {
    const solution = solveSymmetric(
      [
        [4e-12, 1e-6],
        [1e-6, 9],
      ],
      [5e-6, 10],
    );
    // The same, scaled: 4 a + b = 5, a + 9 b = 10 in units of 1e6 and 1.
    expect((solution?.[0] ?? 0) / 1e6).toBeCloseTo(1, 12);
    expect(solution?.[1]).toBeCloseTo(1, 12);
  });

  test('refuses what has no single solution', () => {
    const singular = [
      [1, 2],
      [2, 4],
    ];
    expect(solveSymmetric(singular, [1, 2])).toBeNull();
    expect(inverseDiagonal(singular)).toBeNull();
    expect(solveSymmetric([[0]], [1])).toBeNull();
  });
});
