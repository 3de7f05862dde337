/**
 * Before any traffic: what each objective needs to be judged, and whether the plan gives it. Better told now than
 * after an hour of load that proves nothing. Needs are of independent requests: where requests wait for each other
 * they are alike, and it takes more of them by a factor that only the run itself shows.
 */

import { formatDurationMs, formatRate } from '../core/units.ts';
import type { Load, Objective, Plan } from '../plan/plan.ts';
import { formatCount, requests } from './objective/because.ts';
import {
  attemptsToDecide,
  attemptsWhenClean,
  type CountClaim,
  claimOf,
  type DecisionRule,
  isObservedOnly,
  isShare,
} from './objective/evidence.ts';
import { judgedSpans } from './objective/judged-spans.ts';
import { MEAN_MS_MIN } from './objective/mean-evidence.ts';
import { plannedMs } from './objective-scopes.ts';

/** Shortest run in which one sees whether slow answers come together, ms: two windows of the series at their shortest. */
const TAIL_MS_MIN = 500;

/** What one objective needs, and what the plan gives it in its weakest judged stage. */
export interface Power {
  readonly objective: Objective;
  /** Independent requests for a pass when none counts against it; null: judged by time, or of this run only. */
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
  const weakest = weakestSupply(plan, objective);
  const needs = isShare(objective)
    ? needsOf(objective, ruleFor(plan.load), leastOf(objective, weakest))
    : { needsClean: null, needsHalf: null };
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

/** A run that goes on until it is decided is looked at more than once. */
function ruleFor({ untilDecided }: Load): DecisionRule {
  return untilDecided === true ? { kind: 'looks', look: 1 } : { kind: 'once' };
}

function needsOf(
  objective: Objective,
  rule: DecisionRule,
  least: number,
): Pick<Power, 'needsClean' | 'needsHalf'> {
  const claim = claimOf(objective, { count: 0, exceeded: 0, pending: 0 });
  if (isObservedOnly(claim)) return { needsClean: null, needsHalf: null };
  const [needsClean, needsHalf] = [attemptsWhenClean(claim, rule), atHalf(claim, rule)].map((needs) =>
    needs === null ? null : Math.max(needs, least),
  );
  return { needsClean: needsClean ?? null, needsHalf: needsHalf ?? null };
}

/** Requests that a percentile takes however few would do: those of the shortest time that shows its tail. */
function leastOf({ indicator, windowMs }: Objective, supply: Supply | null): number {
  if (indicator.kind !== 'quantile' || windowMs !== null) return 0;
  return Math.ceil(((supply?.ratePerSecond ?? 0) * TAIL_MS_MIN) / 1000);
}

/** Attempts that decide when half of what is allowed is bad. */
function atHalf(claim: CountClaim, rule: DecisionRule): number | null {
  const count = Math.max(1, Math.round(2 / (1 - claim.q)));
  const more = attemptsToDecide({ ...claim, bad: 1, count }, { rule, inflation: 1 });
  return more === null ? null : count + more;
}

/** Share of arrivals that an objective is about. */
function shareOf({ targets }: Plan, { target }: Objective): number {
  if (target === null) return 1;
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  return (targets.find(({ name }) => name === target)?.weight ?? 0) / total;
}

/**
 * The judged stage with the fewest requests, or one window of it for an objective about windows; null when the plan
 * has only ramps, or no stage that holds a window.
 */
function weakestSupply(plan: Plan, objective: Objective): Supply | null {
  const { load } = plan;
  const share = shareOf(plan, objective);
  const endMs = plannedMs(load);
  const most = load.requests ?? Infinity;
  const { windowMs } = objective;
  const supplies = judgedSpans(load, { windowMs: 1, offeredMs: Infinity }).flatMap(
    ({ from, to, ratePerSecond }) => {
      const stageMs = Math.max(0, Math.min(to, endMs) - from);
      if (windowMs !== null && endMs > 0 && stageMs < windowMs) return [];
      const ms = windowMs ?? stageMs;
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

/** Objectives that are named one by one before anything is sent: more would push the answer out of sight. */
const MOST_HOPELESS = 9;

/** As {@link powerLines}, of those that the plan cannot judge; of many of them the first, and how many more there are. */
export function hopelessLines(powers: readonly Power[]): string[] {
  const lines = powerLines(powers.filter(({ isJudgeable }) => isJudgeable === false));
  // A line that says "1 more" would take the place of that one.
  if (lines.length <= MOST_HOPELESS + 1) return lines;
  const more = formatCount(lines.length - MOST_HOPELESS);
  return [
    ...lines.slice(0, MOST_HOPELESS),
    `${more} more objectives cannot be judged by this plan: headroom check lists them`,
  ];
}

function sentence(power: Power): string {
  const { objective, needsClean, planned, needsMs, isJudgeable } = power;
  if (isJudgeable === false && needsMs === null && planned === null) {
    if (objective.windowMs === null && objective.abort) {
      return 'can stop the run, but not pass: the plan has only ramps. Add a stage of constant rate.';
    }
    return objective.windowMs === null
      ? 'cannot be judged: the plan has only ramps. Add a stage of constant rate.'
      : `cannot be judged: no stage of constant rate lasts ${formatDurationMs(objective.windowMs)}.`;
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
  return `needs at least ${needText(needsClean, power)} if none counts against it${half}; more where requests wait for each other.${sends}`;
}

function needText(count: number, { ratePerSecond }: Power): string {
  if (ratePerSecond === null || ratePerSecond <= 0) return requests(count);
  return `${requests(count)} (${formatDurationMs((count / ratePerSecond) * 1000)} at ${formatRate(ratePerSecond)})`;
}
