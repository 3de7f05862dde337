/** A baseline as a result carries it: its runs together. */

import { decodeTally, encodeTally } from '../record/histogram.ts';
import { type DistributionSummary, summarizeTally } from '../record/summary.ts';
import { Tally } from '../record/tally.ts';
import type { BaselineFacts, ResultDocument } from '../result/document.ts';

/**
 * The facts of a baseline. Response times are merged, so that its percentiles are those of all requests of all its
 * runs; the error ratio is that of all its answers.
 *
 * @param results newest first  @returns null for none, or when not one succeeded
 */
export function baselineFacts(
  results: readonly ResultDocument[],
  source: BaselineFacts['source'],
): BaselineFacts | null {
  const tally = new Tally();
  for (const { histograms } of results) {
    const blob = histograms['response'];
    if (blob !== undefined) tally.absorb(decodeTally(blob).copy());
  }
  if (tally.count === 0) return null;
  return {
    source,
    label: labelOf(results.length, source),
    runs: results.map(({ runId, startedAt, git }) => ({ runId, startedAt, commit: git?.commit ?? null })),
    response: rounded(summarizeTally(tally)),
    errorRatio: errorRatioOf(results),
    histogram: encodeTally(tally),
  };
}

function labelOf(count: number, source: BaselineFacts['source']): string {
  const kind = source === 'history' ? 'passing ' : source === 'pinned' ? 'pinned ' : '';
  const last = source === 'history' ? 'last ' : '';
  return count === 1 ? `the ${last}${kind}run` : `the ${last}${count} ${kind}runs`;
}

function errorRatioOf(results: readonly ResultDocument[]): number | null {
  const sum = { failed: 0, answered: 0 };
  for (const { totals } of results) {
    sum.failed += totals.failed;
    sum.answered += totals.completed + totals.broken;
  }
  return sum.answered === 0 ? null : sum.failed / sum.answered;
}

/** Times to the microsecond, as in every result. */
function rounded(summary: DistributionSummary): DistributionSummary {
  const ms = (value: number | null): number | null =>
    value === null ? null : Math.round(value * 1000) / 1000;
  return {
    ...summary,
    minMs: ms(summary.minMs),
    meanMs: ms(summary.meanMs),
    maxMs: ms(summary.maxMs),
    quantiles: Object.fromEntries(
      Object.entries(summary.quantiles).map(([name, { valueMs, lowMs, highMs, needs }]) => [
        name,
        { valueMs: ms(valueMs), lowMs: ms(lowMs), highMs: ms(highMs), needs },
      ]),
    ),
  };
}
