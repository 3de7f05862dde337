/** The check of our own books at the end of a run: a mismatch is a bug of ours, never a finding. */

import { InternalError } from '../core/errors.ts';
import type { Recording } from './recording.ts';
import type { TargetRecording } from './target-recording.ts';

/** One equation: two amounts that must be the same. */
interface Balance {
  readonly left: string;
  readonly right: string;
  readonly amounts: readonly [number, number];
}

/** In-flight time is a sum of many floating-point terms taken in two ways. */
const RESIDENCE_RELATIVE = 1e-6;
const RESIDENCE_SLACK_MS = 1;

/**
 * Returns when the accounts of a recording add up: planned = sent + dropped + unsent, sent = completed +
 * broken + inFlight, completed = the sum of byStatus, failed = the sum of byCause, every total = the sum
 * over the targets, and the integral of the number in flight = the sum of the times spent (Little's law).
 *
 * @throws InternalError that names every amount that disagrees
 */
export function checkAccounts(recording: Recording): void {
  const wrong = balancesOf(recording)
    .filter(({ amounts: [left, right] }) => left !== right)
    .map(({ left, right, amounts }) => `${left} = ${amounts[0]} but ${right} = ${amounts[1]}`);
  const { inFlightMs, residenceMs } = recording.counts;
  const slack =
    RESIDENCE_RELATIVE * Math.max(Math.abs(inFlightMs), Math.abs(residenceMs)) + RESIDENCE_SLACK_MS;
  if (!(Math.abs(inFlightMs - residenceMs) <= slack)) {
    wrong.push(`inFlightMs = ${inFlightMs} but residenceMs = ${residenceMs}`);
  }
  if (wrong.length > 0) throw new InternalError(`the accounts of the run do not add up: ${wrong.join('; ')}`);
}

function balancesOf({ counts, targets, causes }: Recording): Balance[] {
  const overTargets = (amount: (target: TargetRecording) => number): number => sum(targets.map(amount));
  const totals = ['sent', 'completed', 'broken', 'failed', 'dropped', 'inFlight'] as const;
  return [
    {
      left: 'planned',
      right: 'sent + dropped + unsent',
      amounts: [counts.planned, counts.sent + counts.dropped + counts.unsent],
    },
    {
      left: 'sent',
      right: 'completed + broken + inFlight',
      amounts: [counts.sent, counts.completed + counts.broken + counts.inFlight],
    },
    {
      left: 'completed',
      right: 'the sum of byStatus',
      amounts: [counts.completed, overTargets((target) => sum([...target.statuses.values()]))],
    },
    { left: 'failed', right: 'the sum of byCause', amounts: [counts.failed, sum([...causes.values()])] },
    {
      left: 'failed',
      right: "the sum of the targets' byCause",
      amounts: [counts.failed, overTargets((target) => sum([...target.causes.values()]))],
    },
    ...totals.map((name) => ({
      left: name,
      right: `the sum of ${name} over the targets`,
      amounts: [counts[name], overTargets((target) => target[name])] as const,
    })),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
