/** A result inside a page: where the HTML report keeps the document it was made from. */

import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { decodeResult } from '../decode.ts';
import type { ResultDocument } from '../document.ts';

/** The id of the element that holds the JSON. */
export const EMBEDDED_ID = 'headroom-result';

const HINT = 'name a page that headroom wrote with -o FILE.html or --format html';
/** Longest start tag looked at. */
const LONGEST_TAG = 300;

/** The document in a result file or in a page. @throws UsageError as {@link decodePage} and {@link decodeResult} do */
export function decodeStored(text: string, file: string): ResultDocument {
  return isPage(text) ? decodePage(text, file) : decodeResult(text, file);
}

/** True when a text is a page rather than JSON. */
function isPage(text: string): boolean {
  return /^\ufeff?\s*</.test(text);
}

/**
 * The document in a page that the HTML report wrote.
 *
 * @param file what to call the text in messages
 * @throws UsageError when no result is in it, when it is cut short, and as {@link decodeResult} does
 */
function decodePage(text: string, file: string): ResultDocument {
  return decodeResult(embeddedJson(text, file), file);
}

function embeddedJson(page: string, file: string): string {
  const name = safeText(file);
  for (let at = page.indexOf('<script'); at >= 0; at = page.indexOf('<script', at + 1)) {
    const tag = page.slice(at, at + LONGEST_TAG);
    const end = tag.indexOf('>');
    if (end < 0 || !/\sid=["']?headroom-result["'\s>]/.test(tag.slice(0, end + 1))) continue;
    const from = at + end + 1;
    const to = page.indexOf('</script', from);
    if (to >= 0) return page.slice(from, to);
    throw new UsageError(`${name}: the page is cut short`, {
      hint: 'it was not wholly written or copied: make it again, or take another copy',
    });
  }
  throw new UsageError(`${name}: no headroom result is in this page`, {
    hint: `${HINT}; mail programs and wikis may take the result out of it`,
  });
}
