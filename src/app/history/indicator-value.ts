/** What a stored run measured of an indicator. */

import { ObjectiveError, parseObjective } from '../../plan/objective.ts';
import type { Indicator, Objective } from '../../plan/plan.ts';
import { decodeTally } from '../../record/histogram.ts';
import { summarizeQuantile } from '../../record/summary.ts';
import type { ResultDocument, TargetResult, Totals } from '../../result/document.ts';

/**
 * The value of an objective's indicator in a run: as it was judged there, else over the whole run. In ms, 0..1 or per
 * second; null when the run does not tell, as of percentiles of too few requests.
 */
export function indicatorValue(result: ResultDocument, objective: Objective): number | null {
  const judged = result.objectives.find(({ text, value }) => value !== null && isAbout(text, objective));
  if (judged !== undefined) return judged.value;
  if (objective.windowMs !== null) return null;
  if (objective.target === null) return ofTotals(result, objective.indicator);
  const target = result.targets.find(({ name }) => name === objective.target);
  return target === undefined ? null : ofCounts(target, objective.indicator);
}

/** True for the text of an objective about the same indicator of the same target. */
function isAbout(text: string, { target, indicator, windowMs }: Objective): boolean {
  try {
    const other = parseObjective(text);
    const isSame = other.target === target && other.windowMs === windowMs;
    return isSame && JSON.stringify(other.indicator) === JSON.stringify(indicator);
  } catch (error) {
    if (error instanceof ObjectiveError) return false;
    throw error;
  }
}

function ofTotals({ totals, histograms }: ResultDocument, indicator: Indicator): number | null {
  switch (indicator.kind) {
    case 'throughput':
      return totals.ratePerSecond.completed;
    case 'goodput':
      return totals.ratePerSecond.good;
    case 'dropped':
      return totals.planned === 0 ? null : totals.dropped / totals.planned;
    case 'quantile': {
      const blob = histograms['response'];
      if (blob === undefined) return null;
      const tally = decodeTally(blob);
      // What failed, was dropped or never answered is infinitely slow.
      const count = Math.max(tally.count, totals.responseAll.count);
      return summarizeQuantile(tally, count, indicator.q).valueMs;
    }
    default:
      return ofCounts(totals, indicator);
  }
}

function ofCounts(
  { response, errorRatio, byStatus, completed, broken }: TargetResult | Totals,
  indicator: Indicator,
): number | null {
  switch (indicator.kind) {
    case 'quantile':
      return response.quantiles[`p${Number((indicator.q * 100).toPrecision(12))}`]?.valueMs ?? null;
    case 'mean':
      return response.meanMs;
    case 'max':
      return response.maxMs;
    case 'min':
      return response.minMs;
    case 'errors':
      return errorRatio.value;
    case 'status': {
      const hits = Object.entries(byStatus).filter(([status]) => {
        return Number(status) >= indicator.from && Number(status) <= indicator.to;
      });
      const answered = completed + broken;
      return answered === 0 ? null : hits.reduce((sum, [, count]) => sum + count, 0) / answered;
    }
    default:
      return null;
  }
}
