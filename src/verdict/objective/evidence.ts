/**
 * What counts of attempts prove about an objective: the exact rule for data looked at once, the e-process for data
 * looked at again and again, or plain observation where neither can apply.
 */

import type { Objective } from '../../plan/plan.ts';
import { incompleteBeta } from '../../stats/beta.ts';
import { isWithin } from '../../stats/binomial.ts';
import { countToHold, countToSettle, logEvidenceBreached, logEvidenceHeld } from '../../stats/e-process.ts';
import {
  countToDecide,
  countToPass,
  type ExceedanceCounts,
  heldProbability,
} from '../../stats/exceedance-test.ts';

/** Largest probability of a wrong decision, on either side, of any one objective. */
export const ALPHA = 0.05;

/**
 * How often the same data is looked at. `once`: at the end, by the exact rule. `looks`: again and again as it grows,
 * by the e-process, which may be looked at any number of times; `look` counts them from 1. `isHeldOnce`: the looks
 * were for a breach alone, and a pass is decided but once, by the exact rule.
 */
export type DecisionRule =
  | { readonly kind: 'once' }
  | { readonly kind: 'looks'; readonly look: number; readonly isHeldOnce?: boolean };

/** How counts are weighed. */
export interface Weight {
  readonly rule: DecisionRule;
  /** Attempts weigh as `1 / inflation` independent ones; >= 1. */
  readonly inflation: number;
  /** The same for a breach; default: `inflation`. */
  readonly breachInflation?: number;
}

/** Independent attempts, looked at once. */
const PLAIN: Weight = { rule: { kind: 'once' }, inflation: 1 };

/** The two sides of a decision. Both at once is impossible. */
export interface Evidence {
  /** Proven to hold. */
  readonly isHeld: boolean;
  /** Probability of a result this bad if the objective held: 0 when breached beyond doubt, 1 without a sign. */
  readonly breachProbability: number;
}

/** Attempts in scope, those beyond the limit, and those never answered. */
export interface Attempts {
  readonly count: number;
  readonly exceeded: number;
  /** What might have gone either way, not in `count`: unanswered when the run ended, or never sent. */
  readonly pending: number;
  /** Of the pending, those that were never sent. Default 0. */
  readonly dropped?: number;
}

/** "At least the fraction q of attempts is not bad", over what was seen. */
export interface CountClaim {
  readonly q: number;
  readonly bad: number;
  readonly count: number;
  readonly pending: number;
  /** Of the pending, those that were never sent. */
  readonly dropped: number;
}

/** True for the objectives that {@link claimOf} understands: those about a share of attempts. */
export function isShare({ indicator }: Objective): boolean {
  return !['mean', 'apdex', 'throughput', 'goodput', 'server'].includes(indicator.kind);
}

/**
 * An objective as a claim about a share. `p99 < L` claims 99 % within L, `errors < 1%` claims 99 % without
 * error; with `>` or `>=` the same is said of the attempts on the other side.
 */
export function claimOf(objective: Objective, attempts: Attempts): CountClaim {
  const { count, exceeded, pending, dropped = 0 } = attempts;
  const q = fractionOf(objective);
  if (objective.op.startsWith('<')) return { q, bad: exceeded, count, pending, dropped };
  return { q: 1 - q, bad: count - exceeded, count, pending, dropped };
}

/** Fraction of attempts that must not exceed. The maximum is the quantile of 1, the minimum that of 0. */
function fractionOf({ indicator, limit }: Objective): number {
  switch (indicator.kind) {
    case 'quantile':
      return indicator.q;
    case 'max':
      return 1;
    case 'min':
      return 0;
    case 'errors':
    case 'status':
    case 'dropped':
      return 1 - limit;
    case 'mean':
    case 'apdex':
    case 'throughput':
    case 'goodput':
    case 'server':
      throw new RangeError(`${indicator.kind} is no share of attempts`);
  }
}

/** True when no number of attempts proves more than what was seen: "all" and "at least one" are facts of one run. */
export function isObservedOnly({ q }: CountClaim): boolean {
  return q <= 0 || q >= 1;
}

/** Pending attempts are taken as bad for a pass, and as good for a fail. */
export function weighClaim(claim: CountClaim, weight: Weight = PLAIN): Evidence {
  if (isObservedOnly(claim)) return observe(claim);
  const { q, bad, count, pending } = claim;
  const { inflation, breachInflation = inflation } = weight;
  const all = { q, alpha: ALPHA, count: count + pending };
  const worst = { ...all, exceeded: bad + pending, inflation };
  const best = { ...all, exceeded: bad, inflation: breachInflation };
  const { rule } = weight;
  const isHeldOnce = isWithin(heldProbability(worst), ALPHA);
  if (rule.kind === 'once') return { isHeld: isHeldOnce, breachProbability: chanceOf(best) };
  return {
    isHeld: rule.isHeldOnce === true ? isHeldOnce : logEvidenceHeld(worst) >= -Math.log(ALPHA),
    // By Markov's inequality, 1 / e is the probability of evidence this strong: it takes part in Holm's procedure.
    breachProbability: Math.min(1, Math.exp(-logEvidenceBreached(best))),
  };
}

/**
 * P(so many exceedances) if the claim held just so. Deflated counts stay fractions: of the few independent exceedances
 * that long spells weigh as, rounding would leave up to one out. The upper tail of the binomial distribution at
 * fractions is that of the incomplete beta function (Abramowitz and Stegun, 26.5.24), its continuation.
 */
function chanceOf({ exceeded, count, q, inflation = 1 }: ExceedanceCounts): number {
  if (exceeded < inflation || exceeded === 0) return 1;
  const [events, trials] = [exceeded / inflation, count / inflation];
  return incompleteBeta({ a: events, b: trials - events + 1 }, { x: 1 - q, complement: q }).lower;
}

function observe({ q, bad, count, pending }: CountClaim): Evidence {
  if (q >= 1) {
    return { isHeld: count > 0 && bad + pending === 0, breachProbability: bad > 0 ? 0 : 1 };
  }
  return { isHeld: bad < count, breachProbability: count > 0 && bad === count && pending === 0 ? 0 : 1 };
}

/** Fewest attempts that prove a claim when none is bad and all are independent; null when none do. */
export function attemptsWhenClean({ q }: Pick<CountClaim, 'q'>, rule: DecisionRule): number | null {
  return (rule.kind === 'once' ? countToPass : countToHold)(0, { q, alpha: ALPHA });
}

/**
 * About how many more attempts would decide, if all went on as seen and stayed as alike: 0 when these would, had all
 * been answered; null when no number would.
 *
 * @param level of a breach, less than {@link ALPHA} where several things are judged at once
 */
export function attemptsToDecide(
  claim: CountClaim,
  { rule, inflation }: Weight = PLAIN,
  level: number = ALPHA,
): number | null {
  const { q, bad, count, pending } = claim;
  const all = count + pending;
  if (all === 0) return attemptsWhenClean(claim, rule);
  const alpha = bad > (1 - q) * all ? level : ALPHA;
  const seen = { q, alpha, exceeded: bad, count: all, inflation };
  const total = rule.kind === 'once' ? countToDecide(seen) : countToSettle(seen);
  return total === null ? null : total - all;
}
