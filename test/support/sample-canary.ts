/** Results of a canary: one that is well, one that fires. */

import type { ResultDocument } from '../../src/result/document.ts';
import type { CanaryReport } from '../../src/verdict/canary/report.ts';
import { passResult } from '../report/results.ts';

/** A canary that is well, with the given keys replaced. */
export function sampleCanary(over: Partial<CanaryReport> = {}): CanaryReport {
  return {
    check: 'followers',
    outcome: 'ok',
    kind: null,
    indicator: null,
    text: '20 of 20 requests were answered as expected',
    state: 'ok',
    since: '2026-11-22T08:00:00.000Z',
    lastOk: '2026-11-22T10:00:00.000Z',
    everyMs: 60_000,
    recent: { of: 5, toFire: 3, bad: 0, ok: 5, blind: 0, missing: 0 },
    incidents: [],
    budget: {
      sloRatio: 0.999,
      periodMs: 2_592_000_000,
      leftRatio: 0.954,
      exhaustionMs: null,
      burns: [
        {
          factor: 14.4,
          severity: 'page',
          long: { windowMs: 3_600_000, runs: 60, bad: 0, burn: 0, low: 0 },
          short: { windowMs: 300_000, runs: 5, bad: 0, burn: 0, low: 0 },
          status: 'ok',
        },
        {
          factor: 6,
          severity: 'page',
          long: { windowMs: 21_600_000, runs: 360, bad: 2, burn: 5.5, low: 0.9 },
          short: { windowMs: 1_800_000, runs: 30, bad: 0, burn: 0, low: 0 },
          status: 'ok',
        },
        {
          factor: 1,
          severity: 'ticket',
          long: { windowMs: 259_200_000, runs: 0, bad: 0, burn: null, low: null },
          short: { windowMs: 21_600_000, runs: 360, bad: 2, burn: 5.5, low: 0.9 },
          status: 'unknown',
        },
      ],
    },
    pooled: [],
    flapRatio: 0,
    isMaintenance: false,
    control: 'not-asked',
    certificate: { validTo: '2026-12-22T10:00:00.000Z', daysLeft: 30 },
    remarks: [],
    deliveries: [],
    ...over,
  };
}

/** The document of a canary that is well, with the given keys of its report replaced. */
export function canaryResult(
  over: Partial<CanaryReport> = {},
  document: Partial<ResultDocument> = {},
): ResultDocument {
  return {
    ...passResult(),
    command: 'canary',
    agreement: [],
    startedAt: '2026-11-22T10:00:00.000Z',
    canary: sampleCanary(over),
    ...document,
  };
}

/** The document of a canary that fires: nothing answered. */
export function firingResult(over: Partial<CanaryReport> = {}): ResultDocument {
  return canaryResult(
    {
      outcome: 'bad',
      kind: 'offline',
      indicator: 'errors < 1%',
      text: 'connection refused in 20 of 20 requests',
      state: 'firing',
      lastOk: '2026-11-22T09:56:00.000Z',
      recent: { of: 5, toFire: 3, bad: 3, ok: 2, blind: 0, missing: 0 },
      incidents: [
        {
          incidentId: 'i-1',
          subject: 'service',
          kind: 'offline',
          indicator: 'errors < 1%',
          severity: 'page',
          since: '2026-11-22T10:00:00.000Z',
          summary: 'followers is offline: connection refused in 20 of 20 requests',
        },
      ],
      deliveries: [
        {
          channel: 'pd',
          subject: 'service',
          action: 'trigger',
          status: 'spooled',
          attempts: 3,
          tookMs: 1200,
          text: 'HTTP 503',
        },
      ],
      ...over,
    },
    { exitCode: 1, verdict: { status: 'fail', reasons: [{ code: 'ERRORS', text: 'errors 100 %' }] } },
  );
}
