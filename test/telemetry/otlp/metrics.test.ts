import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { otlpMetrics, TEMPORALITY } from '../../../src/telemetry/otlp/metrics.ts';
import { anyInterval, hostileText, SAMPLE_IDENTITY, sampleInterval } from '../../support/intervals.ts';
import { type Attribute, readOtlp } from '../../support/otlp-rules.ts';

const CUMULATIVE = { temporality: TEMPORALITY.cumulative };

function plain(attributes: readonly Attribute[] | undefined): Record<string, unknown> {
  return Object.fromEntries((attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));
}

describe('a stretch in OTLP', () => {
  const request = readOtlp(otlpMetrics(sampleInterval(), SAMPLE_IDENTITY, CUMULATIVE));
  const metric = (name: string) => request.metrics.find((one) => one.name === name);

  test('says whose it is', () => {
    expect(plain(request.resource)).toEqual({
      'service.name': 'headroom',
      'service.version': '1.2.3',
      'service.instance.id': SAMPLE_IDENTITY.runId,
      team: 'payments',
      env: 'staging',
    });
    expect(request.scope).toEqual({ name: 'headroom', version: '1.2.3' });
  });

  test('has durations by the semantic conventions, failures apart', () => {
    const durations = metric('http.client.request.duration');
    expect(durations?.unit).toBe('s');
    expect(durations?.exponentialHistogram?.aggregationTemporality).toBe(2);
    const points = durations?.exponentialHistogram?.dataPoints ?? [];
    const server = {
      'server.address': '127.0.0.1',
      'server.port': '8080',
      'url.scheme': 'http',
      'user_agent.synthetic.type': 'test',
    };
    expect(points.map(({ attributes }) => plain(attributes))).toEqual([
      { ...server, 'http.request.method': 'GET', 'headroom.target': 'followers' },
      { ...server, 'http.request.method': 'POST', 'headroom.target': 'record' },
      { ...server, 'http.request.method': 'POST', 'headroom.target': 'record', 'error.type': '_OTHER' },
    ]);
    expect(points.map(({ count }) => count)).toEqual(['1000', '1', '1']);
    expect(points[0]).toMatchObject({
      startTimeUnixNano: '1700000000000000000',
      timeUnixNano: '1700000010000250000',
      min: 0.001,
      max: 1,
      sum: expect.closeTo(500.5, 6) as number,
    });
  });

  test('has counts by status and by cause', () => {
    const points = (name: string) =>
      (metric(name)?.sum?.dataPoints ?? []).map(({ attributes, asInt }) => {
        const {
          'headroom.target': target,
          'http.response.status_code': status,
          'error.type': cause,
        } = plain(attributes);
        return [target, status ?? cause, asInt];
      });
    expect(points('headroom.responses')).toEqual([
      ['followers', '200', '1000'],
      ['record', '201', '1'],
      ['record', '503', '1'],
    ]);
    expect(points('headroom.failures')).toEqual([
      ['followers', 'reset', '1'],
      ['record', 'http-5xx', '1'],
    ]);
    expect(points('headroom.requests.sent').map(([, , count]) => count)).toEqual(['1002', '2']);
    expect(points('headroom.requests.dropped').map(([, , count]) => count)).toEqual(['3', '0']);
    expect(points('headroom.requests.broken').map(([, , count]) => count)).toEqual(['1', '0']);
    expect(metric('headroom.requests.in_flight')?.gauge?.dataPoints[0]?.asInt).toBe('1');
    expect(metric('headroom.send_lag')?.exponentialHistogram?.dataPoints[0]?.count).toBe('3');
  });

  test('is a delta when asked', () => {
    const delta = readOtlp(
      otlpMetrics(sampleInterval(), SAMPLE_IDENTITY, { temporality: TEMPORALITY.delta }),
    );
    const temporalities = delta.metrics.flatMap(
      ({ sum, exponentialHistogram }) => (sum ?? exponentialHistogram)?.aggregationTemporality ?? [],
    );
    expect(new Set(temporalities)).toEqual(new Set([1]));
  });

  test('of any numbers keeps the rules of its fields', () => {
    fc.assert(
      fc.property(
        anyInterval,
        fc.array(hostileText, { maxLength: 3 }),
        fc.constantFrom(1, 2),
        (interval, tags, temporality) => {
          const read = readOtlp(otlpMetrics(interval, { ...SAMPLE_IDENTITY, tags }, { temporality }));
          const durations = read.metrics.find(({ name }) => name === 'http.client.request.duration');
          const counted = (durations?.exponentialHistogram?.dataPoints ?? []).reduce(
            (sum, { count }) => sum + Number(count),
            0,
          );
          const asked = interval.targets.reduce(
            (sum, { response, responseFailed }) => sum + response.count + responseFailed.count,
            0,
          );
          expect(counted).toBe(asked);
        },
      ),
      { numRuns: 30 },
    );
  });
});
