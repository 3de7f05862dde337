/** Where traces are looked at and what became of our own measurements, made safe. */

import { redactUrl, safeText } from '../../core/text.ts';
import type { SinkFacts, TraceFacts } from './exemplar-result.ts';

/** A link into a trace viewer may hold a whole query. */
const MAX_LINK = 4096;

/** An address without user, password, query and fragment; whatever is no URL keeps its other parts. */
export function bareUrl(url: string): string {
  return url.replace(/[?#][^]*$/, '').replace(/^([a-z][a-z\d+.-]*:)?\/\/[^/]*@/i, '$1//');
}

/** Secrets are taken out of the template, `{trace_id}` stays wherever it stands. */
export function buildTrace({ url, headers }: TraceFacts, redact: (text: string) => string): TraceFacts {
  if (url === null) return { url, headers };
  // Written as a reference, the id is left alone where the name of its parameter looks like that of a secret.
  const marked = redact(url).replaceAll('{trace_id}', '${trace_id}');
  const bare = redactUrl(marked).replaceAll('${trace_id}', '{trace_id}');
  return { url: safeText(bare, { maxLength: MAX_LINK }), headers };
}

/** As they were given, in the plan's order. */
export function buildSinks(sinks: readonly SinkFacts[], clean: (text: string) => string): SinkFacts[] {
  return sinks.map(({ kind, address, sent, lost, failures, lastError }) => ({
    kind: clean(kind),
    address: clean(bareUrl(address)),
    sent,
    lost,
    failures,
    lastError: lastError === null ? null : clean(lastError),
  }));
}
