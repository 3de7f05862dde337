/** Documents for the tests of reports for CI services, beside those of the other reports. */

import type { ObjectiveResult, ResultDocument, Status } from '../../../src/result/document.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { passResult } from '../results.ts';

/** A candidate that is slower at the 99th percentile, and not shown to be at the median. */
export function comparedResult(): ResultDocument {
  const reasons = [{ code: 'SLOWER', text: 'p99 is 18 to 31 % slower than the baseline' }];
  const side = { runIds: ['r-1'], commit: null, sent: 2400, failed: 3 };
  return {
    ...passResult(),
    command: 'compare',
    objectives: [],
    agreement: [],
    verdict: { status: 'fail', reasons },
    exitCode: 1,
    comparison: {
      mode: 'live',
      sides: {
        baseline: { ...side, label: 'http://127.0.0.1:8080/' },
        candidate: { ...side, label: 'http://127.0.0.1:8081/' },
      },
      blocks: [],
      findings: [
        {
          indicator: 'p50',
          status: 'inconclusive',
          effect: { value: 1.01, low: 0.97, high: 1.07 },
          minimumEffect: 0.05,
          confidence: 0.99,
          shown: '~',
          text: 'p50 changed by 1 % [-3, 7]: not decided within 64 blocks',
        },
        {
          indicator: 'p99',
          status: 'fail',
          effect: { value: 1.24, low: 1.18, high: 1.31 },
          minimumEffect: 0.1,
          confidence: 0.99,
          shown: 'slower',
          text: 'p99 is 24 % slower [18, 31]',
        },
        {
          indicator: 'errors',
          status: 'pass',
          effect: { value: 0, low: -0.001, high: 0.001 },
          minimumEffect: 0.005,
          confidence: 0.99,
          shown: '~',
          text: 'errors did not rise by 0.5 points',
        },
      ],
      maxBlocks: 64,
      looks: 8,
    },
  };
}

/** The sample with an objective per status, in this order. */
export function judgedAs(...statuses: readonly Status[]): ResultDocument {
  const sample = sampleResult();
  const objectives = statuses.map((status, index): ObjectiveResult => {
    const [first] = sample.objectives;
    if (first === undefined) throw new Error('the sample has no objective');
    return { ...first, text: `p99 < ${index + 1}s`, status, line: index + 1, column: 3 };
  });
  const worst = statuses.includes('fail')
    ? 'fail'
    : statuses.includes('inconclusive')
      ? 'inconclusive'
      : 'pass';
  return {
    ...sample,
    objectives,
    agreement: [],
    verdict: { status: worst, reasons: [] },
  };
}
