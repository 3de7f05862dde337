/** What the traffic went to, in a few words, as the redacted plan of a result tells it. */

import type { ResultDocument } from '../result/document.ts';
import { originsOf, requestsOf } from '../result/reading/requests.ts';
import { formatCount } from './format.ts';

/** Origins that are named one by one. */
const MOST_ORIGINS = 2;

/**
 * `GET http://shop.example/cart` for one target, `4 targets at http://shop.example` for more, of a comparison its two
 * sides; '' when the plan names no address. It is plain text that a stranger may have written.
 */
export function subjectText(result: ResultDocument): string {
  const { comparison } = result;
  if (comparison !== undefined) {
    const { baseline, candidate } = comparison.sides;
    return `${candidate.label} against ${baseline.label}`;
  }
  const requests = requestsOf(result);
  const [first] = requests;
  if (first === undefined) return '';
  if (requests.length === 1) return `${first.method} ${first.url}`;
  const origins = originsOf(requests);
  const named = origins.slice(0, MOST_ORIGINS).join(', ');
  const rest = origins.length - MOST_ORIGINS;
  return `${formatCount(requests.length)} targets at ${named}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}`;
}
