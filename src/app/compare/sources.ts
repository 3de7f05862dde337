/** Where the two sides of a comparison of stored runs come from. */

import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { decodeResult } from '../../result/decode.ts';
import type { BaselineFacts, ResultDocument } from '../../result/document.ts';
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

/** Finds stored runs by what a user calls them; null when it knows nothing of that name. */
export type Finder = (reference: string) => Source | null;

const MAX_BYTES = 67_108_864;

/**
 * The runs that a reference names: a result file, or what one of the finders knows. A file wins.
 *
 * @throws UsageError when there is no such file or run, or when the file is no result
 */
export function loadSource(
  reference: string,
  world: Pick<World, 'files'>,
  finders: readonly Finder[] = [],
): Source {
  if (!world.files.exists(reference)) {
    for (const find of finders) {
      const found = find(reference);
      if (found !== null) return found;
    }
  }
  return { kind: 'file', label: reference, documents: [readDocument(reference, world)] };
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
  return decodeResult(new TextDecoder().decode(bytes), path);
}
