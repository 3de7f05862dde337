/** How long a canary takes to notice, computed before anything breaks. */

import type { CanarySettings } from '../../plan/canary/settings.ts';
import type { Objective, Target } from '../../plan/plan.ts';
import { atLeast, isWithin } from '../../stats/binomial.ts';
import { logEvidenceDoubled } from '../../stats/e-process.ts';
import { firstFrom, firstWhere } from '../../stats/integer-search.ts';
import { BREACH_ALPHA, HIT_RUNS_MIN, longestPoolMs, RUNS_MIN, WINDOWS_MS } from '../incident/pool.ts';
import { ALPHA, claimOf, isShare } from '../objective/evidence.ts';

/** What is wrong with a share of the requests. */
export interface Effect {
  /** 0..1. */
  readonly ratio: number;
  /** `erroring`: a 5xx; `wrong`: a content that misses its expectation; `silent`: no answer; `slow`: late by `delayMs`. */
  readonly kind: 'erroring' | 'wrong' | 'silent' | 'slow';
  /** How much longer one of them takes, ms: until its deadline where nothing answers; 0 where it ends at once. */
  readonly delayMs: number;
}

/** What decides how fast something is noticed. */
export interface DetectionInput {
  readonly settings: Pick<CanarySettings, 'everyMs' | 'ratePerSecond' | 'durationMs' | 'fail'>;
  readonly objectives: readonly Objective[];
  /** Of the plan, where objectives are about one of several; absent: there is one. */
  readonly targets?: readonly Pick<Target, 'name' | 'weight'>[];
  readonly effect: Effect;
  /** Runs that were well and are pooled with the bad ones, which they thin out; default 0. */
  readonly priorRuns?: number;
}

/** When it is noticed. */
export interface Detection {
  /** True: single runs show it, and k of n of them are bad; false: only many runs together do. */
  readonly byRun: boolean;
  /** Requests and runs from the beginning of the effect on. */
  readonly requests: number;
  readonly runs: number;
  /** From its beginning, just after a run, to the end of the run that tells, ms. */
  readonly ms: number;
  /** The text of the objective that shows it; null: that nothing answers. */
  readonly objective: string | null;
}

/** Probability with which it is noticed in time. */
const SURE = 0.95;

/** Runs beyond which planning gives up. */
const RUNS_LIMIT = 1e6;

/**
 * The fastest way in which a canary notices an effect; null when it never does.
 *
 * By runs: each is bad with the probability that the exact binomial test of its requests shows a breach, at the level
 * that several objectives leave to each, and so many runs are needed that k of n are bad with probability 0.95. By the
 * pool: so many runs that the e-process shows it where exactly the share of the effect is bad; by chance it takes more
 * or fewer, about as often the one as the other. Requests are taken as independent, and a run as sending exactly its
 * rate x length. An answer that is late by less than a limit may be within it and is taken as such.
 */
export function detectionOf(input: DetectionInput): Detection | null {
  const ways = [silenceWay(input), ...input.objectives.map((objective) => waysOf(input, objective))].flat();
  const [fastest] = ways.sort((a, b) => a.runs - b.runs || Number(b.byRun) - Number(a.byRun));
  return fastest ?? null;
}

/** Where nothing answers, any run is bad, whatever the objectives are. */
function silenceWay(input: DetectionInput): Detection[] {
  const { kind, ratio } = input.effect;
  if (kind !== 'silent' || ratio < 1) return [];
  return detection(input, { byRun: true, runs: input.settings.fail.bad, objective: null });
}

function waysOf(input: DetectionInput, objective: Objective): Detection[] {
  const ratio = badRatio(objective, input.effect);
  if (ratio <= 0 || !isShare(objective)) return [];
  const { q } = claimOf(objective, { count: 0, exceeded: 0, pending: 0 });
  const perRun = Math.floor(perRunOf(input) * shareOf(input, objective));
  if (perRun < 1 || !(q > 0 && q <= 1)) return [];
  const seen = { q, ratio, perRun };
  const byRuns = runsByRun(input, seen);
  const byPool = q < 1 && ratio > 1 - q ? runsByPool(input, seen) : null;
  return [
    ...(byRuns === null ? [] : detection(input, { byRun: true, runs: byRuns, objective: objective.text })),
    ...(byPool === null ? [] : detection(input, { byRun: false, runs: byPool, objective: objective.text })),
  ];
}

