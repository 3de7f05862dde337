import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderLogLine } from '../../../src/report/monitoring/log-line.ts';
import { plant, plantedTexts } from '../../support/hostile-text.ts';
import { canaryResult, firingResult } from '../../support/sample-canary.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { observedResult, silentServer } from '../../support/sample-servers.ts';

test('one line says when a run was, what came of it, and who was told', () => {
  const { totals } = firingResult();
  expect(JSON.parse(renderLogLine(firingResult()))).toEqual({
    schema: 'headroom.log/1',
    time: '2026-11-22T10:00:00.000Z',
    check: 'followers',
    command: 'canary',
    runId: firingResult().runId,
    verdict: 'fail',
    exitCode: 1,
    reasons: firingResult().verdict.reasons.map(({ code }) => code),
    outcome: 'bad',
    kind: 'offline',
    indicator: 'errors < 1%',
    state: 'firing',
    text: 'connection refused in 20 of 20 requests',
    durationMs: firingResult().durationMs,
    sent: totals.sent,
    failed: totals.failed,
    dropped: totals.dropped,
    p50Ms: totals.response.quantiles['p50']?.valueMs,
    p99Ms: totals.response.quantiles['p99']?.valueMs,
    maxMs: totals.response.maxMs,
    errorRatio: totals.errorRatio.value,
    incidents: [
      { incidentId: 'i-1', subject: 'service', severity: 'page', since: '2026-11-22T10:00:00.000Z' },
    ],
    deliveries: [{ channel: 'pd', subject: 'service', action: 'trigger', status: 'spooled' }],
    binding: null,
  });
});

test('a run that is no canary has no state', () => {
  expect(JSON.parse(renderLogLine(sampleResult()))).toMatchObject({
    command: 'run',
    state: null,
    outcome: null,
  });
});

test('a run whose servers told of themselves names the one closest to a limit', () => {
  expect(JSON.parse(renderLogLine(observedResult()))).toMatchObject({
    binding: { server: '127.0.0.1:8080', resource: 'cpu', state: 'saturated', utilization: 0.97 },
  });
  expect(JSON.parse(renderLogLine(observedResult({ servers: [silentServer()] })))).toMatchObject({
    binding: null,
  });
});

test('it is one harmless line of a bounded length, whatever a server or a plan wrote', () => {
  const [delivery] = firingResult().canary?.deliveries ?? [];
  const many = firingResult({ deliveries: Array.from({ length: 500 }, () => ({ ...delivery })) as never });
  fc.assert(
    fc.property(
      fc.constantFrom(sampleResult(), canaryResult(), firingResult(), many, observedResult()),
      plantedTexts,
      (document, planted) => {
        const line = renderLogLine(plant(document, planted));
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(line).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(line.length).toBeLessThan(100_000);
        expect(JSON.parse(line)).toMatchObject({ schema: expect.any(String) });
      },
    ),
    { numRuns: 100 },
  );
});
