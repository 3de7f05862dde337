/** What can be wrong with objectives about servers in the plan that they belong to. */
import { UsageError } from '../../core/errors.ts';
import type { Objective, Plan } from '../plan.ts';
import { type Issue, suggestion } from '../position.ts';

/** What is known of the servers before anything is read. */
export interface ServersKnown {
  /** One a source: the name by which its server is known; null where that shows when it is looked at. */
  readonly servers: readonly (string | null)[];
  /** Servers are looked for beside those. */
  readonly isDiscovering: boolean;
}

/** What is wrong with an objective, and where in its text. */
type Fault = Pick<Issue, 'message' | 'hint' | 'offset'>;

/** What is wrong with an objective of a run about a server; null when it can be judged, or is about requests. */
export function unseenServerFault(
  objective: Objective,
  { servers, isDiscovering }: ServersKnown,
): Fault | null {
  const { indicator, text } = objective;
  if (indicator.kind !== 'server' || isDiscovering) return null;
  if (servers.length === 0) {
    return {
      message: 'nothing is observed, so nothing is known of a server',
      hint: 'add observe: to the plan, or --observe KIND=URL, or --discover',
      offset: 0,
    };
  }
  const { server } = indicator;
  if (server === null || servers.includes(server) || servers.includes(null)) return null;
  const known = [...new Set(servers)].filter((name) => name !== null);
  const hint = suggestion(server, known, `the servers are ${known.slice(0, 8).join(', ')}`);
  return { message: `no source tells of the server "${server}"`, hint, offset: text.indexOf(server) };
}

/**
 * Refuses objectives about servers where nothing looks at one.
 *
 * @param doing what goes without, as the beginning of a sentence: `a part of a run`
 * @throws UsageError
 */
export function refuseServerObjectives({ objectives }: Pick<Plan, 'objectives'>, doing: string): void {
  const found = objectives.find(({ indicator }) => indicator.kind === 'server');
  if (found === undefined) return;
  throw new UsageError(`${doing} looks at no server, and "${found.text}" is about one`, {
    hint: 'objectives about servers go with headroom run on one machine, and with headroom canary',
  });
}
