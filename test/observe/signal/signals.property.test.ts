import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RESOURCE_UNITS, RESOURCES } from '../../../src/core/server/signal.ts';
import { type FactName, mergeReadings, type Reading } from '../../../src/observe/reading.ts';
import { type Between, quantileOf } from '../../../src/observe/signal/change.ts';
import { signalsBetween } from '../../../src/observe/signals.ts';
import { told } from '../readings.ts';

const NAMES: readonly FactName[] = [
  'cpu-seconds',
  'cores',
  'gomaxprocs',
  'cpu-share',
  'host-cpu-seconds',
  'host-idle-seconds',
  'psi-cpu-seconds',
  'cgroup-periods',
  'cgroup-throttled-periods',
  'rss-bytes',
  'host-memory-total',
  'host-memory-available',
  'gc-lifetime-share',
  'gc-last-end-ms',
  'gc-first-end-ms',
  'go-pause-seconds',
  'open-fds',
  'max-fds',
  'goroutines',
  'threads',
  'mutex-wait-seconds',
  'listen-drops',
  'disk-busy-seconds/sda',
  'workers',
  'worker-busy-seconds',
  'application-share/x',
  'start-ms',
];

const number = fc.oneof(
  fc.double({ noNaN: true }),
  fc.double({ min: 0, max: 100, noNaN: true }),
  fc.constantFrom(0, -1),
);
const reading: fc.Arbitrary<Reading> = fc
  .tuple(fc.nat(5000), fc.dictionary(fc.constantFrom(...NAMES), number))
  .map(([atMs, facts]) => told(atMs, facts));

function plain({ atMs, facts }: Reading): unknown {
  return [atMs, [...facts].toSorted(([a], [b]) => (a < b ? -1 : 1))];
}

describe('readings of one server', () => {
  test('are put together in any grouping, and nothing changes them', () => {
    fc.assert(
      fc.property(reading, reading, reading, (a, b, c) => {
        const all = plain(mergeReadings([a, b, c]));
        expect(plain(mergeReadings([mergeReadings([a, b]), c]))).toEqual(all);
        expect(plain(mergeReadings([a, mergeReadings([b, c])]))).toEqual(all);
        expect(plain(mergeReadings([a, mergeReadings([])]))).toEqual(plain(a));
      }),
    );
  });
});

describe('signals', () => {
  test('are one a resource at most, in their order, finite, not below 0, with evidence', () => {
    fc.assert(
      fc.property(fc.option(reading), reading, (before, after) => {
        const signals = signalsBetween(before, after);
        const places = signals.map(({ resource }) => RESOURCES.indexOf(resource));
        expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b));
        for (const { resource, value, utilization, evidence } of signals) {
          expect(Number.isFinite(value)).toBe(true);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(evidence).not.toMatch(/NaN|undefined|Infinity/);
          if (utilization !== null) expect(RESOURCE_UNITS[resource]).toBe('ratio');
          if (utilization !== null) expect(utilization).toBe(value);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a quantile of a histogram', () => {
  const buckets = fc
    .tuple(
      fc.uniqueArray(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 }),
      fc.array(fc.nat(50), { minLength: 21, maxLength: 21 }),
    )
    .map(([bounds, counts]): Between => {
      const rising = [...bounds.toSorted((a, b) => a - b), Infinity];
      return { bounds: rising, counts: counts.slice(0, rising.length), from: '' };
    })
    .filter(({ counts }) => counts.some((count) => count > 0));

  test('lies in the bucket of its rank, and rises', () => {
    fc.assert(
      fc.property(buckets, fc.double({ min: 0.01, max: 1, noNaN: true }), (between, q) => {
        const { value, isBeyond } = quantileOf(between, q);
        const { bounds, counts } = between;
        const rank = q * counts.reduce((sum, count) => sum + count, 0);
        let below = 0;
        const bucket = counts.findIndex((count) => (below += count) >= rank && count > 0);
        if (bucket === bounds.length - 1) expect(isBeyond).toBe(true);
        else expect(value).toBeLessThanOrEqual(bounds[bucket] ?? NaN);
        expect(value).toBeGreaterThanOrEqual(bounds[bucket - 1] ?? 0);
        expect(quantileOf(between, q / 2).value).toBeLessThanOrEqual(value);
      }),
    );
  });
});
