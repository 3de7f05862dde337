import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dogstatsdLines } from '../../../src/telemetry/dogstatsd/metrics.ts';
import { carriersOf, intervalSamples } from '../../../src/telemetry/ssf/samples.ts';
import { encodeSpan } from '../../../src/telemetry/ssf/span.ts';
import { readLine } from '../../support/dogstatsd-grammar.ts';
import { anyInterval, sampleInterval } from '../../support/intervals.ts';
import { decodeSpan } from '../../support/ssf.ts';

const SETTINGS = { service: 'checkout', tags: ['env:staging'] };

describe('a stretch as samples', () => {
  test('counts by status and by cause, with percentiles under names of their own', () => {
    const shown = intervalSamples(sampleInterval()).map(
      ({ kind, name, value, tags }) => `${kind} ${name} ${value} ${[...tags.values()].join(' ')}`,
    );
    expect(shown).toEqual(
      expect.arrayContaining([
        'counter headroom.sent 1002 followers',
        'counter headroom.dropped 3 followers',
        'counter headroom.requests 1000 followers 200',
        'counter headroom.requests 1 followers none',
        'counter headroom.failures 1 followers reset',
        'gauge headroom.response.p99 990.207 followers',
        'gauge headroom.response.p99.9 999.423 followers',
      ]),
    );
  });

  test('says what the lines of DogStatsD say, but for the times that spans tell', () => {
    fc.assert(
      fc.property(anyInterval, (interval) => {
        const lines = dogstatsdLines(interval, { prefix: 'headroom', tags: [] }).map(readLine);
        const told = lines.flatMap((item) =>
          item.kind === 'metric' && item.type !== 'ms' ? [`${item.name} ${Number(item.values[0])}`] : [],
        );
        const samples = intervalSamples(interval).map(
          ({ name, value }) => `${name} ${Number(value.toFixed(6))}`,
        );
        expect(samples.toSorted()).toEqual(told.toSorted());
      }),
      { numRuns: 50 },
    );
  });

  test('travels in spans without ids that fit into a datagram, each sample in one of them', () => {
    fc.assert(
      fc.property(anyInterval, (interval) => {
        const samples = intervalSamples(interval);
        const bytes = carriersOf(samples, SETTINGS).map(encodeSpan);
        for (const each of bytes) expect(each.length).toBeLessThanOrEqual(16_384);
        const received = bytes.map(decodeSpan);
        for (const { id, traceId, indicator } of received) {
          expect([id, traceId, indicator]).toEqual(['0', '0', false]);
        }
        const metrics = received.flatMap((span) => span.metrics);
        expect(metrics.map(({ name }) => name)).toEqual(samples.map(({ name }) => name));
        expect(metrics.every(({ tags }) => JSON.stringify(tags).includes('"env":"staging"'))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
