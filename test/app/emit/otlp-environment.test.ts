import { describe, expect, test } from 'vitest';
import { otlpEnvironment } from '../../../src/app/emit/otlp-environment.ts';

describe('the environment of OTLP', () => {
  test('says nothing when it is empty', () => {
    const nothing = { headers: [], timeoutMs: null, tags: [], temporality: 'cumulative' };
    expect(otlpEnvironment({})).toEqual(nothing);
    expect(
      otlpEnvironment({
        OTEL_EXPORTER_OTLP_HEADERS: ' ',
        OTEL_EXPORTER_OTLP_TIMEOUT: '',
        OTEL_SERVICE_NAME: ' ',
        OTEL_RESOURCE_ATTRIBUTES: ',,=x',
        OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'sideways',
      }),
    ).toEqual(nothing);
  });

  test('gives headers, decoded, those for metrics first', () => {
    const { headers } = otlpEnvironment({
      OTEL_EXPORTER_OTLP_HEADERS: 'Api-Key=a%20b, x-tenant = one;propagated ,x-other=1',
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'api-key=metrics',
    });
    expect(headers).toEqual([
      ['api-key', 'metrics'],
      ['x-tenant', 'one'],
      ['x-other', '1'],
    ]);
  });

  test('gives no header that HTTP has no place for', () => {
    const { headers } = otlpEnvironment({ OTEL_EXPORTER_OTLP_HEADERS: 'a=x%0d%0aevil:1,b%20c=1,d=1' });
    expect(headers).toEqual([['d', '1']]);
  });

  test.each([
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '2500' }, 2500],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '2500', OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '100' }, 100],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '1e9' }, 60_000],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '0' }, null],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' }, null],
  ])('gives a time: %j', (env, timeoutMs) => {
    expect(otlpEnvironment(env).timeoutMs).toBe(timeoutMs);
  });

  test('gives attributes of the resource, the name of the service above all', () => {
    const { tags } = otlpEnvironment({
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment=a%2Cb',
      OTEL_SERVICE_NAME: 'checkout-probe',
    });
    expect(tags).toEqual(['service.name:checkout-probe', 'deployment.environment:a,b']);
  });

  test.each([
    ['delta', 'delta'],
    ['LowMemory', 'delta'],
    ['cumulative', 'cumulative'],
  ])('prefers %s', (preference, temporality) => {
    const env = { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: preference };
    expect(otlpEnvironment(env).temporality).toBe(temporality);
  });
});
