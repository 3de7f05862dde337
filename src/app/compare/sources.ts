/** Where the two sides of a comparison of stored runs come from. */

import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import type { BaselineFacts, ResultDocument } from '../../result/document.ts';
import { decodeStored } from '../../result/reading/embedded.ts';
import type { Side } from '../../verdict/compare/report.ts';
import { reasonOf } from '../publish.ts';
import type { World } from '../world.ts';

/** The stored runs of one side. */
export interface Source {
  readonly kind: BaselineFacts['source'];
  /** In words, such as a path. */
  readonly label: string;
  /** Newest first; one at least. */
  readonly documents: readonly ResultDocument[];
}

/**
 * The stored runs that a name means, newest first; null when it cannot be one's name.
 *
 * @param other a run of the other side: whose baseline is meant by `baseline`
 */
export type Finder = (name: string, other?: ResultDocument) => Promise<readonly ResultDocument[]> | null;

const MAX_BYTES = 67_108_864;

/** What names the baseline of the other side's plan. */
const OF_THE_OTHER = 'baseline';

/**
 * The runs that two names mean: result files, or what `find` knows. A file wins. What both mean is left to the candidate
 * where the baseline has others: a run is not held against itself.
 *
 * @throws UsageError when there is no such file or run, or when a file is no result
 */
export async function loadSources(
  names: Readonly<Record<Side, string>>,
  world: Pick<World, 'files'>,
  find: Finder,
): Promise<Record<Side, Source>> {
  const load = (name: string, other?: Source): Promise<Source> =>
    loadSource(name, world, (text) => find(text, other?.documents[0]));
  if (names.candidate === OF_THE_OTHER) {
    const baseline = await load(names.baseline);
    return withoutShared({ baseline, candidate: await load(names.candidate, baseline) });
  }
  const candidate = await load(names.candidate);
  return withoutShared({ baseline: await load(names.baseline, candidate), candidate });
}

async function loadSource(reference: string, world: Pick<World, 'files'>, find: Finder): Promise<Source> {
  const found = world.files.exists(reference) ? null : find(reference);
  if (found === null) {
    return { kind: 'file', label: reference, documents: [readDocument(reference, world)] };
  }
  return { kind: 'history', label: reference, documents: await found };
}

/** The id of the run that made a result's numbers: a comparison of stored runs carries those of its candidate. */
export function measuredIn({ runId, comparison }: ResultDocument): string {
  return comparison?.mode === 'stored' ? (comparison.sides.candidate.runIds[0] ?? runId) : runId;
}

function withoutShared({ baseline, candidate }: Record<Side, Source>): Record<Side, Source> {
  const own = new Set(candidate.documents.map(measuredIn));
  const others = baseline.documents.filter((document) => !own.has(measuredIn(document)));
  return { baseline: others.length === 0 ? baseline : { ...baseline, documents: others }, candidate };
}

function readDocument(path: string, { files }: Pick<World, 'files'>): ResultDocument {
  let bytes: Uint8Array;
  try {
    bytes = files.read(path, MAX_BYTES);
  } catch (error) {
    throw new UsageError(`cannot read ${safeText(path)}: ${reasonOf(error)}`, {
      hint: 'name two files that headroom run wrote with -o FILE.json',
      cause: error,
    });
  }
  return decodeStored(new TextDecoder().decode(bytes), path);
}
