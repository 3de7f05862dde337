/**
 * Before any traffic: what each objective needs to be judged, and whether the plan gives it. Better told now than
 * after an hour of load that proves nothing.
 */

import { formatDurationMs, formatRate } from '../core/units.ts';
import type { Load, Objective, Plan } from '../plan/plan.ts';
import { countToDecide, countToPass } from '../stats/exceedance-test.ts';
import { formatCount, requests } from './objective/because.ts';
import { ALPHA, claimOf, isShare } from './objective/evidence.ts';
import { judgedSpans } from './objective/judged-spans.ts';
import { MEAN_MS_MIN } from './objective/mean-evidence.ts';
import { plannedMs } from './objective-scopes.ts';

/** What one objective needs, and what the plan gives it in its weakest judged stage. */
export interface Power {
  readonly objective: Objective;
  /** Requests for a pass when none counts against it; null: judged by time, or of this run only. */
  readonly needsClean: number | null;
  /** Requests for a pass when half of what it allows counts against it. */
  readonly needsHalf: number | null;
  /** Requests in its scope that the plan sends; null when answers decide, as in the closed loop. */
  readonly planned: number | null;
  /** Arrivals in its scope per second; null in the closed loop. */
  readonly ratePerSecond: number | null;
  /** Shortest time in which it can be judged, ms; null when not known. */
  readonly needsMs: number | null;
  /** Null when not known beforehand. */
  readonly isJudgeable: boolean | null;
}

/** The power of a plan over its objectives, then over its agreement. */
export function planPower(plan: Plan): Power[] {
  return [...plan.objectives, ...plan.agreement].map((objective) => powerOf(plan, objective));
}

/** What one stage gives to an objective. */
interface Supply {
  readonly count: number | null;
  readonly ms: number;
  readonly ratePerSecond: number | null;
}

function powerOf(plan: Plan, objective: Objective): Power {
  const weakest = weakestSupply(plan.load, shareOf(plan, objective));
  const needs = isShare(objective) ? needsOf(objective) : { needsClean: null, needsHalf: null };
  const common = {
    objective,
    ...needs,
    planned: weakest?.count ?? null,
    ratePerSecond: weakest?.ratePerSecond ?? null,
  };
  if (weakest === null) return { ...common, needsMs: null, isJudgeable: false };
  if (!isShare(objective)) {
    const isKnown = weakest.ms > 0;
    return { ...common, needsMs: MEAN_MS_MIN, isJudgeable: isKnown ? weakest.ms >= MEAN_MS_MIN : null };
  }
  const { needsClean } = needs;
  const { ratePerSecond, count } = weakest;
  const needsMs = needsClean === null || !ratePerSecond ? null : (needsClean / ratePerSecond) * 1000;
  const isJudgeable = needsClean === null ? true : count === null ? null : count >= needsClean;
  return { ...common, needsMs, isJudgeable };
}

function needsOf(objective: Objective): Pick<Power, 'needsClean' | 'needsHalf'> {
  const { q } = claimOf(objective, { count: 0, exceeded: 0, pending: 0 });
  if (q <= 0 || q >= 1) return { needsClean: null, needsHalf: null };
  const claim = { q, alpha: ALPHA };
  const seen = { exceeded: 1, count: Math.max(1, Math.round(2 / (1 - q))) };
  return { needsClean: countToPass(0, claim), needsHalf: countToDecide({ ...claim, ...seen }) };
}

/** Share of arrivals that an objective is about. */
function shareOf({ targets }: Plan, { target }: Objective): number {
  if (target === null) return 1;
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  return (targets.find(({ name }) => name === target)?.weight ?? 0) / total;
}

/** The judged stage with the fewest requests; null when the plan has only ramps. */
function weakestSupply(load: Load, share: number): Supply | null {
  const endMs = plannedMs(load);
  const most = load.requests ?? Infinity;
  const supplies = judgedSpans(load, { windowMs: 1, offeredMs: Infinity }).map(
    ({ from, to, ratePerSecond }) => {
      const ms = Math.max(0, Math.min(to, endMs) - from);
      const arrivals = ratePerSecond === null ? most : Math.min(most, (ratePerSecond * ms) / 1000);
      return {
        ms,
        count: Number.isFinite(arrivals) ? Math.floor(arrivals * share) : null,
        ratePerSecond: ratePerSecond === null ? null : ratePerSecond * share,
      };
    },
  );
  return supplies.sort((a, b) => (a.count ?? Infinity) - (b.count ?? Infinity) || a.ms - b.ms)[0] ?? null;
}

/** One line per objective, for people; those that the plan cannot judge say what could. */
export function powerLines(powers: readonly Power[]): string[] {
  return powers.map((power) => `"${power.objective.text}" ${sentence(power)}`);
}

function sentence(power: Power): string {
  const { objective, needsClean, planned, needsMs, isJudgeable } = power;
  if (isJudgeable === false && needsMs === null && planned === null) {
    return 'cannot be judged: the plan has only ramps. Add a stage of constant rate.';
  }
  if (!isShare(objective)) {
    const needs = `needs ${formatDurationMs(MEAN_MS_MIN)} of constant load`;
    return isJudgeable === false ? `cannot be judged by this plan: it ${needs}.` : `${needs}.`;
  }
  if (needsClean === null) return 'is judged by what this run shows, and by that alone.';
  const sends = planned === null ? '' : ` The plan sends it ${formatCount(planned)}.`;
  if (isJudgeable === false) {
    return `cannot be judged by this plan: it needs at least ${needText(needsClean, power)}.${sends}`;
  }
  const half =
    power.needsHalf === null ? '' : `, about ${needText(power.needsHalf, power)} at half of what it allows`;
  return `needs ${needText(needsClean, power)} if none counts against it${half}.${sends}`;
}

function needText(count: number, { ratePerSecond }: Power): string {
  if (ratePerSecond === null || ratePerSecond <= 0) return requests(count);
  return `${requests(count)} (${formatDurationMs((count / ratePerSecond) * 1000)} at ${formatRate(ratePerSecond)})`;
}
