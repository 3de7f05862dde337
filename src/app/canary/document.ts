/** The result document of a canary's run. */

import type { Reason, ResultDocument } from '../../result/document.ts';
import type { CanaryReport, PooledFinding } from '../../verdict/canary/report.ts';
import { OUTCOME_STATUS } from '../../verdict/canary/run.ts';
import { EXIT } from '../exit.ts';

/**
 * The measured run as one of a canary. Its verdict fails when a breach is shown. It passes when the run is ok and each
 * objective about a share of requests is shown by all kept runs together: one run's few requests prove none. Its exit
 * code is that of the run: an ok one ends with 0 whatever is still to be proven.
 */
export function canaryDocument(measured: ResultDocument, canary: CanaryReport): ResultDocument {
  return {
    ...measured,
    command: 'canary',
    verdict: verdictOf(measured, canary),
    exitCode: EXIT[OUTCOME_STATUS[canary.outcome]],
    canary,
  };
}

function verdictOf(
  { verdict }: ResultDocument,
  { outcome, text, pooled }: CanaryReport,
): ResultDocument['verdict'] {
  if (outcome === 'bad') {
    const reasons =
      verdict.status === 'fail' ? verdict.reasons : [{ code: 'CANARY_BAD', text: `it ${text}` }];
    return { status: 'fail', reasons };
  }
  if (outcome === 'blind')
    return { status: 'inconclusive', reasons: [{ code: 'CANARY_BLIND', text: `it ${text}` }] };
  const open = pooled.filter(({ status }) => status !== 'pass');
  if (pooled.length > 0 && open.length === 0) return { status: 'pass', reasons: [] };
  return { status: 'inconclusive', reasons: open.length === 0 ? [NOTHING_POOLED] : open.map(openReason) };
}

const NOTHING_POOLED: Reason = {
  code: 'NOT_YET_SHOWN',
  text: 'no breach is shown, and no objective is about a share of requests that many runs could prove',
};

function openReason({ text, because }: PooledFinding): Reason {
  return {
    code: 'NOT_YET_SHOWN',
    text: `no breach is shown, but "${text}" is not proven either: ${because}`,
  };
}
