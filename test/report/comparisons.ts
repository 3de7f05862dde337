/** Documents of `headroom compare` for the tests of the reports. */

import type { ResultDocument } from '../../src/result/document.ts';
import { sampleComparison } from '../support/sample-comparison.ts';
import { passResult } from './results.ts';

/** Slower at p99. */
export function slowerResult(): ResultDocument {
  const { totals, histograms, ...rest } = passResult();
  return {
    ...rest,
    totals,
    histograms,
    command: 'compare',
    objectives: [],
    agreement: [],
    repeat:
      'headroom compare --baseline http://127.0.0.1:8080/ --candidate http://127.0.0.1:8081/ -r 100/s --seed 42',
    verdict: {
      status: 'fail',
      reasons: [
        {
          code: 'SLOWER',
          text: 'The candidate is worse: p99 is +29.4% [+16.1%, …], beyond the 10% that matter.',
        },
      ],
    },
    exitCode: 1,
    baseline: {
      source: 'live',
      label: 'http://127.0.0.1:8080/',
      runs: [{ runId: rest.runId, startedAt: rest.startedAt, commit: null }],
      response: totals.response,
      errorRatio: 0,
      histogram: histograms['response'] ?? '',
    },
    comparison: sampleComparison(),
  };
}

/** Two stored runs without a difference. */
export function notSlowerResult(): ResultDocument {
  const comparison = sampleComparison();
  return {
    ...slowerResult(),
    repeat: 'headroom compare old.json new.json',
    notes: [{ code: 'NOT_INTERLEAVED', text: 'The two ran at different times.' }],
    verdict: { status: 'pass', reasons: [] },
    exitCode: 0,
    comparison: {
      ...comparison,
      mode: 'stored',
      sides: {
        baseline: { ...comparison.sides.baseline, label: 'old.json' },
        candidate: { ...comparison.sides.candidate, label: 'new.json' },
      },
      findings: comparison.findings.map((found) => ({
        ...found,
        status: 'pass',
        shown: found.indicator === 'p99' ? 'faster' : '~',
        effect: found.indicator === 'p99' ? { value: 0.91, low: 0.84, high: 0.98 } : found.effect,
      })),
    },
  };
}
