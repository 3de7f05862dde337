/** Sources back in the plan file's own vocabulary, without their secrets. */
import { redactUrl } from '../../core/text.ts';
import { shownHeaders } from '../source/hidden-header.ts';
import type { ObserveSource } from './observe-source.ts';

type Written = Readonly<Record<string, unknown>>;

/** The `observe` section as a plan file would say it: references as they are, `***` for secrets that are written out. */
export function writtenObserve(sources: readonly ObserveSource[]): readonly Written[] {
  return sources.map(({ kind, url, server, headers, match }) => {
    const shown = shownHeaders(headers);
    return {
      [kind]: url === null ? true : redactUrl(url),
      ...(server === null ? {} : { server }),
      ...(match === null ? {} : { match }),
      ...(shown === null ? {} : { headers: shown }),
    };
  });
}
