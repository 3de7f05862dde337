/** How many connections and waiting arrivals this machine can carry, decided before the run. */

import { UsageError } from '../../core/errors.ts';
import type { GeneratorLimits } from '../../load/protocol.ts';
import type { Plan } from '../../plan/plan.ts';
import { peakOf } from '../safety/guard.ts';
import type { HostFigures } from './host.ts';

/** Most connections that a pool grows to on demand. */
const MAX_CONNECTIONS = 10_000;
/** Share of the descriptor limit that a pool may grow to by itself. */
const DESCRIPTOR_SHARE = 0.8;
/** Descriptors that the rest of the program needs: streams, threads, files. */
const RESERVED_DESCRIPTORS = 64;
/** Bounds of the number of arrivals that may wait for a connection. */
const MIN_PENDING = 1000;
const MAX_PENDING = 2_000_000;

/**
 * Limits of the whole run. Connections: as chosen, else min(10 000, 80 % of the descriptor limit). Waiting
 * arrivals: max(1000, peak rate x timeout), at most two million.
 *
 * @throws UsageError when more connections are chosen than descriptors or ports allow
 */
export function limitsFor(
  plan: Plan,
  figures: Pick<HostFigures, 'descriptorLimit' | 'ports'>,
): GeneratorLimits {
  const chosen = plan.load.connections.max;
  if (chosen !== null) checkChosen(chosen, plan, figures);
  const byDescriptors = Math.floor((figures.descriptorLimit ?? Infinity) * DESCRIPTOR_SHARE);
  return {
    maxConnections: chosen ?? Math.max(1, Math.min(MAX_CONNECTIONS, byDescriptors)),
    maxPending: maxPending(plan),
  };
}

function maxPending(plan: Plan): number {
  const { load } = plan;
  if (load.kind === 'closed') return Math.max(MIN_PENDING, load.users);
  const timeoutMs = Math.max(...plan.targets.map((target) => target.timeoutMs));
  const inOneTimeout = Math.ceil((peakOf(load) * timeoutMs) / 1000);
  return Math.min(MAX_PENDING, Math.max(MIN_PENDING, inOneTimeout));
}

function checkChosen(
  chosen: number,
  plan: Plan,
  { descriptorLimit, ports }: Pick<HostFigures, 'descriptorLimit' | 'ports'>,
): void {
  if (descriptorLimit !== null && chosen > descriptorLimit - RESERVED_DESCRIPTORS) {
    throw new UsageError(
      `${chosen} connections need more file descriptors than this process may open (${descriptorLimit})`,
      {
        hint: `choose -c ${Math.max(1, descriptorLimit - RESERVED_DESCRIPTORS)} or less, or raise the limit with ulimit -n`,
      },
    );
  }
  // A local port can be used once per remote address and port.
  const reachable = ports === null ? Infinity : ports * endpointCount(plan);
  if (plan.http.unixSocket === null && chosen > reachable) {
    throw new UsageError(
      `${chosen} connections need more local ports than this machine hands out (${reachable})`,
      { hint: `choose -c ${reachable} or less, or widen net.ipv4.ip_local_port_range` },
    );
  }
}

function endpointCount(plan: Plan): number {
  if (plan.http.proxy !== null) return 1;
  return new Set(plan.targets.map((target) => target.url.split('/', 3).join('/'))).size;
}
