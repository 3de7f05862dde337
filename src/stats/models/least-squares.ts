/** Fitting a curve to points: the method of Levenberg and Marquardt within bounds. */

import { inverseDiagonal, solveSymmetric } from './linear-system.ts';

/** A curve with as many parameters as it has bounds. */
export interface Curve {
  readonly at: (x: number, parameters: readonly number[]) => number;
  /** Derivatives of `at` by each parameter. */
  readonly slopes: (x: number, parameters: readonly number[]) => readonly number[];
  /** Least and largest value of each parameter. */
  readonly bounds: readonly Bounds[];
}

type Bounds = readonly [low: number, high: number];

/** One point to fit. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The best parameters found. */
export interface CurveFit {
  readonly parameters: readonly number[];
  /** Sum of the squared residuals. */
  readonly squares: number;
  /**
   * Standard error of each parameter, from the diagonal of (J'J)^-1 squares / (n - p) over all p parameters; null
   * where the matrix is singular, no point is to spare, or the parameter sits on a bound.
   */
  readonly errors: readonly (number | null)[];
}

/** Far more steps than a fit that converges takes (about 10). */
const MAX_STEPS = 500;

/** Relative size of a last step that changes nothing. */
const SETTLED = 1e-13;

const FIRST_DAMPING = 1e-3;

/** Beyond this damping a step is too short to change anything. */
const DAMPING_MAX = 1e16;

/** J'J, J' times the residuals, and their squares. */
interface Normal {
  readonly matrix: readonly (readonly number[])[];
  readonly gradient: readonly number[];
}

function squaresOf(curve: Curve, points: readonly Point[], parameters: readonly number[]): number {
  return points.reduce((sum, { x, y }) => sum + (y - curve.at(x, parameters)) ** 2, 0);
}

function normalEquations(curve: Curve, points: readonly Point[], parameters: readonly number[]): Normal {
  const slopes = points.map(({ x }) => curve.slopes(x, parameters));
  const residuals = points.map(({ x, y }) => y - curve.at(x, parameters));
  const total = (term: (row: readonly number[], point: number) => number): number =>
    slopes.reduce((sum, row, point) => sum + term(row, point), 0);
  return {
    matrix: parameters.map((_, i) =>
      parameters.map((_unused, j) => total((row) => (row[i] ?? 0) * (row[j] ?? 0))),
    ),
    gradient: parameters.map((_, i) => total((row, point) => (row[i] ?? 0) * (residuals[point] ?? 0))),
  };
}

/** False for a parameter on a bound that the gradient pushes outwards: it stays. */
function isFree(value: number, [low, high]: Bounds, push: number): boolean {
  return !((value <= low && push <= 0) || (value >= high && push >= 0));
}

/** The parameters after one damped step within the bounds; null where the equations are singular. */
function stepped(
  curve: Curve,
  parameters: readonly number[],
  normal: Normal & { damping: number },
): number[] | null {
  const { matrix, gradient, damping } = normal;
  const free = curve.bounds.map((bounds, i) => isFree(parameters[i] ?? 0, bounds, gradient[i] ?? 0));
  const damped = matrix.map((row, i) =>
    row.map((value, j) => {
      if (i === j) return free[i] ? value * (1 + damping) : 1;
      return free[i] && free[j] ? value : 0;
    }),
  );
  const moves = solveSymmetric(
    damped,
    gradient.map((value, i) => (free[i] ? value : 0)),
  );
  if (moves === null) return null;
  return curve.bounds.map(([low, high], i) =>
    Math.min(high, Math.max(low, (parameters[i] ?? 0) + (moves[i] ?? 0))),
  );
}

function hasSettled(before: readonly number[], after: readonly number[]): boolean {
  return before.every((value, i) => Math.abs((after[i] ?? 0) - value) <= SETTLED * Math.abs(value));
}

/** Where the squares stop falling from one start. */
function descend(curve: Curve, points: readonly Point[], start: readonly number[]): readonly number[] {
  let parameters = start;
  let squares = squaresOf(curve, points, parameters);
  let damping = FIRST_DAMPING;
  for (let count = 0; count < MAX_STEPS && damping < DAMPING_MAX; count += 1) {
    const next = stepped(curve, parameters, { ...normalEquations(curve, points, parameters), damping });
    const found = next === null ? Infinity : squaresOf(curve, points, next);
    if (next === null || !(found < squares)) {
      damping *= 10;
      continue;
    }
    const settled = hasSettled(parameters, next);
    parameters = next;
    squares = found;
    damping /= 10;
    if (settled) break;
  }
  return parameters;
}

function standardErrors(
  curve: Curve,
  points: readonly Point[],
  parameters: readonly number[],
): (number | null)[] {
  const spare = points.length - parameters.length;
  const diagonal = spare > 0 ? inverseDiagonal(normalEquations(curve, points, parameters).matrix) : null;
  const squares = squaresOf(curve, points, parameters);
  return curve.bounds.map((bounds, i) => {
    const isOnBound = bounds.some((bound) => bound === parameters[i]);
    const share = diagonal?.[i];
    return share === undefined || isOnBound ? null : Math.sqrt((share * squares) / spare);
  });
}

/**
 * The parameters within bounds that leave the least squares, by Levenberg and Marquardt's method (Marquardt, "An
 * Algorithm for Least-Squares Estimation of Nonlinear Parameters", 1963; errors as in Bates and Watts, Nonlinear
 * Regression Analysis, 2.2), parameters on a bound held there while the gradient pushes them outwards.
 *
 * @param starts where to begin, each within the bounds; the best end counts, the earliest of equal ones
 * @returns null without starts, or where nothing finite fits
 */
export function fitCurve(
  curve: Curve,
  points: readonly Point[],
  starts: readonly (readonly number[])[],
): CurveFit | null {
  let best: { readonly parameters: readonly number[]; readonly squares: number } | null = null;
  for (const start of starts) {
    const parameters = descend(curve, points, start);
    const squares = squaresOf(curve, points, parameters);
    if (Number.isFinite(squares) && squares < (best?.squares ?? Infinity)) best = { parameters, squares };
  }
  return best && { ...best, errors: standardErrors(curve, points, best.parameters) };
}
