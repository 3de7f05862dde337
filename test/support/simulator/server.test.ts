import { describe, expect, test } from 'vitest';
import { drawExponential } from '../../../src/demo/service-time.ts';
import { SimulatedServer } from './server.ts';
import type { ServerModel, ServiceTime } from './server-model.ts';
import {
  autoscaled,
  flatDelay,
  hysteretic,
  leaky,
  linearDelay,
  mdc,
  mm1,
  mmc,
  pausing,
  rateLimited,
} from './servers.ts';
import { uniformFor } from './service-draw.ts';
import { mmcTail } from './truth.ts';

/** What became of Poisson arrivals at a constant rate; times in ms. */
interface Served {
  readonly responses: Float64Array;
  readonly arrivals: Float64Array;
  readonly statuses: Map<number, number>;
  readonly server: SimulatedServer;
}

function serve(model: ServerModel, ratePerSecond: number, requests: number): Served {
  const server = new SimulatedServer(model);
  const uniform = uniformFor(7, 9);
  const arrivals = new Float64Array(requests);
  const responses = new Float64Array(requests).fill(NaN);
  const statuses = new Map<number, number>();
  server.onAnswer = (id, status, nowMs) => {
    responses[id] = nowMs - (arrivals[id] ?? NaN);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  let nowMs = 0;
  for (let id = 0; id < requests; id += 1) {
    nowMs += (drawExponential(uniform) * 1000) / ratePerSecond;
    server.advance(nowMs);
    arrivals[id] = nowMs;
    server.arrive(id, 0, nowMs);
  }
  server.advance(nowMs + 1e6);
  return { responses, arrivals, statuses, server };
}

function mean(values: Iterable<number>): number {
  let [sum, count] = [0, 0];
  for (const value of values) {
    sum += value;
    count += 1;
  }
  return sum / count;
}

function shareBeyond(values: Float64Array, limit: number): number {
  return values.reduce((count, value) => count + (value > limit ? 1 : 0), 0) / values.length;
}

describe('a server with a queue agrees with theory', () => {
  // Pollaczek-Khinchine: E R = E S + lambda E S^2 / (2 (1 - rho)), E S^2 = (1 + cv^2) (E S)^2.
  test.each<[string, ServiceTime, number]>([
    ['M/M/1', { kind: 'exponential', meanMs: 10 }, 1],
    ['M/D/1', { kind: 'deterministic', meanMs: 10 }, 0],
    ['lognormal service', { kind: 'lognormal', meanMs: 10, cv: 1.3 }, 1.3],
    ['hyperexponential service', { kind: 'hyperexponential', meanMs: 10, cv: 2 }, 2],
  ])('%s: mean response time', (_, service, cv) => {
    const { responses } = serve({ service }, 60, 300_000);
    const expectedMs = 10 + (0.06 * (1 + cv * cv) * 100) / (2 * 0.4);
    expect(mean(responses) / expectedMs).toBeCloseTo(1, 1);
  });

  test.each([
    [1, 10, 70, 150],
    [1, 10, 70, 30],
    [8, 20, 360, 100],
    [8, 20, 200, 60],
  ])('M/M/%i with %i ms at %i/s: share of responses beyond %i ms', (workers, serviceMs, rate, limitMs) => {
    const { responses } = serve(mmc(workers, serviceMs), rate, 400_000);
    const expected = mmcTail(rate, { workers, serviceMs, limitMs });
    expect(shareBeyond(responses, limitMs) / expected).toBeCloseTo(1, 0.5);
  });

  test('M/D/1: 99 % of responses come within the quantile of its published distribution', () => {
    // P(W <= t) = (1 - rho) sum over k <= t/D of (lambda (k D - t))^k / k! e^(-lambda (k D - t)); Erlang, 1909.
    const waits = (t: number): number => {
      let [sum, factorial] = [0, 1];
      for (let k = 0; k <= t / 10; k += 1) {
        if (k > 0) factorial *= k;
        const x = 0.07 * (k * 10 - t);
        sum += (x ** k / factorial) * Math.exp(-x);
      }
      return 0.3 * sum;
    };
    const { responses } = serve(mdc(1, 10), 70, 400_000);
    for (const t of [15, 35, 55]) expect(1 - shareBeyond(responses, t + 10)).toBeCloseTo(waits(t), 2);
  });

  test('M/M/c/c refuses the share that Erlang B gives', () => {
    const { statuses } = serve({ ...mmc(3, 10), concurrency: 3 }, 300, 200_000);
    // a = 3 offered to 3 workers: (27/6) / (1 + 3 + 9/2 + 27/6).
    expect((statuses.get(503) ?? 0) / 200_000).toBeCloseTo(4.5 / 13, 2);
  });
});

describe('a token bucket', () => {
  test.each([429, 503] as const)(
    'admits its rate and its burst, and answers %i to the rest at once',
    (status) => {
      const { statuses, responses, arrivals } = serve(rateLimited(500, status), 800, 80_000);
      const seconds = (arrivals.at(-1) ?? 0) / 1000;
      expect((statuses.get(200) ?? 0) / (500 * seconds + 50)).toBeCloseTo(1, 3);
      expect((statuses.get(200) ?? 0) + (statuses.get(status) ?? 0)).toBe(80_000);
      expect(responses.reduce((least, ms) => Math.min(least, ms), Infinity)).toBeGreaterThan(0);
    },
  );

  test('refuses nothing below its rate for long', () => {
    const { statuses } = serve(rateLimited(500, 429), 400, 80_000);
    expect(statuses.get(429) ?? 0).toBeLessThan(8);
  });
});

describe('a server without a queue', () => {
  test.each([
    [100, 20],
    [400, 50],
  ])('has a delay that goes with the rate: at %i/s %i ms', (rate, expectedMs) => {
    const { responses } = serve(linearDelay(10, 0.1), rate, 50_000);
    expect(mean(responses.subarray(1000)) / expectedMs).toBeCloseTo(1, 1);
  });

  test.each([50, 5000])('or the same delays at any rate: at %i/s', (rate) => {
    const { responses } = serve(flatDelay(0.03), rate, 50_000);
    expect(shareBeyond(responses, 250)).toBeCloseTo(0.03, 2);
    expect(responses.reduce((most, ms) => Math.max(most, ms), 0)).toBeLessThan(900);
  });
});

describe('a server that changes', () => {
  test('stands still for the end of every period, and does what came in afterwards', () => {
    const { responses, arrivals } = serve(pausing(1, 1000, 100), 100, 20_000);
    const ends = responses.map((ms, id) => (arrivals[id] ?? 0) + ms);
    expect(ends.filter((ms) => ms % 1000 > 900.01)).toHaveLength(0);
    // Who comes x ms into the pause waits 100 - x, and then for the 0.1 x who came before: 50 ms for x = 56.7.
    expect(shareBeyond(responses, 50)).toBeCloseTo(0.0567, 2);
  });

  test('takes longer from second to second when it leaks', () => {
    const { responses } = serve(leaky(1, 0.01), 100, 20_000);
    const late = mean(responses.subarray(19_000));
    // At about 195 s service takes 2.95 ms, at 100/s: 2.95 / (1 - 0.295).
    expect(Math.abs(late / 4.18 - 1)).toBeLessThan(0.2);
    expect(mean(responses.subarray(0, 1000))).toBeLessThan(1.5);
  });

  test('is slow at first when it must warm up', () => {
    const { responses } = serve({ ...mm1(1), warmUp: { ms: 10_000, factor: 5 } }, 50, 1500);
    expect(mean(responses.subarray(0, 400))).toBeGreaterThan(5);
    expect(mean(responses.subarray(700))).toBeLessThan(1.5);
  });

  test('loses capacity for good once it was overloaded', () => {
    const server = new SimulatedServer({ ...hysteretic(10), ...mdc(1, 10) });
    const ends: number[] = [];
    server.onAnswer = (_, __, nowMs) => ends.push(nowMs);
    server.arrive(0, 0, 0);
    server.advance(100);
    for (let id = 1; id <= 60; id += 1) server.arrive(id, 0, 100);
    server.advance(10_000);
    server.arrive(61, 0, 10_000);
    server.advance(20_000);
    expect(ends[0]).toBe(10);
    expect(ends.at(-1)).toBeCloseTo(10_012.5, 9);
  });

  test('collapses beyond a number in flight, and comes back only when almost none is left', () => {
    const model = {
      service: { kind: 'deterministic', meanMs: 10 },
      collapse: { above: 20, below: 5, factor: 5 },
    } as const;
    const server = new SimulatedServer(model);
    for (let id = 0; id < 20; id += 1) server.arrive(id, 0, 0);
    expect(server.collapsed).toBe(false);
    server.arrive(20, 0, 0);
    expect(server.collapsed).toBe(true);
    server.advance(10 + 15 * 50);
    expect([server.inFlight, server.collapsed]).toEqual([5, true]);
    server.advance(10 + 16 * 50);
    expect([server.inFlight, server.collapsed]).toEqual([4, false]);
  });

  test('adds workers some time after they were busy, up to a bound', () => {
    const { server, responses } = serve(autoscaled(10, 5, 3000), 300, 30_000);
    expect(server.workers).toBe(5);
    expect(mean(responses.subarray(0, 1000))).toBeGreaterThan(100);
    expect(mean(responses.subarray(25_000))).toBeLessThan(15);
    expect(serve(autoscaled(10, 5, 3000), 100, 3000).server.workers).toBe(2);
  });

  test('does twice what was asked for again, and answers it once', () => {
    const { statuses, responses } = serve({ ...mm1(10), retryAfterMs: 200 }, 80, 20_000);
    expect(statuses.get(200)).toBe(20_000);
    expect(mean(responses)).toBeGreaterThan(mean(serve(mm1(10), 80, 20_000).responses));
  });

  test('answers a share with an error', () => {
    const { statuses } = serve({ ...mm1(1), errors: { share: 0.02, status: 500 } }, 100, 50_000);
    expect((statuses.get(500) ?? 0) / 50_000).toBeCloseTo(0.02, 2);
  });
});
