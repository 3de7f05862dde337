/** Documents with a comparison and with a baseline, for the tests of the reports. */

import type { BaselineFacts, ResultDocument } from '../../../src/result/document.ts';
import type { BlockReport, ComparisonReport, Side } from '../../../src/verdict/compare/report.ts';
import { sampleResult } from '../../support/sample-result.ts';

function block(index: number): BlockReport {
  const side: Side = [0, 3].includes(index % 4) ? 'baseline' : 'candidate';
  const slower = side === 'candidate' ? 1.3 : 1;
  const wobble = 1 + 0.05 * Math.sin(index * 2.3);
  const p99Ms = index === 5 ? null : 80 * slower * wobble;
  return {
    side,
    startedMs: index * 2000,
    durationMs: 2000,
    sent: 300,
    failed: index === 5 ? 4 : 0,
    p50Ms: 12 * wobble,
    p99Ms,
  };
}

/** A live comparison of 16 blocks: p99 is slower, p50 is not shown to be. */
export function sampleComparison(over: Partial<ComparisonReport> = {}): ComparisonReport {
  const side = { runIds: ['r-1'], commit: 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00', sent: 2400, failed: 0 };
  return {
    mode: 'live',
    sides: {
      baseline: { label: 'http://127.0.0.1:8080/', ...side },
      candidate: { label: 'http://127.0.0.1:8081/', ...side, failed: 4 },
    },
    blocks: Array.from({ length: 16 }, (_, index) => block(index)),
    findings: [
      {
        indicator: 'p50',
        status: 'pass',
        effect: { value: 1.004, low: 0.981, high: 1.032 },
        minimumEffect: 0.05,
        confidence: 0.975,
        shown: '~',
        text: 'p50 is not shown to differ',
      },
      {
        indicator: 'p99',
        status: 'fail',
        effect: { value: 1.301, low: 1.24, high: 1.36 },
        minimumEffect: 0.1,
        confidence: 0.975,
        shown: 'slower',
        text: 'p99 is 30% slower',
      },
      {
        indicator: 'errors',
        status: 'pass',
        effect: { value: 0.0017, low: 0, high: 0.004 },
        minimumEffect: 0.005,
        confidence: 0.975,
        shown: '~',
        text: 'errors are not shown to differ',
      },
    ],
    maxBlocks: 64,
    looks: 2,
    ...over,
  };
}

/** The sample run with a comparison. */
export function comparedResult(): ResultDocument {
  return sampleResult({ command: 'compare', comparison: sampleComparison() });
}

/** The sample run held against its own kind. */
export function baselineResult(): ResultDocument {
  const sample = sampleResult();
  const baseline: BaselineFacts = {
    source: 'history',
    label: 'the last 3 passing runs',
    runs: [{ runId: 'r-1', startedAt: '2026-11-21T10:00:00.000Z', commit: null }],
    response: sample.totals.response,
    errorRatio: 0,
    histogram: sample.histograms['response'] ?? '',
  };
  return { ...sample, baseline };
}
