/** What servers told, as columns beside the windows of the client's series. */

import type { SignalUnit } from '../../core/server/signal.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { ServerResult } from '../../result/server/server-result.ts';

/** Of more servers than these the CSV tells nothing. */
const MOST_SERVERS = 100;

const UNITS: Readonly<Record<SignalUnit, string>> = {
  ratio: 'ratio',
  ms: 'p99_ms',
  count: 'count',
  'per-second': 'per_second',
};

/** A column: its name with the unit, and the mean of the looks that began in a window; null where none did. */
export interface ServerColumn {
  /** `server_127.0.0.1:8080_cpu_ratio`. */
  readonly name: string;
  readonly at: (fromMs: number) => number | null;
}

/** A column for each resource of the first hundred servers, in the order of the document. */
export function serverColumns({
  servers = [],
  windowMs,
}: Pick<ResultDocument, 'servers' | 'windowMs'>): ServerColumn[] {
  return servers.slice(0, MOST_SERVERS).flatMap((server) => columnsOf(server, windowMs));
}

function columnsOf({ name, resources, series }: ServerResult, windowMs: number): ServerColumn[] {
  const windowOf = (ms: number): number => Math.floor(ms / windowMs + 1e-6);
  return resources.map(({ resource, unit }) => {
    const sums = new Map<number, { sum: number; count: number }>();
    for (const { fromMs, values } of series) {
      const value = values[resource];
      if (value === undefined) continue;
      const { sum, count } = sums.get(windowOf(fromMs)) ?? { sum: 0, count: 0 };
      sums.set(windowOf(fromMs), { sum: sum + value, count: count + 1 });
    }
    return {
      name: `server_${name}_${resource}_${UNITS[unit]}`,
      at: (fromMs) => {
        const found = sums.get(windowOf(fromMs));
        return found === undefined ? null : Math.round((found.sum / found.count) * 1e6) / 1e6;
      },
    };
  });
}
