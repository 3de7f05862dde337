/** How fast the error budget of good runs goes. Failures within one run are one cluster, so runs are counted. */

import type { CanarySettings } from '../../plan/canary/settings.ts';
import {
  budgetLeft,
  burnOf,
  exhaustionMs,
  lowerBurn,
  type WindowPair,
  windowPairs,
} from '../../stats/burn/burn-rate.ts';
import type { BudgetReport, BurnReport, BurnWindow } from '../canary/report.ts';
import type { ToldSpan } from './incident.ts';
import type { Known, RunCounts } from './past.ts';

/** What the budget is reckoned from. */
export interface BudgetFacts {
  readonly known: Known;
  readonly settings: Pick<CanarySettings, 'everyMs' | 'sloRatio' | 'periodMs'>;
  /** Times whose runs do not count for the pairs that page: service incidents that were paged for. By their beginning. */
  readonly told: readonly ToldSpan[];
  /** Windows end at this run, which is the present one or before it; Unix time, ms. */
  readonly atMs: number;
}

/** Of the runs that were due in a window so many must be known, 0..1. */
export const COVERAGE_MIN = 0.5;

/** One lost packet is no burn: so many runs of the short window must be bad. */
const SHORT_BAD_MIN = 2;

/**
 * The four pairs, and what is left. A pair burns where the lower bound of bad runs in its long window is above factor x
 * budget, the burn of its short window is above the factor, and at least two runs there are bad. It is unknown where
 * less than half of the runs that were due are known, or the short window has no room for two.
 */
export function budgetOfRuns(facts: BudgetFacts): BudgetReport {
  const { known, settings } = facts;
  const { sloRatio, periodMs, everyMs } = settings;
  const period = known.count(periodMs, { atMs: facts.atMs });
  const isKnown = isCovered(period, periodMs, everyMs);
  const leftRatio = isKnown ? budgetLeft(period.bad / period.runs, sloRatio) : null;
  const burn = presentBurn(facts);
  return {
    sloRatio,
    periodMs,
    leftRatio,
    exhaustionMs: leftRatio === null || burn === null ? null : exhaustionMs(leftRatio, burn, periodMs),
    burns: windowPairs(periodMs).map((pair) => burnReport(facts, pair)),
  };
}

function isCovered({ runs }: RunCounts, windowMs: number, everyMs: number): boolean {
  return runs > 0 && runs >= (COVERAGE_MIN * windowMs) / everyMs;
}

/** Over the longest of the windows of pages that is known. */
function presentBurn({ known, settings, atMs }: BudgetFacts): number | null {
  const windows = windowPairs(settings.periodMs).filter(({ isUrgent }) => isUrgent);
  for (const { longMs } of [...windows].reverse()) {
    const seen = known.count(longMs, { atMs });
    if (isCovered(seen, longMs, settings.everyMs)) return burnOf(seen.bad / seen.runs, settings.sloRatio);
  }
  return null;
}

function burnReport(facts: BudgetFacts, pair: WindowPair): BurnReport {
  const { factor, isUrgent } = pair;
  const long = windowOf(facts, pair, 'longMs');
  const short = windowOf(facts, pair, 'shortMs');
  const isBurning = (long.low ?? 0) > factor && (short.burn ?? 0) > factor && short.bad >= SHORT_BAD_MIN;
  const status = !isKnownPair(facts, pair) ? 'unknown' : isBurning ? 'burning' : 'ok';
  return { factor, severity: isUrgent ? 'page' : 'ticket', long, short, status };
}

function isKnownPair(
  { known, settings: { everyMs }, atMs }: BudgetFacts,
  { longMs, shortMs }: WindowPair,
): boolean {
  if (shortMs < SHORT_BAD_MIN * everyMs) return false;
  return [longMs, shortMs].every((windowMs) => isCovered(known.count(windowMs, { atMs }), windowMs, everyMs));
}

function windowOf(
  { known, settings, told, atMs }: BudgetFacts,
  pair: WindowPair,
  of: 'longMs' | 'shortMs',
): BurnWindow {
  const windowMs = pair[of];
  const { runs, bad } = known.count(windowMs, { without: pair.isUrgent ? told : [], atMs });
  if (runs === 0) return { windowMs, runs, bad, burn: null, low: null };
  const burn = burnOf(bad / runs, settings.sloRatio);
  return { windowMs, runs, bad, burn, low: lowerBurn({ hits: bad, count: runs }, settings.sloRatio) };
}
