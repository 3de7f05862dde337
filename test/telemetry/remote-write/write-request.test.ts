import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { uncompress } from 'snappyjs';
import { describe, expect, test } from 'vitest';
import { snappyBlock } from '../../../src/telemetry/remote-write/snappy.ts';
import { writeRequest } from '../../../src/telemetry/remote-write/write-request.ts';
import { anyInterval, hostileText, SAMPLE_IDENTITY, sampleInterval } from '../../support/intervals.ts';

const DEFINITION = readFileSync(new URL('../../fixtures/remote-write/remote.proto', import.meta.url), 'utf8');
const REQUEST = protobuf.parse(DEFINITION).root.lookupType('prometheus.WriteRequest');

interface Series {
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly samples: readonly { readonly value: number; readonly timestamp: string }[];
}

function read(body: Uint8Array): readonly Series[] {
  const options = { longs: String, defaults: true, arrays: true };
  return (REQUEST.toObject(REQUEST.decode(uncompress(body)), options) as { timeseries: Series[] }).timeseries;
}

function labelsOf({ labels }: Series): Record<string, string> {
  return Object.fromEntries(labels.map(({ name, value }) => [name, value]));
}

describe('a block of snappy', () => {
  test.each([
    0, 1, 2, 59, 60, 61, 127, 128, 255, 256, 257, 65_535, 65_536, 65_537, 131_072, 131_073, 200_000,
  ])('of %i bytes is read again', (length) => {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 31) % 251);
    expect(Buffer.from(uncompress(snappyBlock(bytes))).equals(bytes)).toBe(true);
  });

  test('of any size up to 200,000 bytes is read again', () => {
    fc.assert(
      fc.property(fc.nat({ max: 200_000 }), fc.nat({ max: 255 }), (length, byte) => {
        const bytes = new Uint8Array(length).fill(byte);
        expect(Buffer.from(uncompress(snappyBlock(bytes))).equals(bytes)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a write request', () => {
  const series = read(writeRequest(sampleInterval(), SAMPLE_IDENTITY));
  const find = (name: string, labels: Record<string, string>) =>
    series.filter((one) => {
      const all = labelsOf(one);
      return all['__name__'] === name && Object.entries(labels).every(([key, value]) => all[key] === value);
    });

  test('has the counters and the buckets of a stretch, at its end', () => {
    const [requests] = find('headroom_requests_total', { target: 'record', status: '503' });
    expect(requests?.samples).toEqual([{ value: 1, timestamp: '1700000010000' }]);
    expect(labelsOf(requests ?? { labels: [], samples: [] })).toEqual({
      __name__: 'headroom_requests_total',
      env: 'staging',
      job: 'headroom',
      status: '503',
      target: 'record',
      team: 'payments',
    });
    const buckets = find('headroom_response_duration_seconds_bucket', {
      target: 'followers',
      result: 'success',
    });
    const byBound = Object.fromEntries(
      buckets.map((bucket) => [labelsOf(bucket)['le'], bucket.samples[0]?.value]),
    );
    expect(byBound).toMatchObject({
      '0.0005': 0,
      '0.001': 1,
      '0.1': 99,
      '1': 999,
      '1.5': 1000,
      '+Inf': 1000,
    });
  });

  test('has sorted labels, none empty or twice, and each series once, whatever is in it', () => {
    fc.assert(
      fc.property(anyInterval, fc.array(hostileText, { maxLength: 3 }), (interval, tags) => {
        const all = read(writeRequest(interval, { ...SAMPLE_IDENTITY, tags }));
        for (const { labels } of all) {
          const names = labels.map(({ name }) => name);
          expect(names).toEqual([...new Set(names)].sort());
          expect(labels.every(({ name, value }) => value !== '' && /^[A-Za-z_]\w*$/.test(name))).toBe(true);
        }
        expect(new Set(all.map(({ labels }) => JSON.stringify(labels))).size).toBe(all.length);
      }),
      { numRuns: 12 },
    );
  });
});
