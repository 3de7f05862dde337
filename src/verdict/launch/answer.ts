/** The answer to the launch question, and the verdict that follows from it. */

import type { RateBook, RatePool } from '../capacity/rate-book.ts';
import type { Reason } from '../finding.ts';
import type { RunVerdict } from '../verdict.ts';
import { type AskedRate, isAtMost } from './questions.ts';
import type { Collapse } from './recovery.ts';
import type { LaunchAnswer, LaunchReport, SoakReport, SurgeReport } from './report.ts';

/** What a launch search knows. */
export interface LaunchFacts {
  /** Highest first; the last one is the peak itself. */
  readonly asked: readonly AskedRate[];
  /** Relevant bounds of all that was measured. */
  readonly held: RatePool | null;
  readonly broke: RatePool | null;
  /** The highest rate asked about had held before any load above it was tried: what comes later takes nothing away. */
  readonly hasHeld: boolean;
  /** An overload that the system did not come back from; nothing that broke in its wake is among the bounds. */
  readonly collapse: Collapse | null;
  /** Nobody answers at all; null: somebody does, or nothing was sent. */
  readonly unreachable: Reason | null;
  /** What overload left of a highest rate that had held; null: it still holds, or was not looked at again. */
  readonly aftermath: Reason | null;
  /** What was asked for beside the rates. */
  readonly rehearsals: readonly RehearsalFacts[];
}

/** A surge or a soak that was asked for; null: not reached. */
export interface RehearsalFacts {
  readonly kind: 'surge' | 'soak';
  readonly report: SurgeReport | SoakReport | null;
}

/**
 * Monotony is used in the safe direction alone: what holds at a higher rate holds at a lower one, what breaks at a
 * lower rate breaks at a higher one. A surge or a soak that was asked for must have passed for a yes.
 */
export function answerOf(facts: LaunchFacts): LaunchAnswer {
  const { asked, rehearsals, hasHeld } = facts;
  const statuses = rehearsals.map(({ report }) => report?.status ?? 'inconclusive');
  if (facts.unreachable !== null || isBrokenAtPeak(facts) || statuses.includes('fail')) return 'no';
  if (hasHeld || highestHeld(facts)?.ratePerSecond === asked[0]?.ratePerSecond) {
    return statuses.every((status) => status === 'pass') ? 'yes' : 'inconclusive';
  }
  switch (highestHeld(facts)?.id) {
    case 'with-margin':
    case 'without-margin':
      return 'yes-without-margin';
    case 'peak':
      return asked.some(({ id }) => id === 'without-margin')
        ? 'yes-without-spare-zone'
        : 'yes-without-margin';
    case undefined:
      return 'inconclusive';
  }
}

/** True when a breach was shown at or below the peak, or a collapse below the highest rate asked about. */
function isBrokenAtPeak({ asked, broke, collapse, hasHeld }: LaunchFacts): boolean {
  if (hasHeld) return false;
  const peak = asked.at(-1)?.ratePerSecond ?? 0;
  return collapse?.isHighest === false || (broke !== null && isAtMost(broke.ratePerSecond, peak));
}

/** The highest rate asked about that was shown to hold, by itself or by a higher one. */
export function highestHeld({ asked, held }: Pick<LaunchFacts, 'asked' | 'held'>): AskedRate | null {
  if (held === null) return null;
  return asked.find(({ ratePerSecond }) => isAtMost(ratePerSecond, held.ratePerSecond)) ?? null;
}

/** The rate that the answer rests on; null when none was measured. */
export function decisiveOf(facts: LaunchFacts, book: RateBook): RatePool | null {
  const { asked, held, broke, hasHeld } = facts;
  const [highest] = asked;
  if (hasHeld && highest !== undefined) return book.at(highest.ratePerSecond) ?? held;
  const answer = answerOf(facts);
  const pools = asked.toReversed().map(({ ratePerSecond }) => book.at(ratePerSecond));
  const open = pools.find((pool) => pool !== null && pool.label === 'undecided') ?? null;
  if (answer === 'no') return broke ?? open ?? held;
  if (answer === 'inconclusive') return open ?? held ?? broke;
  const rate = highestHeld(facts)?.ratePerSecond;
  return (rate === undefined ? null : book.at(rate)) ?? held ?? open;
}

/**
 * How many times the peak the capacity is. What held before any overload stays held: the overload of a search for the
 * capacity takes nothing from the answer. Where it left less than that, nothing above is left either, and
 * where nobody answers nothing is known.
 */
export function growthOf(facts: LaunchFacts, book: RateBook, peakPerSecond: number): LaunchReport['growth'] {
  if (facts.unreachable !== null) return { low: null, high: null };
  const known = facts.hasHeld ? (facts.asked[0]?.ratePerSecond ?? null) : null;
  const held = facts.held?.ratePerSecond ?? null;
  const low = known === null || facts.aftermath !== null ? (known ?? held) : Math.max(known, held ?? 0);
  const broken = book.pools().find(({ label, ratePerSecond }) => {
    return label === 'broken' && (low === null || !isAtMost(ratePerSecond, low));
  });
  const high = broken?.ratePerSecond ?? null;
  return {
    low: low === null ? null : low / peakPerSecond,
    high: high === null ? null : high / peakPerSecond,
  };
}

/** What a user says to be content with. */
export interface Acceptance {
  readonly noMargin: boolean;
  readonly noSpareZone: boolean;
}

/** Whether an answer that is short of yes is accepted: who does without a spare zone does without margin as well. */
export function isAccepted(answer: LaunchAnswer, { noMargin, noSpareZone }: Acceptance): boolean {
  if (answer === 'yes-without-spare-zone') return noSpareZone;
  return answer === 'yes-without-margin' && (noMargin || noSpareZone);
}

/** Pass for a yes, and for one with a flaw that is accepted; fail for a no, and for a flaw that is not. */
export function launchVerdict({ answer, accepted, reasons }: LaunchReport): RunVerdict {
  switch (answer) {
    case 'yes':
      return { status: 'pass', reasons: [] };
    case 'yes-without-margin':
    case 'yes-without-spare-zone':
      return accepted ? { status: 'pass', reasons: [] } : { status: 'fail', reasons };
    case 'no':
      return { status: 'fail', reasons };
    case 'inconclusive':
      return { status: 'inconclusive', reasons };
  }
}
