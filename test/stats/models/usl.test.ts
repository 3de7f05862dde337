import { describe, expect, test } from 'vitest';
import { fitUsl, latencyAtThroughput, type UslFit, uslThroughput } from '../../../src/stats/models/usl.ts';
import { reference, relativeError } from '../reference.ts';

interface Figure {
  readonly name: string;
  readonly concurrency: readonly number[];
  readonly throughput: readonly number[];
  readonly sigma: number;
  readonly kappa: number;
  readonly lambda: number;
  readonly errors: readonly [sigma: number, kappa: number, lambda: number];
  readonly residualError: number;
  readonly peak: number | null;
}

const { sets } = reference<{ sets: Figure[] }>('usl.json');

function pointsOf({ concurrency, throughput }: Pick<Figure, 'concurrency' | 'throughput'>) {
  return concurrency.map((n, index) => ({ concurrency: n, throughput: throughput[index] ?? Number.NaN }));
}

function fitOf(name: string): UslFit {
  const figure = sets.find((set) => set.name === name);
  const fit = figure === undefined ? null : fitUsl(pointsOf(figure));
  if (fit === null) throw new Error(`no fit of ${name}`);
  return fit;
}

describe('fitUsl', () => {
  test.each(sets)('finds the least squares of $name', (figure) => {
    const fit = fitOf(figure.name);
    expect(Math.abs(fit.law.sigma - figure.sigma)).toBeLessThan(1e-7);
    expect(Math.abs(fit.law.kappa - figure.kappa)).toBeLessThan(1e-9);
    expect(relativeError(fit.law.lambda, figure.lambda)).toBeLessThan(1e-6);
    expect(relativeError(fit.residualError, figure.residualError)).toBeLessThan(1e-6);
    expect(relativeError(fit.sigma.error ?? 0, figure.errors[0])).toBeLessThan(1e-5);
    expect(relativeError(fit.lambda.error ?? 0, figure.errors[2])).toBeLessThan(1e-5);
    const kappaError = figure.peak === null ? 0 : figure.errors[1];
    expect(relativeError(fit.kappa.error ?? 0, kappaError)).toBeLessThan(1e-5);
    expect(relativeError(fit.peak?.concurrency ?? 0, figure.peak ?? 0)).toBeLessThan(1e-5);
  });

  test('agrees with what R usl prints for SPEC SDM91', () => {
    const { law, sigma, kappa, lambda, residualError, peak, limit } = fitOf('SPEC SDM91');
    expect(law.sigma).toBeCloseTo(0.0277285, 6);
    expect(law.kappa).toBeCloseTo(0.0001044, 7);
    expect(Math.abs(law.lambda - 89.995233)).toBeLessThan(1e-4);
    expect(sigma.error).toBeCloseTo(0.0091217, 6);
    expect(kappa.error).toBeCloseTo(0.0000199, 7);
    expect(Math.abs((lambda.error ?? 0) - 14.2134894)).toBeLessThan(1e-4);
    expect(residualError).toBeCloseTo(82.8, 1);
    expect(peak?.concurrency).toBeCloseTo(96.52, 2);
    expect(Math.round(peak?.throughput ?? 0)).toBe(1884);
    expect(Math.round(limit ?? 0)).toBe(3246);
    expect(1 / law.sigma).toBeCloseTo(36.06, 2);
    expect(Math.round(uslThroughput(law, 1 / law.sigma))).toBe(1542);
  });

  test.each([
    [1, 64.9, -25.1, 0.7211],
    [18, 995.9, -81.66, 0.6148],
    [36, 1652.4, 111.09, 0.51],
    [72, 1853.2, 3.05, 0.286],
    [108, 1828.9, -49.99, 0.1882],
    [144, 1775, -46.6, 0.137],
    [216, 1702.2, 56, 0.0876],
  ])('leaves the residual and efficiency of R usl at %s', (n, seen, residual, efficiency) => {
    const { law } = fitOf('SPEC SDM91');
    expect(Math.abs(seen - uslThroughput(law, n) - residual)).toBeLessThan(0.006);
    expect(Math.abs(seen / n / law.lambda - efficiency)).toBeLessThan(6e-5);
  });

  test("is within the tolerance of codahale/usl's figures for its example", () => {
    const { law, peak } = fitOf('SPEC SDM91, rounded');
    expect(Math.abs(law.sigma - 0.0277299)).toBeLessThan(2e-5);
    expect(Math.abs(law.kappa - 0.000104343)).toBeLessThan(1e-7);
    expect(Math.abs(law.lambda - 89.9878)).toBeLessThan(0.05);
    expect(Math.floor(peak?.concurrency ?? 0)).toBe(96);
    expect(Math.abs((peak?.throughput ?? 0) - 1883.76)).toBeLessThan(0.05);
    for (const [n, predicted] of [
      [1, 89.987785],
      [2, 175.083978],
      [3, 255.626353],
    ] as const) {
      expect(Math.abs(uslThroughput(law, n) - predicted)).toBeLessThan(0.05);
    }
  });

  test('keeps kappa at 0 for a ray tracer that only levels off, and says no error of it', () => {
    const { law, kappa, peak, limit } = fitOf('ray tracer');
    expect(law.kappa).toBe(0);
    expect(kappa).toEqual({ value: 0, error: null, low: null, high: null });
    expect(peak).toBeNull();
    expect(limit).toBeCloseTo(378.2, 1);
  });

  test("has intervals by Student's t on n - 3 degrees of freedom, two-sided", () => {
    const { sigma } = fitOf('ray tracer, first six');
    expect(Math.abs((sigma.low ?? 0) - -0.0023)).toBeLessThan(5e-5);
    expect(Math.abs((sigma.high ?? 0) - 0.0511)).toBeLessThan(6e-5);
  });

  test('peaks at 7 for the synthetic law of sigma and kappa 0.02', () => {
    const { peak, measuredConcurrency, points } = fitOf('synthetic');
    expect(peak?.concurrency).toBeCloseTo(7, 3);
    expect({ measuredConcurrency, points }).toEqual({ measuredConcurrency: 10, points: 6 });
  });

  test('finds a linear law without contention', () => {
    const fit = fitUsl([1, 2, 4, 8, 16, 32].map((n) => ({ concurrency: n, throughput: 50 * n })));
    expect(fit?.law.sigma).toBeCloseTo(0, 9);
    expect(fit?.law.kappa).toBeCloseTo(0, 9);
    expect(fit?.law.lambda).toBeCloseTo(50, 6);
  });

  test('is not tried on fewer than six different concurrencies', () => {
    const five = [1, 2, 4, 8, 16, 16].map((n) => ({ concurrency: n, throughput: 50 * n }));
    expect(fitUsl(five)).toBeNull();
    expect(fitUsl([])).toBeNull();
  });

  test.each([
    [0, 10],
    [1, 0],
    [Number.NaN, 10],
    [1, Infinity],
  ])('refuses a point of concurrency %s and throughput %s', (concurrency, throughput) => {
    expect(() => fitUsl([{ concurrency, throughput }])).toThrow(RangeError);
  });
});

describe('latencyAtThroughput', () => {
  test.each([10, 500, 1500, 1880])('is where Little puts it on the rising branch, at %s/s', (throughput) => {
    const { law, peak } = fitOf('SPEC SDM91');
    const inFlight = (latencyAtThroughput(law, throughput) ?? 0) * throughput;
    expect(uslThroughput(law, inFlight)).toBeCloseTo(throughput, 8);
    expect(inFlight).toBeLessThan(peak?.concurrency ?? 0);
  });

  test("is Amdahl's where nothing is lost to crosstalk", () => {
    const law = { sigma: 0.05, kappa: 0, lambda: 20 };
    expect(latencyAtThroughput(law, 100)).toBeCloseTo((0.05 - 1) / (0.05 * 100 - 20), 14);
  });

  test('is null beyond the peak, and beyond the limit where there is no peak', () => {
    expect(latencyAtThroughput(fitOf('SPEC SDM91').law, 1885)).toBeNull();
    expect(latencyAtThroughput({ sigma: 0.05, kappa: 0, lambda: 20 }, 400)).toBeNull();
  });
});
