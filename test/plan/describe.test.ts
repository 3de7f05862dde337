import { describe, expect, test } from 'vitest';
import { describePlan, type PlanDescription } from '../../src/plan/describe.ts';
import { parsePlan } from '../../src/plan/parse.ts';
import { memoryReads } from './memory-reads.ts';

function described(load: string, targets = '[ { get: https://example.com/ } ]'): PlanDescription {
  const text = `version: 1\ntargets: ${targets}\nload: ${load}\n`;
  return describePlan(parsePlan({ file: 'p', text }, {}, memoryReads({ env: { BASE: 'http://h' } })).plan);
}

describe('a description', () => {
  test('adds up a schedule', () => {
    const load = '{ stages: [ { rate: 200/s, for: 30s }, { ramp: 200/s..800/s, for: 1m } ], warmup: 5s }';
    expect(described(load)).toMatchObject({
      loop: 'open',
      requests: 36_000,
      warmupRequests: 1000,
      durationMs: 90_000,
      warmupMs: 5000,
      peakPerSecond: 800,
      users: null,
    });
  });

  test('begins the warm-up of a ramp at its start', () => {
    expect(described('{ stages: [ { ramp: 10..0, for: 10s } ], warmup: 2s }')).toMatchObject({
      requests: 50,
      warmupRequests: 20,
      peakPerSecond: 10,
    });
  });

  test.each([
    ['{ requests: 100, rate: 10/s }', 100, 10_000],
    ['{ requests: 1000, rate: 10/s, duration: 5s }', 50, 5000],
    [
      '{ requests: 25, stages: [ { rate: 10, for: 1s }, { rate: 0, for: 1s }, { rate: 30, for: 1s } ] }',
      25,
      2500,
    ],
    ['{ requests: 20, stages: [ { ramp: 0..20/s, for: 4s } ] }', 20, Math.sqrt(8) * 1000],
    ['{ requests: 30, stages: [ { ramp: 20/s..0, for: 4s } ] }', 30, 2000],
  ])('of %s ends with the last request', (load, requests, durationMs) => {
    const { requests: told, durationMs: length } = described(load);
    expect(told).toBe(requests);
    expect(length).toBeCloseTo(durationMs, 6);
  });

  test('leaves open what a closed loop leaves open', () => {
    expect(described('{ closed: { users: 5 }, duration: 10s, warmup: 1s }')).toMatchObject({
      loop: 'closed',
      users: 5,
      requests: null,
      warmupRequests: null,
      durationMs: 10_000,
      peakPerSecond: null,
    });
    expect(described('{ closed: {}, requests: 7 }')).toMatchObject({
      requests: 7,
      durationMs: null,
      warmupRequests: 0,
    });
  });

  test('tells origins and shares, without secrets', () => {
    const targets =
      '[ { name: a, get: "https://u:p@example.com:8443/?token=x", weight: 3 }, { name: b, get: "https://example.com:8443/b" }, { name: c, head: "${env:BASE}/c?x=1", weight: 4 } ]';
    expect(described('{ rate: 10/s, duration: 8s }', targets)).toMatchObject({
      origins: ['https://example.com:8443', '${env:BASE}'],
      targets: [
        { name: 'a', method: 'GET', url: 'https://example.com:8443/?token=***', share: 0.375, requests: 30 },
        { name: 'b', share: 0.125, requests: 10 },
        { name: 'c', method: 'HEAD', url: '${env:BASE}/c?x=1', share: 0.5, requests: 40 },
      ],
    });
  });
});