function detection(
  input: DetectionInput,
  found: Pick<Detection, 'byRun' | 'runs' | 'objective'>,
): Detection[] {
  const { everyMs, durationMs } = input.settings;
  const ms = found.runs * everyMs + durationMs + input.effect.delayMs;
  return [{ ...found, requests: found.runs * perRunOf(input), ms }];
}

function perRunOf({ settings: { ratePerSecond, durationMs } }: DetectionInput): number {
  return Math.floor((ratePerSecond * durationMs) / 1000);
}

function shareOf({ targets = [] }: DetectionInput, { target }: Objective): number {
  const all = targets.reduce((sum, { weight }) => sum + weight, 0);
  const own = targets.find(({ name }) => name === target);
  return own === undefined ? 1 : own.weight / all;
}

/** Share of requests that an effect sets against an objective. */
function badRatio({ indicator, op, limit }: Objective, { kind, ratio, delayMs }: Effect): number {
  const isUpper = op.startsWith('<');
  switch (indicator.kind) {
    case 'quantile':
    case 'max':
      return isUpper && (kind !== 'slow' || delayMs >= limit) ? ratio : 0;
    case 'errors':
      return isUpper && kind !== 'slow' ? ratio : 0;
    case 'status': {
      const isOfErrors = indicator.from <= ERROR_STATUS && indicator.to >= ERROR_STATUS;
      if (isUpper) return kind === 'erroring' && isOfErrors ? ratio : 0;
      return (kind === 'erroring' || kind === 'silent') && !isOfErrors ? ratio : 0;
    }
    default:
      return 0;
  }
}

const ERROR_STATUS = 500;

/** The share q of requests must not be bad, and `ratio` of them are, of so many in a run. */
interface Odds {
  readonly q: number;
  readonly ratio: number;
  readonly perRun: number;
}

/** Runs until k of n are bad; null when it takes too many. */
function runsByRun({ settings: { fail }, objectives }: DetectionInput, odds: Odds): number | null {
  const shown = chanceOfRun(odds, ALPHA / objectives.length);
  const { bad, of } = fail;
  const fires = (runs: number): boolean => atLeast(bad, { n: runs, p: shown }) >= SURE;
  if (fires(of)) return firstWhere(bad, of, fires);
  // Stretches of n places each, one after another: what lies across two of them makes it faster yet. The probability
  // of one may be too small for its complement to be less than 1.
  const stretches = Math.ceil(Math.log(1 - SURE) / Math.log1p(-atLeast(bad, { n: of, p: shown })));
  return stretches * of <= RUNS_LIMIT ? stretches * of : null;
}

/** Probability that one run shows a breach. @param level at which it is one */
function chanceOfRun({ q, ratio, perRun }: Odds, level: number): number {
  const enough = firstWhere(1, perRun + 1, (bad) => isWithin(atLeast(bad, { n: perRun, p: 1 - q }), level));
  return enough > perRun ? 0 : atLeast(enough, { n: perRun, p: ratio });
}

/** Runs until the e-process over one of the windows shows it; null when none does. */
function runsByPool({ settings: { everyMs }, priorRuns = 0 }: DetectionInput, odds: Odds): number | null {
  const { q, ratio, perRun } = odds;
  const hitRatio = 1 - (1 - ratio) ** perRun;
  const found = WINDOWS_MS.flatMap((windowMs) => {
    const most = Math.floor(Math.min(windowMs, longestPoolMs(everyMs)) / everyMs);
    const runs = firstFrom(1, most, (count) => {
      const all = count + Math.min(priorRuns, most - count);
      const seen = { q, count: all * perRun, exceeded: Math.round(count * perRun * ratio) };
      if (all < RUNS_MIN || count * hitRatio < HIT_RUNS_MIN) return false;
      return logEvidenceDoubled(seen) >= -Math.log(BREACH_ALPHA);
    });
    return runs ?? [];
  });
  return found.length === 0 ? null : Math.min(...found);
}
