/** What counts of attempts prove about an objective: the exact rule, or plain observation where it cannot apply. */

import type { Objective } from '../../plan/plan.ts';
import { isWithin } from '../../stats/binomial.ts';
import {
  breachProbability,
  countToDecide,
  countToPass,
  heldProbability,
} from '../../stats/exceedance-test.ts';

/** Largest probability of a wrong decision, on either side, of any one objective. */
export const ALPHA = 0.05;

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
  /** Sent and unanswered when the run ended; not in `count`. */
  readonly pending: number;
}

/** "At least the fraction q of attempts is not bad", over what was seen. */
export interface CountClaim {
  readonly q: number;
  readonly bad: number;
  readonly count: number;
  readonly pending: number;
}

/** True for the objectives that {@link claimOf} understands: those about a share of attempts. */
export function isShare({ indicator }: Objective): boolean {
  return !['mean', 'apdex', 'throughput', 'goodput'].includes(indicator.kind);
}

/**
 * An objective as a claim about a share. `p99 < L` claims 99 % within L, `errors < 1%` claims 99 % without
 * error; with `>` or `>=` the same is said of the attempts on the other side.
 */
export function claimOf(objective: Objective, { count, exceeded, pending }: Attempts): CountClaim {
  const q = fractionOf(objective);
  if (objective.op.startsWith('<')) return { q, bad: exceeded, count, pending };
  return { q: 1 - q, bad: count - exceeded, count, pending };
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
      throw new RangeError(`${indicator.kind} is no share of attempts`);
  }
}

/** True when no number of attempts proves more than what was seen: "all" and "at least one" are facts of one run. */
export function isObservedOnly({ q }: CountClaim): boolean {
  return q <= 0 || q >= 1;
}

/** Attempts without an answer are taken as bad for a pass, and as good for a fail. */
export function weighClaim(claim: CountClaim): Evidence {
  if (isObservedOnly(claim)) return observe(claim);
  const { q, bad, count, pending } = claim;
  const all = { q, alpha: ALPHA, count: count + pending };
  return {
    isHeld: isWithin(heldProbability({ ...all, exceeded: bad + pending }), ALPHA),
    breachProbability: breachProbability({ ...all, exceeded: bad }),
  };
}

function observe({ q, bad, count, pending }: CountClaim): Evidence {
  if (q >= 1) {
    return { isHeld: count > 0 && bad + pending === 0, breachProbability: bad > 0 ? 0 : 1 };
  }
  return { isHeld: bad < count, breachProbability: count > 0 && bad === count && pending === 0 ? 0 : 1 };
}

/**
 * About how many more attempts would decide, if all went on as seen: 0 when these would, had all been answered
 * and were nothing else judged; null when no number would.
 */
export function attemptsToDecide({ q, bad, count, pending }: CountClaim): number | null {
  const all = count + pending;
  if (all === 0) return countToPass(0, { q, alpha: ALPHA });
  const total = countToDecide({ q, alpha: ALPHA, exceeded: bad, count: all });
  return total === null ? null : total - all;
}
