/** What a run sent, as the redacted plan in its result tells it: plain text that a stranger may have written. */

import type { ResultDocument } from '../document.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];

/** One target's request. */
export interface SentRequest {
  /** In capitals. */
  readonly method: string;
  readonly url: string;
}

/** The requests of a result's targets, in their order; those that its plan does not tell are left out. */
export function requestsOf({ plan }: Pick<ResultDocument, 'plan'>): SentRequest[] {
  const targets: unknown = plan['targets'];
  if (!Array.isArray(targets)) return [];
  return targets.flatMap((target: unknown): SentRequest[] => {
    if (typeof target !== 'object' || target === null) return [];
    const at = new Map<string, unknown>(Object.entries(target));
    const short = [...at].find(([key]) => METHODS.includes(key.toLowerCase()));
    const [method, url] = short ?? [at.get('method'), at.get('url')];
    return typeof method !== 'string' || typeof url !== 'string'
      ? []
      : [{ method: method.toUpperCase(), url }];
  });
}

/** Where they went, `scheme://host[:port]`, each once; of a URL that is none, all of it. */
export function originsOf(requests: readonly SentRequest[]): string[] {
  return [...new Set(requests.map(({ url }) => /^[a-z]+:\/\/[^/?#\s]+/i.exec(url)?.[0] ?? url))];
}
