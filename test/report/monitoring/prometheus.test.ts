import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderPrometheus } from '../../../src/report/monitoring/prometheus.ts';
import { plant, plantedTexts } from '../../support/hostile-text.ts';
import { parsePrometheus } from '../../support/prometheus-text.ts';
import { canaryResult, firingResult } from '../../support/sample-canary.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { observedResult } from '../../support/sample-servers.ts';
import { comparedResult } from '../ci/documents.ts';
import { closedLoopResult, passResult, tooFewResult } from '../results.ts';
import { yesResult } from '../searches.ts';

const documents = [
  sampleResult(),
  passResult(),
  tooFewResult(),
  observedResult(),
  closedLoopResult(),
  comparedResult(),
  yesResult(),
  canaryResult(),
  firingResult(),
];

describe('the metrics of a run', () => {
  test('say when it was, what came of it, and how it went', () => {
    const { value, samples } = parsePrometheus(renderPrometheus(sampleResult()));
    const started = Date.UTC(2026, 10, 22, 10) / 1000;
    expect(value('headroom_last_run_timestamp_seconds')).toBe(started);
    expect(value('headroom_last_success_timestamp_seconds')).toBeUndefined();
    expect(value('headroom_verdict', { status: 'fail' })).toBe(1);
    expect(value('headroom_verdict', { status: 'pass' })).toBe(0);
    const { totals } = sampleResult();
    expect(value('headroom_response_seconds', { p: '99' })).toBe(
      (totals.response.quantiles['p99']?.valueMs ?? NaN) / 1000,
    );
    expect(value('headroom_error_ratio')).toBe(totals.errorRatio.value);
    expect(value('headroom_requests_failed', { cause: 'reset' })).toBe(totals.byCause['reset']);
    expect(value('headroom_requests_failed', { cause: 'tls' })).toBe(0);
    for (const { labels } of samples) expect(labels['check']).toBe('followers');
  });

  test('are named by the plan file where there is one', () => {
    const text = renderPrometheus(sampleResult({ planFile: 'deep/in/a folder/check "out".yaml' }));
    expect(text).toContain('{check="check \\"out\\""}');
    expect(parsePrometheus(text).samples[0]?.labels).toEqual({ check: 'check "out"' });
  });

  test('count as a success what passed', () => {
    const { value } = parsePrometheus(renderPrometheus(passResult()));
    expect(value('headroom_last_success_timestamp_seconds')).toBe(
      value('headroom_last_run_timestamp_seconds'),
    );
  });
});

describe('the metrics of a canary', () => {
  const { value } = parsePrometheus(renderPrometheus(firingResult()));

  test('say its state, what is wrong, and which incidents are open', () => {
    expect(value('headroom_run_outcome', { outcome: 'bad' })).toBe(1);
    expect(value('headroom_run_outcome', { outcome: 'ok' })).toBe(0);
    expect(value('headroom_failure_kind', { kind: 'offline' })).toBe(1);
    expect(value('headroom_check_state', { state: 'firing' })).toBe(1);
    expect(value('headroom_check_state', { state: 'ok' })).toBe(0);
    expect(value('headroom_incident_open', { subject: 'service', severity: 'page' })).toBe(1);
    expect(value('headroom_incident_open', { subject: 'service', severity: 'ticket' })).toBe(0);
    expect(value('headroom_incident_open', { subject: 'blind', severity: 'page' })).toBe(0);
    expect(value('headroom_recent_runs', { outcome: 'bad' })).toBe(3);
    expect(value('headroom_recent_runs_to_fire')).toBe(3);
  });

  test('say when it last was well, and how often it runs', () => {
    expect(value('headroom_last_success_timestamp_seconds')).toBe(Date.UTC(2026, 10, 22, 9, 56) / 1000);
    expect(value('headroom_run_interval_seconds')).toBe(60);
    const never = parsePrometheus(renderPrometheus(firingResult({ lastOk: null })));
    expect(never.value('headroom_last_success_timestamp_seconds')).toBeUndefined();
  });

  test('say how fast the budget goes, by window, and when the certificate ends', () => {
    expect(value('headroom_error_budget_left_ratio')).toBe(0.954);
    expect(value('headroom_burn_rate', { window: '1h' })).toBe(0);
    expect(value('headroom_burn_rate', { window: '6h' })).toBe(5.5);
    expect(value('headroom_burn_rate', { window: '3d' })).toBeUndefined();
    expect(value('headroom_certificate_expiry_timestamp_seconds')).toBe(Date.UTC(2026, 11, 22, 10) / 1000);
    expect(value('headroom_events_undelivered')).toBe(1);
    expect(value('headroom_events_refused')).toBe(0);
  });

  test('tell an event that is lost from one that waits', () => {
    const one = {
      channel: 'pd',
      subject: 'service',
      action: 'trigger',
      attempts: 1,
      tookMs: 9,
      text: '',
    } as const;
    const deliveries = [
      { ...one, status: 'refused' },
      { ...one, status: 'spooled' },
    ] as const;
    const forNobody = { ...one, status: 'refused', attempts: 0 } as const;
    const told = parsePrometheus(renderPrometheus(firingResult({ deliveries: [...deliveries, forNobody] })));
    expect(told.value('headroom_events_undelivered')).toBe(2);
    expect(told.value('headroom_events_refused')).toBe(1);
  });

  test('have the same series whatever state it is in, as far as all is known', () => {
    const names = (text: string): string[] =>
      parsePrometheus(text).samples.map((s) => JSON.stringify([s.name, s.labels]));
    expect(names(renderPrometheus(firingResult()))).toEqual(names(renderPrometheus(canaryResult())));
  });
});

describe('the text', () => {
  test.each(documents)('is within both formats: document %#', (document) => {
    const text = renderPrometheus(document);
    const { samples, families } = parsePrometheus(text);
    expect(text).toMatch(/\n# EOF\n$/);
    for (const { type, help } of families.values()) {
      expect(type).toBe('gauge');
      expect(help).toMatch(/^[\w ,.:'-]+[^.]$/);
    }
    for (const { value } of samples) expect(Number.isFinite(value)).toBe(true);
    expect(renderPrometheus(document)).toBe(text);
  });

  test('stays so whatever a server or a plan wrote, and grows by none of it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...documents), plantedTexts, (document, planted) => {
        const text = renderPrometheus(plant(document, planted));
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(parsePrometheus(text).samples.length).toBeLessThan(100);
      }),
      { numRuns: 200 },
    );
  });
});
