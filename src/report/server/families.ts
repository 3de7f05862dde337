/** What servers told, as metrics. */

import { RESOURCES } from '../../core/server/signal.ts';
import { safeText } from '../../core/text.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { Family, Sample } from '../monitoring/exposition.ts';
import { byCloseness } from './words.ts';

/** A series is kept for years: of more servers than these only the closest to a limit have one. */
const MOST_SERVERS = 100;
/** As long as a label may be: what differs only behind it would be one series twice. */
const NAME_LENGTH = 120;

/** How much of each resource each server used; none for what has no known limit. */
export function serverFamilies({ servers = [] }: ResultDocument): Family[] {
  const seen = new Set<string>();
  const samples = byCloseness(servers)
    .slice(0, MOST_SERVERS)
    .flatMap(({ name, resources }) =>
      resources.flatMap(({ resource, utilization }): Sample[] => {
        const server = safeText(name, { maxLength: NAME_LENGTH });
        const key = `${resource} ${server}`;
        if (!RESOURCES.includes(resource) || utilization === null || seen.has(key)) return [];
        seen.add(key);
        return [{ labels: { server, resource }, value: utilization }];
      }),
    );
  return [
    {
      name: 'headroom_server_utilization_ratio',
      help: 'Share of a resource that a server used at the highest rate of the last run',
      samples,
    },
  ];
}
