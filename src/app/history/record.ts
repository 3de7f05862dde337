/** A result goes into the history, and says where the code under test stood. */

import { OutputError } from '../../core/errors.ts';
import type { Regression } from '../../history/promotion.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { World } from '../world.ts';
import { gitFacts } from './git.ts';
import { type HistoryPlace, withHistory } from './open.ts';

/** The result with the commit that it was made at, unless it says so already or none is known. */
export async function withGit(
  result: ResultDocument,
  world: Pick<World, 'processes' | 'env'>,
): Promise<ResultDocument> {
  if (result.git !== undefined) return result;
  const git = await gitFacts(world);
  return git === null ? result : { ...result, git };
}

/**
 * Stores a result; on the disk when it returns.
 *
 * @param regression what keeps a passing run from being part of a baseline; default: the result's own comparison
 * @throws OutputError when the history cannot be written
 */
export async function recordResult(
  result: ResultDocument,
  place: HistoryPlace,
  regression?: Regression,
): Promise<void> {
  const { unfitFor } = await import('../../history/promotion.ts');
  await withHistory(place, (store) => store.record(result, unfitFor(result, regression)));
}

/** As {@link recordResult}, with the error as a value: what was measured stands, whatever becomes of its record. */
export async function remember(result: ResultDocument, place: HistoryPlace): Promise<readonly OutputError[]> {
  try {
    await recordResult(result, place);
    return [];
  } catch (error) {
    if (error instanceof OutputError) return [error];
    throw error;
  }
}
