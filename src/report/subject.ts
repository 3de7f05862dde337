/** What the traffic went to, in a few words, as the redacted plan of a result tells it. */

import type { ResultDocument } from '../result/document.ts';
import { formatCount } from './format.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];
/** Origins that are named one by one. */
const MOST_ORIGINS = 2;

/**
 * `GET http://shop.example/cart` for one target, `4 targets at http://shop.example` for more, of a comparison its two
 * sides; '' when the plan names no address. It is plain text that a stranger may have written.
 */
export function subjectText({ plan, comparison }: ResultDocument): string {
  if (comparison !== undefined) {
    const { baseline, candidate } = comparison.sides;
    return `${candidate.label} against ${baseline.label}`;
  }
  const requests = requestsOf(plan['targets']);
  const [first] = requests;
  if (first === undefined) return '';
  if (requests.length === 1) return `${first.method} ${first.url}`;
  const origins = [...new Set(requests.map(({ url }) => originOf(url)))];
  const named = origins.slice(0, MOST_ORIGINS).join(', ');
  const rest = origins.length - MOST_ORIGINS;
  return `${formatCount(requests.length)} targets at ${named}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}`;
}

interface Request {
  readonly method: string;
  readonly url: string;
}

function requestsOf(targets: unknown): Request[] {
  if (!Array.isArray(targets)) return [];
  return targets.flatMap((target: unknown): Request[] => {
    if (typeof target !== 'object' || target === null) return [];
    const at = new Map<string, unknown>(Object.entries(target));
    const short = [...at].find(([key]) => METHODS.includes(key.toLowerCase()));
    const [method, url] = short ?? [at.get('method'), at.get('url')];
    return typeof method !== 'string' || typeof url !== 'string'
      ? []
      : [{ method: method.toUpperCase(), url }];
  });
}

function originOf(url: string): string {
  return /^[a-z]+:\/\/[^/?#]+/i.exec(url)?.[0] ?? url;
}
