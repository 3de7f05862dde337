/**
 * The Universal Scalability Law, throughput over requests in flight:
 * X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)). Gunther, Guerrilla Capacity Planning (2007), chapter 4;
 * "A General Theory of Computational Scalability Based on Rational Functions" (2008). It explains; it proves nothing.
 */

import { studentQuantile } from '../student.ts';
import { type Curve, fitCurve, type Point } from './least-squares.ts';

/** One measurement. */
export interface UslPoint {
  /** Mean number of requests in flight, as measured (Little's law), > 0. */
  readonly concurrency: number;
  /** Completed per second, > 0. */
  readonly throughput: number;
}

/** A fitted parameter: its standard error, and the interval from it; null where the parameter sits on a bound. */
export interface UslEstimate {
  readonly value: number;
  readonly error: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** The three parameters. */
export interface UslLaw {
  /** Contention: the share of work that must wait its turn, 0..1. */
  readonly sigma: number;
  /** Crosstalk: the cost of keeping each pair in agreement, >= 0. */
  readonly kappa: number;
  /** Throughput of one request in flight, per second. */
  readonly lambda: number;
}

/** A fit with its intervals, and what follows from it. */
export interface UslFit {
  readonly law: UslLaw;
  readonly sigma: UslEstimate;
  readonly kappa: UslEstimate;
  readonly lambda: UslEstimate;
  /** Standard deviation of the residuals, on the points less three degrees of freedom; per second. */
  readonly residualError: number;
  /** Where more in flight begins to lower the throughput; null without crosstalk. */
  readonly peak: UslPoint | null;
  /** Throughput that contention alone would never let it pass, lambda / sigma; null without contention. */
  readonly limit: number | null;
  /** Number of points, and the largest concurrency among them: beyond it the law is a guess. */
  readonly points: number;
  readonly measuredConcurrency: number;
}

/** Fewer different concurrencies say nothing about three parameters. */
const MIN_CONCURRENCIES = 6;

const PARAMETERS = 3;

/** Confidence of the intervals, two-sided. */
const CONFIDENCE = 0.95;

const START_SIGMAS = [0.01, 0.1];
const START_KAPPAS = [1e-4, 0.01];

function lawOf([sigma = 0, kappa = 0, lambda = 0]: readonly number[]): UslLaw {
  return { sigma, kappa, lambda };
}

function divisor(n: number, { sigma, kappa }: Pick<UslLaw, 'sigma' | 'kappa'>): number {
  return 1 + sigma * (n - 1) + kappa * n * (n - 1);
}

/** Throughput at a concurrency, per second. @param n requests in flight, >= 0 */
export function uslThroughput(law: UslLaw, n: number): number {
  return (law.lambda * n) / divisor(n, law);
}

const CURVE: Curve = {
  at: (n, parameters) => uslThroughput(lawOf(parameters), n),
  slopes: (n, parameters) => {
    const law = lawOf(parameters);
    const below = divisor(n, law);
    const bySigma = (-law.lambda * n * (n - 1)) / below ** 2;
    return [bySigma, bySigma * n, n / below];
  },
  bounds: [
    [0, 1],
    [0, Infinity],
    [Number.MIN_VALUE, Infinity],
  ],
};

/**
 * Mean response time at a throughput on the rising branch of the law, in seconds: N / X for the smaller root of
 * kappa X N^2 + (sigma X - kappa X - lambda) N + (1 - sigma) X = 0. The law knows no arrivals at random: a queue
 * before the server comes on top.
 *
 * @param throughput per second, > 0  @returns null beyond the peak, or the limit where there is no peak
 * @public
 */
export function latencyAtThroughput({ sigma, kappa, lambda }: UslLaw, throughput: number): number | null {
  const square = kappa * throughput;
  const linear = lambda + square - sigma * throughput;
  const rest = (1 - sigma) * throughput;
  const discriminant = linear * linear - 4 * square * rest;
  if (!(linear > 0 && discriminant >= 0)) return null;
  return (2 * rest) / (linear + Math.sqrt(discriminant)) / throughput;
}

function estimate(value: number, error: number | null, freedom: number): UslEstimate {
  if (error === null) return { value, error, low: null, high: null };
  const half = studentQuantile(0.5 + CONFIDENCE / 2, freedom) * error;
  return { value, error, low: value - half, high: value + half };
}

function peakOf(law: UslLaw): UslPoint | null {
  if (law.kappa === 0) return null;
  const concurrency = Math.sqrt((1 - law.sigma) / law.kappa);
  return { concurrency, throughput: uslThroughput(law, concurrency) };
}

/**
 * The law that fits measurements best: bounded least squares (0 <= sigma <= 1, kappa >= 0, lambda > 0), without
 * which kappa comes out negative on servers that only level off; 95 % intervals by Student's t on n - 3 degrees
 * of freedom.
 *
 * @returns null with fewer than 6 different concurrencies, or where nothing fits
 * @throws RangeError for a point that is not finite and positive
 */
export function fitUsl(points: readonly UslPoint[]): UslFit | null {
  if (points.some(({ concurrency: n, throughput: x }) => !(n > 0 && x > 0 && n < Infinity && x < Infinity))) {
    throw new RangeError('a fit needs finite, positive concurrencies and throughputs');
  }
  const concurrencies = points.map(({ concurrency }) => concurrency);
  if (new Set(concurrencies).size < MIN_CONCURRENCIES) return null;
  const first = Math.max(...points.map(({ concurrency, throughput }) => throughput / concurrency));
  const starts = START_SIGMAS.flatMap((sigma) => START_KAPPAS.map((kappa) => [sigma, kappa, first]));
  const data = points.map(({ concurrency: x, throughput: y }): Point => ({ x, y }));
  const fit = fitCurve(CURVE, data, starts);
  if (fit === null) return null;
  const law = lawOf(fit.parameters);
  const freedom = points.length - PARAMETERS;
  const [sigmaError = null, kappaError = null, lambdaError = null] = fit.errors;
  return {
    law,
    sigma: estimate(law.sigma, sigmaError, freedom),
    kappa: estimate(law.kappa, kappaError, freedom),
    lambda: estimate(law.lambda, lambdaError, freedom),
    residualError: Math.sqrt(fit.squares / freedom),
    peak: peakOf(law),
    limit: law.sigma === 0 ? null : law.lambda / law.sigma,
    points: points.length,
    measuredConcurrency: Math.max(...concurrencies),
  };
}
