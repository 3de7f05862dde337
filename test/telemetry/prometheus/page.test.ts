import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metricsPage } from '../../../src/telemetry/prometheus/page.ts';
import {
  anyInterval,
  hostileText,
  SAMPLE_IDENTITY,
  sampleInterval,
  tallyOf,
} from '../../support/intervals.ts';
import { parsePrometheus } from '../../support/prometheus-text.ts';
import { requires } from '../../support/requires.ts';

const anyTags = fc.array(hostileText, { maxLength: 3 });

function promtool(page: string): string {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: page,
    encoding: 'utf8',
  });
  return `${status === 0 ? '' : `status ${status}: `}${stdout}${stderr}`;
}

describe('the page of metrics', () => {
  const page = parsePrometheus(metricsPage(sampleInterval(), SAMPLE_IDENTITY));

  test('has counters by status and by cause', () => {
    expect(
      page.value('headroom_requests_total', { target: 'followers', status: '200', team: 'payments' }),
    ).toBe(1000);
    expect(page.value('headroom_requests_total', { target: 'followers', status: 'none' })).toBe(1);
    expect(page.value('headroom_failures_total', { target: 'record', cause: 'http-5xx' })).toBe(1);
    expect(page.value('headroom_dropped_total', { target: 'followers' })).toBe(3);
    expect(page.value('headroom_sent_total', { target: 'record' })).toBe(2);
    expect(page.value('headroom_in_flight')).toBe(1);
    expect(page.value('headroom_run_info', { run_id: SAMPLE_IDENTITY.runId, version: '1.2.3' })).toBe(1);
    expect(page.families.get('headroom_requests_total')?.type).toBe('counter');
  });

  test('counts no value as faster than it was, and misses none', () => {
    const [target] = sampleInterval().targets;
    if (target === undefined) throw new Error('the sample has a target');
    const response = tallyOf([0.5, 0.501, 5, 5.1, 60_000, 4_000_000]);
    const text = metricsPage({ ...sampleInterval(), targets: [{ ...target, response }] }, SAMPLE_IDENTITY);
    const under = (le: string) =>
      parsePrometheus(text).value('headroom_response_duration_seconds_bucket', { result: 'success', le });
    expect([under('0.0005'), under('0.001'), under('0.0025'), under('0.01')]).toEqual([1, 2, 2, 4]);
    expect(under('+Inf')).toBe(6);
  });

  test('of OpenMetrics names families without _total and ends', () => {
    const text = metricsPage(sampleInterval(), SAMPLE_IDENTITY, 'openmetrics');
    expect(text).toContain('# TYPE headroom_requests counter\nheadroom_requests_total{');
    expect(text.endsWith('\n# EOF\n')).toBe(true);
    const numbers = (page_: string) =>
      page_.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(numbers(text)).toEqual(numbers(metricsPage(sampleInterval(), SAMPLE_IDENTITY)));
  });

  test('of any numbers and names is one, with ascending bounds and counts', () => {
    fc.assert(
      fc.property(anyInterval, anyTags, (interval, tags) => {
        const { samples } = parsePrometheus(metricsPage(interval, { ...SAMPLE_IDENTITY, tags }));
        const histograms = new Map<string, { bound: number; count: number }[]>();
        for (const { name, labels, value } of samples) {
          if (!name.endsWith('_bucket')) continue;
          const { le = '', ...rest } = labels;
          const key = JSON.stringify([name, rest]);
          histograms.set(key, [
            ...(histograms.get(key) ?? []),
            { bound: Number(le.replace('+Inf', 'Infinity')), count: value },
          ]);
        }
        for (const buckets of histograms.values()) {
          expect(buckets.at(-1)?.bound).toBe(Infinity);
          buckets.slice(1).forEach(({ bound, count }, index) => {
            expect(bound).toBeGreaterThan(buckets[index]?.bound ?? NaN);
            expect(count).toBeGreaterThanOrEqual(buckets[index]?.count ?? NaN);
          });
        }
        const counts = samples.filter(({ name }) => name.endsWith('_seconds_count'));
        expect(counts).toHaveLength(histograms.size);
      }),
      { numRuns: 20 },
    );
  });
});

requires('promtool').test('promtool finds nothing to say of pages', () => {
  expect(promtool(metricsPage(sampleInterval(), SAMPLE_IDENTITY))).toBe('');
  for (const [interval, tags] of fc.sample(
    fc.tuple(
      anyInterval,
      anyTags.map((tags) => tags.map((tag) => tag.toLowerCase())),
    ),
    10,
  )) {
    expect(promtool(metricsPage(interval, { ...SAMPLE_IDENTITY, tags }))).toBe('');
  }
});
