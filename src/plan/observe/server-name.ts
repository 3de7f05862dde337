/** The names by which reports and objectives know servers. */
import type { Secrets } from '../plan.ts';
import { expand } from '../request/expansion.ts';
import type { ObserveSource } from './observe-source.ts';

/** What the files of this machine tell of, when the plan gives it no name. */
const THIS_MACHINE = 'this machine';

/**
 * Whose a source is: as the plan names it, else host and port of the URL, and of `host` this machine. Null where its
 * answers say that themselves (`orca`, `prometheus-api`), and where the host stands in a reference without a value.
 */
export function serverNameOf(
  { kind, server, url }: Pick<ObserveSource, 'kind' | 'server' | 'url'>,
  secrets: Secrets,
): string | null {
  if (server !== null) return server;
  if (kind === 'host') return THIS_MACHINE;
  if (kind === 'prometheus-api' || url === null) return null;
  return placeOf(expand(url, secrets).trim());
}

/** Host and port of a URL, also a port that its scheme implies; null where it is no URL. */
function placeOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
}
