/** Stored runs by the names that people give them. */

import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { parseReference } from '../../history/reference.ts';
import type { StoredRun } from '../../history/row.ts';
import type { HistoryStore, Lineage } from '../../history/store.ts';
import type { ResultDocument } from '../../result/document.ts';
import { type HistoryPlace, hasHistory, withHistory } from './open.ts';

const HINT =
  'name a run by the beginning of its id, as latest, latest~1 or baseline; headroom history lists them';

/** Runs that are named where a name means several. */
const NAMED = 4;

/** True when a text can name stored runs: an id's beginning, `latest`, `latest~1`, `baseline`. */
export function isRunName(text: string): boolean {
  return parseReference(text) !== null;
}

/**
 * The results that a name means, newest first: several of `baseline`, else one.
 *
 * @param of whose plan and class of machine `baseline` is of; absent: of the newest run
 * @throws UsageError when no run or more than one is meant  @throws OutputError when the history cannot be used
 */
export async function findResults(
  name: string,
  place: HistoryPlace,
  of?: ResultDocument,
): Promise<ResultDocument[]> {
  if (!hasHistory(place))
    throw new UsageError(`there is no run ${safeText(name)}: the history is empty`, { hint: HINT });
  const { generatorOf } = await import('../../history/generator.ts');
  const lineage = of === undefined ? undefined : { planHash: of.planHash, generator: generatorOf(of).hash };
  return withHistory(place, (store) => findRuns(name, store, lineage).map((run) => store.document(run)));
}

/** The runs that a name means, without their documents. @throws UsageError as {@link findResults} */
export function findRuns(name: string, store: HistoryStore, lineage?: Lineage): StoredRun[] {
  const reference = parseReference(name);
  if (reference === null) throw new UsageError(`"${safeText(name)}" names no run`, { hint: HINT });
  const isBaseline = reference.kind === 'baseline';
  const runs = store.find(isBaseline && lineage !== undefined ? { ...reference, of: lineage } : reference);
  if (runs.length === 0 && isBaseline) throw noBaseline(lineage);
  if (runs.length === 0)
    throw new UsageError(`there is no run ${safeText(name)} in the history`, { hint: HINT });
  const [exact] = runs.filter(({ runId }) => runId === name);
  if (exact !== undefined) return [exact];
  if (reference.kind === 'id' && runs.length > 1) {
    const some = runs
      .slice(0, NAMED)
      .map(({ runId, startedAt }) => `${safeText(runId)} (${safeText(startedAt)})`);
    const more = runs.length > NAMED ? ', ...' : '';
    throw new UsageError(`several runs begin with ${safeText(name)}: ${some.join(', ')}${more}`, {
      hint: 'give more of the id',
    });
  }
  return runs;
}

function noBaseline(lineage: Lineage | undefined): UsageError {
  const whose = lineage === undefined ? 'the plan that ran last' : "that run's plan";
  return new UsageError(`there is no baseline yet for ${whose}, on its kind of machine`, {
    hint: 'passing runs of a plan become one; headroom baseline set RUN chooses one, headroom history lists them',
  });
}
