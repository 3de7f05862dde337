/** A result document as the text of its file. */

import type { ResultDocument } from './document.ts';
import { inKeyOrder } from './reading/key-order.ts';

/**
 * JSON, indented, keys in the order in which they are read back, with a newline at the end. A number that JSON has no
 * place for is null. The same document always gives the same text, and `decodeResult` reads it back.
 */
export function encodeResult(document: ResultDocument): string {
  return `${JSON.stringify(inKeyOrder(document), null, 2)}\n`;
}
