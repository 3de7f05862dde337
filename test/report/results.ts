/** Result documents for the tests of the reports: one for each way in which a run can end. */

import type { Distribution, ResultDocument } from '../../src/result/document.ts';
import { sampleResult } from '../support/sample-result.ts';

/** A distribution of so few values that nothing but the median can be told. */
function fewValues(count: number): Distribution {
  const unknown = (needs: number) => ({ valueMs: null, lowMs: null, highMs: null, needs });
  return {
    count,
    minMs: 8.1,
    meanMs: 9.4,
    maxMs: 14.2,
    overflow: 0,
    quantiles: {
      p50: { valueMs: 9.2, lowMs: 8.4, highMs: 11.9, needs: null },
      p90: unknown(36),
      p95: unknown(73),
      p99: unknown(368),
      'p99.9': unknown(3688),
    },
  };
}

/** Everything holds; one target, no failure, several addresses. */
export function passResult(): ResultDocument {
  const sample = sampleResult();
  const { response } = sample.totals;
  return sampleResult({
    totals: {
      ...sample.totals,
      planned: 600,
      sent: 600,
      completed: 600,
      broken: 0,
      failed: 0,
      dropped: 0,
      byStatus: { '200': 600 },
      byCause: {},
      errorRatio: { value: 0, low: 0, high: 0.00497 },
      responseAll: response,
    },
    targets: sample.targets.slice(0, 1),
    series: sample.series.map((window) => ({ ...window, good: 30, failed: 0 })),
    addresses: [
      { address: '10.0.0.7:443', attempts: 402, failed: 0 },
      { address: '10.0.0.8:443', attempts: 198, failed: 0 },
    ],
    failures: [],
    objectives: sample.objectives.slice(0, 1),
    agreement: sample.objectives
      .slice(0, 1)
      .map((objective) => ({ ...objective, text: 'p95 < 500ms', limit: 500 })),
    notes: [],
    verdict: { status: 'pass', reasons: [] },
    exitCode: 0,
  });
}

/** The generator could not keep up: several checks failed, and the run was stopped by a signal. */
export function inconclusiveResult(): ResultDocument {
  const sample = sampleResult();
  const check = sample.validity.checks
    .slice(0, 1)
    .map((each) => ({ ...each, measured: 4.2, status: 'fail' as const }));
  return sampleResult({
    stopped: { by: 'signal', text: 'interrupted after 12 s of 20 s' },
    validity: {
      status: 'inconclusive',
      checks: [
        ...check.map((each) => ({
          ...each,
          code: 'GENERATOR_LAG',
          text: 'our own lateness decided an objective',
        })),
        {
          id: 'delivery',
          status: 'pass',
          blocks: 'pass',
          measured: 0.998,
          limit: 0.99,
          unit: 'ratio',
          code: null,
          text: 'sent 99.8% of what was planned',
        },
        {
          id: 'throttling',
          status: 'not-applicable',
          blocks: 'both',
          measured: null,
          limit: null,
          unit: 'ms',
          code: null,
          text: 'not in a control group',
        },
      ],
    },
    objectives: sample.objectives.map((objective) => ({ ...objective, status: 'inconclusive' })),
    verdict: {
      status: 'inconclusive',
      reasons: [
        {
          code: 'GENERATOR_LAG',
          text: 'the send lag of this generator, not the server, decided "p95 < 250ms"',
        },
        { code: 'INTERRUPTED', text: 'the run was stopped before its end' },
      ],
    },
    exitCode: 3,
  });
}

/** Ten virtual users: nothing is intended, so there is no lag and no asked rate. */
export function closedLoopResult(): ResultDocument {
  const { totals } = passResult();
  return {
    ...passResult(),
    repeat:
      'headroom run http://127.0.0.1:8080/followers --closed -c 10 -d 20s --seed 42 --objective "p95 < 250ms"',
    totals: {
      ...totals,
      ratePerSecond: { asked: null, sent: 412, completed: 412, good: 412 },
      service: totals.response,
      lag: null,
    },
  };
}

/** Twelve requests: no objective can be judged. */
export function tooFewResult(): ResultDocument {
  const sample = passResult();
  const few = fewValues(12);
  return {
    ...sample,
    totals: {
      ...sample.totals,
      planned: 12,
      sent: 12,
      completed: 12,
      byStatus: { '200': 12 },
      errorRatio: { value: 0, low: 0, high: 0.2209 },
      response: few,
      responseAll: few,
      service: few,
      connection: few,
      lag: few,
      phases: { blocked: null, dns: null, connect: null, tls: null, send: few, wait: few, receive: few },
    },
    series: sample.series.slice(0, 2),
    objectives: sample.objectives.map((objective) => ({
      ...objective,
      status: 'inconclusive',
      value: null,
      low: null,
      high: null,
      count: 12,
      exceeded: 0,
      reason: {
        code: 'TOO_FEW',
        text: 'n too small: 61 more requests, about 2.1s at this rate, would settle it',
      },
    })),
    agreement: [],
    verdict: {
      status: 'inconclusive',
      reasons: [{ code: 'TOO_FEW', text: '12 requests cannot show that "p95 < 250ms" holds' }],
    },
    exitCode: 3,
  };
}
