/** What the generator's conduct takes away from a comparison, by the table of every run: see validity.ts. */

import type { JudgedObjective, Status, ValidityCheck } from '../finding.ts';
import { withDoubts } from '../verdict.ts';
import type { ComparisonFinding, Side } from './report.ts';

/** The checks of the two sides. */
export type SideChecks = Readonly<Record<Side, readonly ValidityCheck[]>>;

/** Checks on what the server did, which the baseline may do. */
const OF_SERVER: readonly string[] = ['backlog', 'steadiness', 'connection-limit'];

/** A finding as an objective of a run, for the checks to look at. @param ownStatus its status without our own lateness */
export function asObjective(found: ComparisonFinding, ownStatus: Status): JudgedObjective {
  const { indicator, status, effect, minimumEffect, text } = found;
  const isErrors = indicator === 'errors';
  return {
    finding: {
      text: isErrors ? 'errors of the candidate' : `${indicator} of the candidate`,
      target: null,
      status,
      ...effect,
      limit: minimumEffect,
      unit: isErrors ? 'ratio' : 'score',
      count: null,
      exceeded: null,
      inflation: 1,
      reason: null,
      because: text,
      moreRequests: null,
      line: null,
      column: null,
    },
    ownStatus,
    basis: isErrors ? 'answers' : 'time',
    isReceived: false,
  };
}

/** A finding as the checks leave it: what they block is inconclusive, and says why. */
export function doubted(
  found: ComparisonFinding,
  ownStatus: Status,
  checks: readonly ValidityCheck[],
): ComparisonFinding {
  const { status, reason } = withDoubts(asObjective(found, ownStatus), { checks, stopped: null });
  if (reason === null) return found;
  return { ...found, status, text: `${found.indicator} cannot be judged: ${reason.text}` };
}

/**
 * The checks of both as those of one run. A baseline that was measured too slow makes a candidate look good: what takes
 * a fail from a run takes a pass from the comparison when it happened to the baseline, and the other way round.
 */
export function checksOfBoth({ baseline, candidate }: SideChecks): ValidityCheck[] {
  const failed = baseline.filter(({ id, status }) => status === 'fail' && !OF_SERVER.includes(id));
  return [...candidate, ...failed.map(mirrored)];
}

function mirrored(check: ValidityCheck): ValidityCheck {
  const blocks = { fail: 'pass', pass: 'fail', both: 'both', nothing: 'nothing' } as const;
  return { ...check, blocks: blocks[check.blocks], text: `While the baseline was measured: ${check.text}` };
}
