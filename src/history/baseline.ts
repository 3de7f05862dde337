/** A baseline as a result carries it: its runs together. */

import { buildStoredBaseline } from '../result/compare/comparison.ts';
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
  const known = { source, label: labelOf(results.length, source) };
  // Our own words: there is nothing in them to make safe.
  const facts = buildStoredBaseline(results, known, (text) => text);
  return facts.response.count === 0 ? null : facts;
}

function labelOf(count: number, source: BaselineFacts['source']): string {
  const kind = source === 'history' ? 'passing ' : source === 'pinned' ? 'pinned ' : '';
  const last = source === 'history' ? 'last ' : '';
  return count === 1 ? `the ${last}${kind}run` : `the ${last}${count} ${kind}runs`;
}
