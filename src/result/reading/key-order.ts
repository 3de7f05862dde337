/** The order of a document's last keys, which are written by whoever knows them, at different times. */

import type { ResultDocument } from '../document.ts';

/** The document with its keys in the order in which they are read back, so that it keeps its bytes. */
export function inKeyOrder(document: ResultDocument): ResultDocument {
  const { baseline, comparison, git, canary, slowest, servers, trace, sinks, ...rest } = document;
  return {
    ...rest,
    ...(baseline === undefined ? {} : { baseline }),
    ...(comparison === undefined ? {} : { comparison }),
    ...(git === undefined ? {} : { git }),
    ...(canary === undefined ? {} : { canary }),
    ...(slowest === undefined ? {} : { slowest }),
    ...(servers === undefined ? {} : { servers }),
    ...(trace === undefined ? {} : { trace }),
    ...(sinks === undefined ? {} : { sinks }),
  };
}
