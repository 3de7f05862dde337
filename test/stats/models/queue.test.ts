import { describe, expect, test } from 'vitest';
import {
  erlangB,
  erlangC,
  mg1MeanMs,
  mmcCapacityPerSecond,
  mmcMeanMs,
  mmcQuantileMs,
  mmcTail,
  sakasegawaWaitMs,
  sharedMeanMs,
} from '../../../src/stats/models/queue.ts';
import { utilisationOfMany, utilisationSeen } from '../../../src/stats/models/utilisation.ts';
import { reference } from '../reference.ts';

interface Figures {
  readonly stations: readonly {
    readonly servers: number;
    readonly load: number;
    readonly erlangB: number;
    readonly erlangC: number;
    readonly mean: number;
  }[];
  readonly inflations: readonly { readonly servers: number; readonly means: readonly number[] }[];
  readonly utilisations: readonly number[];
}

const { stations, inflations, utilisations } = reference<Figures>('queue.json');
const grid = inflations.flatMap(({ servers, means }) =>
  means.map((mean, index) => ({ servers, mean, utilisation: utilisations[index] ?? Number.NaN })),
);

/** A station with a service time of 1 ms. */
function station(servers: number, utilisation: number) {
  return { servers, serviceMs: 1, ratePerSecond: 1000 * servers * utilisation };
}

describe("Erlang's formulas", () => {
  test.each(stations)('for $servers servers at $load', (figure) => {
    expect(erlangB(figure.servers, figure.load)).toBeCloseTo(figure.erlangB, 13);
    expect(erlangC(figure.servers, figure.load)).toBeCloseTo(figure.erlangC, 13);
    expect(mmcMeanMs(station(figure.servers, figure.load / figure.servers))).toBeCloseTo(figure.mean, 10);
  });

  test('block everything without servers, and let everything wait at full load', () => {
    expect(erlangB(0, 3)).toBe(1);
    expect(erlangB(4, 0)).toBe(0);
    expect(erlangC(4, 4)).toBe(1);
    expect(erlangC(4, 9)).toBe(1);
  });
});

describe('M/M/c', () => {
  test.each(grid)('answers in $mean service times with $servers servers at $utilisation', (figure) => {
    expect(Math.abs(mmcMeanMs(station(figure.servers, figure.utilisation)) / figure.mean - 1)).toBeLessThan(
      6e-4,
    );
  });

  test.each([
    [1, 23.0259],
    [2, 11.9374],
    [4, 6.8932],
    [8, 5.1522],
    [16, 4.735],
    [32, 4.6345],
  ])('with %s servers at 0.8 has its p99 at %s service times', (servers, p99) => {
    expect(mmcQuantileMs(station(servers, 0.8), 0.99)).toBeCloseTo(p99, 3);
  });

  test.each([
    [0.5, 9.2103],
    [0.8, 23.0259],
    [0.9, 46.0517],
    [0.95, 92.1034],
  ])('with one server at %s has its p99 at %s service times', (utilisation, p99) => {
    expect(mmcQuantileMs(station(1, utilisation), 0.99)).toBeCloseTo(p99, 3);
  });

  test.each([1, 2, 5])('has a tail that integrates to the mean, with %s servers', (servers) => {
    const queue = station(servers, 0.7);
    const step = 0.001;
    let sum = 0;
    for (let ms = step / 2; ms < 100; ms += step) sum += mmcTail(queue, ms) * step;
    expect(sum).toBeCloseTo(mmcMeanMs(queue), 5);
  });

  test('has a smooth tail where the rate of the wait meets that of the service', () => {
    // theta = c (1 - rho) = 1 with two servers at a half.
    const [below, at, above] = [0.5 - 1e-9, 0.5, 0.5 + 1e-9].map((rho) => mmcTail(station(2, rho), 3));
    expect(at).toBeCloseTo(below ?? 0, 8);
    expect(at).toBeCloseTo(above ?? 0, 8);
    expect(mmcTail(station(2, 0.5), 0)).toBe(1);
    expect(mmcTail(station(64, 0.1), 800)).toBeCloseTo(0, 300);
  });

  test('never settles at full load', () => {
    expect(mmcMeanMs(station(3, 1))).toBe(Infinity);
    expect(mmcTail(station(3, 1.2), 1e9)).toBe(1);
    expect(mmcQuantileMs(station(3, 1), 0.5)).toBe(Infinity);
  });

  test.each([
    [1, 10, 81.579],
    [8, 20, 380.237],
  ])('of %s servers and %s ms keeps p99 below 250 ms up to %s/s', (servers, serviceMs, rate) => {
    const demand = { servers, serviceMs, q: 0.99, limitMs: 250 };
    expect(mmcCapacityPerSecond(demand)).toBeCloseTo(rate, 3);
  });

  test('has no capacity for an answer faster than its service', () => {
    expect(mmcCapacityPerSecond({ servers: 8, serviceMs: 20, q: 0.99, limitMs: 90 })).toBe(0);
  });
});

describe('M/G/1', () => {
  test('answers as M/M/1 for an exponential service time, and with half the wait for a constant one', () => {
    const server = { serviceMs: 2, ratePerSecond: 400 };
    expect(mg1MeanMs(server)).toBeCloseTo(10, 12);
    expect(mg1MeanMs({ ...server, variation: 0 })).toBeCloseTo(6, 12);
    expect(mg1MeanMs({ ...server, variation: 4 })).toBeCloseTo(22, 12);
    expect(sharedMeanMs(server)).toBeCloseTo(10, 12);
  });

  test('never settles at full load', () => {
    expect(mg1MeanMs({ serviceMs: 2, ratePerSecond: 500 })).toBe(Infinity);
    expect(sharedMeanMs({ serviceMs: 2, ratePerSecond: 501 })).toBe(Infinity);
  });
});

describe('sakasegawaWaitMs', () => {
  test('is exact for one server and close for several', () => {
    expect(sakasegawaWaitMs(station(1, 0.8))).toBeCloseTo(4, 12);
    expect(sakasegawaWaitMs(station(4, 0.8)) / (mmcMeanMs(station(4, 0.8)) - 1)).toBeCloseTo(1, 1);
    expect(sakasegawaWaitMs(station(4, 1))).toBe(Infinity);
  });
});

describe('utilisation from a light probe', () => {
  test.each([
    [1, 0.5],
    [0, 2 / 3],
    [4, 2 / 7],
  ])('of a server twice as slow as idle, service variation %s, is %s', (variation, utilisation) => {
    expect(utilisationSeen(2, variation)).toBeCloseTo(utilisation, 12);
  });

  test.each([1, 2, 8, 16])('is the one that makes M/M/%s so slow', (servers) => {
    const inflation = mmcMeanMs(station(servers, 0.85));
    expect(utilisationOfMany(inflation, servers)).toBeCloseTo(0.85, 8);
  });

  test('is 0 for a server as fast as idle', () => {
    expect(utilisationSeen(1)).toBe(0);
    expect(utilisationSeen(0.9)).toBe(0);
    expect(utilisationOfMany(0.9, 4)).toBe(0);
  });
});
